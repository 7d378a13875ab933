// SPDX-License-Identifier: Apache-2.0
// What a value or a type from outside may be at most, so that none exhausts the stack or the memory. What is
// over a limit is refused with an error that names it. None is near what Terraform's users do: a string of
// many megabytes and a list of hundreds of thousands of objects are far below.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ghboot::tfplugin::cty {

inline constexpr int type_depth_max = 64;
inline constexpr int value_depth_max = 128;  // In msgpack: each dynamic value adds its own type's levels.
inline constexpr std::size_t json_depth_max = 256;  // Arrays and objects, of types as well.
// HashiCorp's SDKs take no message above this either.
inline constexpr std::size_t value_bytes_max = std::size_t{256} << 20U;
// With all that they hold, null too. A byte is enough to announce one, and each takes some 100 bytes here.
inline constexpr std::size_t values_max = 4'000'000;
inline constexpr std::size_t number_digits_max = 2'000;
inline constexpr std::int64_t number_exponent_max = 100'000;
inline constexpr std::size_t refinement_bytes_max = 1024;  // Core's own limit.

}  // namespace ghboot::tfplugin::cty
