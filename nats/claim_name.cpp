// SPDX-License-Identifier: Apache-2.0
#include "nats/claim_name.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace ghboot::nats {

std::string problem_of_claim_name(std::string_view name) {
  constexpr std::size_t bytes_max = 255;
  if (name.empty()) return "is empty";
  if (name.size() > bytes_max) return fmt::format("has {} bytes", name.size());
  if (name == "." || name == "..") return "means a folder";
  const auto unfit = [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '/' || c == '\\'; };
  const auto bad = std::ranges::find_if(name, unfit);
  if (bad == name.end()) return "";
  if (*bad == ' ') return "has a space";
  return *bad == '/' || *bad == '\\' ? "has a slash" : "has a control character";
}

}  // namespace ghboot::nats
