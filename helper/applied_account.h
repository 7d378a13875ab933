// SPDX-License-Identifier: Apache-2.0
// What the last apply of the example left in its state: which account and which user there ought to be.
// Public keys; the state holds no secret. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct AppliedAccount {
  std::string account, verify_user;  // "A…", "U…"
};

// Nothing: no apply has made them yet. ExitCode::failed: the state is there and cannot be read.
Result<std::optional<AppliedAccount>> applied_account(const DataFolder& folder);

Result<std::optional<AppliedAccount>> applied_in(std::string_view state);

}  // namespace ghboot::helper
