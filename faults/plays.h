// SPDX-License-Identifier: Apache-2.0
// Fixed schedules of one server and two contenders, for what the drawn ones meet by luck alone: each breaks a
// rule in every run if one guard of the lock is missing. Always holds: a play that could not have shown that
// throws ShownNothing; std::runtime_error when the harness fails. Threads: one, which stays.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "faults/history_check.h"

namespace ghboot::faults {

struct Play {
  std::string_view name;
  std::string_view shows;         // For people.
  std::optional<Rule> only = {};  // The one rule that is promised there; nothing: all are.
  // Writes the history into the folder. What a person may want to know of it beside.
  std::string (*run)(const std::filesystem::path& folder);
};

std::span<const Play> plays();

}  // namespace ghboot::faults
