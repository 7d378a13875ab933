// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/wire.h"

#include <algorithm>
#include <span>

#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"
#include "tfplugin/cty/text.h"
#include "tfplugin/identity.h"

namespace ghboot::tfplugin {
namespace {

void set_use(Use use, tfplugin6::Schema::Attribute& out) {
  out.set_required(use == Use::required);
  out.set_optional(use == Use::optional || use == Use::optional_computed);
  out.set_computed(use == Use::computed || use == Use::optional_computed);
}

// Message: tfplugin6::Schema::Object or ::NestedBlock.
template <class Message>
typename Message::NestingMode nesting_mode(Nesting nesting) {
  switch (nesting) {
    case Nesting::single:
      return Message::SINGLE;
    case Nesting::list:
      return Message::LIST;
    case Nesting::set:
      return Message::SET;
    case Nesting::map:
      return Message::MAP;
    case Nesting::none:
      break;
  }
  return Message::INVALID;
}

// What a far side said may hold any bytes, and one that is no UTF-8 would make core refuse the whole answer,
// the new state included.
std::string utf8(const std::string& text) {
  // One byte more than may be told, so that what was left out is seen: cleaning makes no text shorter.
  return cty::shortened(cty::readable(std::string_view(text).substr(0, wire_text_bytes_max + 1)),
                        wire_text_bytes_max);
}

void to_wire(const Attribute& attribute, tfplugin6::Schema::Attribute& out) {
  out.set_name(attribute.name);
  out.set_description(attribute.doc);
  out.set_description_kind(tfplugin6::MARKDOWN);
  out.set_sensitive(attribute.sensitive);
  out.set_write_only(attribute.write_only);
  out.set_deprecated(!attribute.deprecated.empty());
  out.set_deprecation_message(attribute.deprecated);
  set_use(attribute.use, out);
  if (attribute.nesting == Nesting::none) {
    out.set_type(attribute.type.json());
    return;
  }
  auto& object = *out.mutable_nested_type();
  object.set_nesting(nesting_mode<tfplugin6::Schema::Object>(attribute.nesting));
  for (const Attribute& nested : attribute.nested) to_wire(nested, *object.add_attributes());
}

void to_wire(const std::vector<Attribute>& attributes, tfplugin6::Schema::Block& out);

// Core counts blocks of lists and sets; of a single one it wants the two counts equal, 1 when it is required.
void to_wire(const Attribute& attribute, tfplugin6::Schema::NestedBlock& out) {
  const bool required = attribute.use == Use::required;
  out.set_type_name(attribute.name);
  out.set_nesting(nesting_mode<tfplugin6::Schema::NestedBlock>(attribute.nesting));
  if (attribute.nesting == Nesting::single) {
    out.set_min_items(required ? 1 : 0);
    out.set_max_items(required ? 1 : 0);
  } else if (attribute.nesting != Nesting::map) {
    out.set_min_items(std::max<std::int64_t>(attribute.block->min_items, required ? 1 : 0));
    out.set_max_items(attribute.block->max_items);
  }
  auto& block = *out.mutable_block();
  block.set_description(attribute.doc);
  block.set_description_kind(tfplugin6::MARKDOWN);
  block.set_deprecated(!attribute.deprecated.empty());
  block.set_deprecation_message(attribute.deprecated);
  to_wire(attribute.nested, block);
}

void to_wire(const std::vector<Attribute>& attributes, tfplugin6::Schema::Block& out) {
  for (const Attribute& attribute : attributes) {
    if (attribute.block)
      to_wire(attribute, *out.add_block_types());
    else
      to_wire(attribute, *out.add_attributes());
  }
}

void to_wire(const Attribute& parameter, tfplugin6::Function::Parameter& out) {
  out.set_name(parameter.name);
  out.set_type(parameter.type.json());
  out.set_allow_null_value(parameter.use == Use::optional);
  out.set_allow_unknown_values(parameter.unknowns);
  out.set_description(parameter.doc);
  out.set_description_kind(tfplugin6::MARKDOWN);
}

}  // namespace

void to_wire(const Signature& signature, tfplugin6::Function& out) {
  for (const Attribute& parameter : signature.parameters) to_wire(parameter, *out.add_parameters());
  if (signature.variadic) to_wire(*signature.variadic, *out.mutable_variadic_parameter());
  out.mutable_return_()->set_type(signature.result.json());
  out.set_summary(signature.summary);
  out.set_description(signature.doc);
  out.set_description_kind(tfplugin6::MARKDOWN);
  out.set_deprecation_message(signature.deprecated);
}

void to_wire(std::chrono::system_clock::time_point time, google::protobuf::Timestamp& out) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  out.set_seconds(seconds.time_since_epoch().count());
  out.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(time - seconds).count()));
}

