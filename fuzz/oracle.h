// SPDX-License-Identifier: Apache-2.0
// What a fuzz target says of its subject beyond "it does not crash": a promise that is broken ends the
// program, and libFuzzer keeps the input. Inputs are bytes of a choice and then a text, so that a target
// reaches past signatures and checksums, which no mutation would ever hit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace ghboot::fuzz {

inline void require(bool kept, std::string_view promise) {
  if (kept) return;
  fmt::print(stderr, "broken promise: {}\n", promise);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// The first byte, taken off `input`; 0 when there is none.
inline unsigned take_choice(std::string_view& input) {
  if (input.empty()) return 0;
  const auto choice = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return choice;
}

}  // namespace ghboot::fuzz
