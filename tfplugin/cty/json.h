// SPDX-License-Identifier: Apache-2.0
// Terraform's JSON form of a value, as state files hold it. It knows no unknowns; a dynamic value is
// {"type": …, "value": …}; numbers keep every digit.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"

namespace ghboot::tfplugin::cty {

enum class UnknownKeys : std::uint8_t {
  refuse,
  ignore
};  // Of an object: ignored when another release wrote it.

// Missing attributes are null; a string stands for a number or a bool where that is meant, and the other way
// round.
std::expected<Value, DecodeError> decode_json(const Type& type, std::string_view text,
                                              UnknownKeys unknown_keys = UnknownKeys::refuse);
// Reads any JSON without a type: objects are maps, arrays are lists.
std::expected<Value, DecodeError> decode_untyped_json(std::string_view text);
// Unknowns, which JSON does not have, are written as null.
std::string encode_json(const Type& type, const Value& value);

std::string quote_json(std::string_view text);  // Bytes that are no UTF-8 are replaced.

}  // namespace ghboot::tfplugin::cty