void to_wire(const FunctionFailure& failure, tfplugin6::FunctionError& out) {
  out.set_text(utf8(failure.text));
  if (failure.argument) out.set_function_argument(static_cast<std::int64_t>(*failure.argument));
}

void to_wire(const Schema& schema, tfplugin6::Schema& out) {
  out.set_version(schema.version);
  auto& block = *out.mutable_block();
  block.set_version(schema.version);
  block.set_description(schema.doc);
  block.set_description_kind(tfplugin6::MARKDOWN);
  block.set_deprecated(!schema.deprecated.empty());
  block.set_deprecation_message(schema.deprecated);
  to_wire(schema.attributes, block);
}

void identity_to_wire(const Schema& schema, tfplugin6::ResourceIdentitySchema& out) {
  out.set_version(schema.identity_version);
  for (const Attribute& attribute : schema.attributes) {
    if (attribute.identity == IdentityUse::none) continue;
    auto& part = *out.add_identity_attributes();
    part.set_name(attribute.name);
    part.set_type(attribute.type.json());
    part.set_description(attribute.doc);
    part.set_required_for_import(attribute.identity == IdentityUse::required);
    part.set_optional_for_import(attribute.identity == IdentityUse::optional);
  }
}

void identity_to_wire(const Schema& schema, const cty::Value& state, tfplugin6::ResourceIdentityData& out) {
  to_wire(identity_type(schema), identity_of(schema, state), *out.mutable_identity_data());
}

void to_wire(const Path& path, tfplugin6::AttributePath& out) {
  for (const cty::Step& step : path.steps()) {
    auto& wire_step = *out.add_steps();
    if (const auto* name = std::get_if<cty::AttributeName>(&step)) {
      wire_step.set_attribute_name(name->name);
    } else if (const auto* key = std::get_if<std::string>(&step)) {
      wire_step.set_element_key_string(utf8(*key));
    } else {
      wire_step.set_element_key_int(std::get<std::int64_t>(step));
    }
  }
}

void to_wire(const Diagnostics& diagnostics, google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>& out) {
  const auto& all = diagnostics.list();
  const auto told = std::span(all).first(std::min(all.size(), diagnostics_max));
  for (const Diagnostic& diagnostic : told) {
    auto& wire = *out.Add();
    wire.set_severity(diagnostic.severity == Severity::error ? tfplugin6::Diagnostic::ERROR
                                                             : tfplugin6::Diagnostic::WARNING);
    wire.set_summary(utf8(diagnostic.summary));
    wire.set_detail(utf8(diagnostic.detail));
    if (!diagnostic.path.empty()) to_wire(diagnostic.path, *wire.mutable_attribute());
  }
  if (all.size() == told.size()) return;
  auto& rest = *out.Add();
  rest.set_severity(diagnostics.has_error() ? tfplugin6::Diagnostic::ERROR : tfplugin6::Diagnostic::WARNING);
  rest.set_summary("And " + std::to_string(all.size() - told.size()) + " more");
  rest.set_detail("Only the first " + std::to_string(told.size()) + " are shown.");
}

std::expected<cty::Value, cty::DecodeError> from_wire(const cty::Type& type,
                                                      const tfplugin6::DynamicValue& value) {
  if (value.msgpack().empty() && value.json().empty()) return cty::Value();
  return value.msgpack().empty() ? cty::decode_json(type, value.json())
                                 : cty::decode_msgpack(type, value.msgpack());
}

cty::Value from_wire(const Schema& schema, const tfplugin6::DynamicValue& value, Diagnostics& diagnostics) {
  auto decoded = from_wire(schema.type(), value);
  if (decoded && decoded->is_unknown())  // Only what stands inside can be.
    decoded = std::unexpected(cty::DecodeError{Path(), "it is unknown as a whole"});
  if (decoded) {
    complete_blocks(schema.attributes, *decoded);  // Core never sends null for them; what is not core might.
    return *std::move(decoded);
  }
  diagnostics.error(
      decoded.error().path, "Value that does not decode",
      "Terraform sent a value that does not fit the schema: " + decoded.error().message +
          ". Where it is neither very deep nor very large, Terraform and this provider disagree about "
          "the protocol: please report it then.");
  return {};
}

void to_wire(const cty::Type& type, const cty::Value& value, tfplugin6::DynamicValue& out) {
  out.set_msgpack(cty::encode_msgpack(type, value));
}

void to_wire(const Schema& schema, const cty::Value& value, tfplugin6::DynamicValue& out) {
  to_wire(schema.type(), value, out);
}

}  // namespace ghboot::tfplugin
