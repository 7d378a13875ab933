// SPDX-License-Identifier: Apache-2.0
// Between our types and the messages of tfplugin6. For tfplugin/'s .cpp files alone: it needs protobuf's
// headers.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string_view>

#include "proto/tfplugin6.pb.h"
#include "tfplugin/function.h"
#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

// Of one answer: what is left out is counted in one more. No text there is longer, but for a value's own.
inline constexpr std::size_t wire_text_bytes_max = 65'536;

void to_wire(const Schema& schema, tfplugin6::Schema& out);
// Of a schema that has an identity: its own schema, and the one that a state, which is not null, has.
void identity_to_wire(const Schema& schema, tfplugin6::ResourceIdentitySchema& out);
void identity_to_wire(const Schema& schema, const cty::Value& state, tfplugin6::ResourceIdentityData& out);
void to_wire(const Signature& signature, tfplugin6::Function& out);
void to_wire(const Path& path, tfplugin6::AttributePath& out);
void to_wire(const Diagnostics& diagnostics, google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>& out);

// Null when the message is missing or empty, which is how core reads it too. What does not decode becomes an
// error.
cty::Value from_wire(const Schema& schema, const tfplugin6::DynamicValue& value, Diagnostics& diagnostics);
void to_wire(const Schema& schema, const cty::Value& value, tfplugin6::DynamicValue& out);
std::expected<cty::Value, cty::DecodeError> from_wire(const cty::Type& type,
                                                      const tfplugin6::DynamicValue& value);
void to_wire(const cty::Type& type, const cty::Value& value, tfplugin6::DynamicValue& out);
void to_wire(std::chrono::system_clock::time_point time, google::protobuf::Timestamp& out);
void to_wire(const FunctionFailure& failure, tfplugin6::FunctionError& out);

}  // namespace ghboot::tfplugin
