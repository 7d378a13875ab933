// SPDX-License-Identifier: Apache-2.0
// Terraform's msgpack: a value of a type that both sides know. Objects are maps with every attribute, null
// included; numbers are integers, doubles or decimal strings; an unknown is an extension, with refinements
// where they are known; a dynamic value is [type JSON, value]. Source:
// docs/plugin-protocol/object-wire-format.md of Terraform, and its cty library for what it takes.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"

namespace ghboot::tfplugin::cty {

// The whole of `bytes` must be one value that conforms to `type`; nothing is allocated that the bytes cannot
// fill, and nothing is taken over what limits.h says.
std::expected<Value, DecodeError> decode_msgpack(const Type& type, std::string_view bytes);
// `value` must conform to `type` (conforms() tells): what does not is a defect of ours and written as null.
std::string encode_msgpack(const Type& type, const Value& value);

}  // namespace ghboot::tfplugin::cty
