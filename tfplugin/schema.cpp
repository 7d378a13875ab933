// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/schema.h"

#include <algorithm>
#include <set>

namespace ghboot::tfplugin {
namespace {

bool well_named(std::string_view name) {
  const auto taken = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, taken);
}

void check(const std::vector<Attribute>& attributes, const Path& path, std::vector<std::string>& out) {
  std::set<std::string_view> names;
  for (const Attribute& attribute : attributes) {
    const Path here = path.attribute(attribute.name);
    const auto problem = [&](std::string_view text) {
      out.push_back(here.text() + ": " + std::string(text));
    };
    if (!well_named(attribute.name)) problem("a name has lower-case letters, digits and underscores");
    if (!names.insert(attribute.name).second) problem("the name stands twice");
    if (attribute.doc.empty()) problem("has no documentation");
    if (attribute.default_value && attribute.use != Use::optional_computed)
      problem("a default is for optional_computed attributes");
    if (attribute.keep && !attribute.is_computed()) problem("keep is for computed attributes");
    if (attribute.requires_replace && attribute.use == Use::computed)
      problem("requires_replace is for attributes that can be configured");
    check(attribute.nested, here, out);
  }
}

}  // namespace

cty::Type Schema::type() const {
  std::vector<cty::Type::Attribute> types;
  for (const Attribute& attribute : attributes) types.push_back({attribute.name, attribute.type});
  return cty::Type::object(std::move(types));
}

std::vector<std::string> problems(const Schema& schema) {
  std::vector<std::string> out;
  if (schema.version < 0) out.emplace_back("the version is negative");
  check(schema.attributes, Path(), out);
  return out;
}

cty::Value empty_object(const Schema& schema) {
  cty::Value::Map attributes;
  for (const Attribute& attribute : schema.attributes) attributes.emplace(attribute.name, cty::Value());
  return attributes;
}

void validate_attribute(const Attribute& attribute, const cty::Value& value, const Path& path,
                        Diagnostics& diagnostics) {
  if (value.is_unknown()) return;
  if (value.is_null()) {
    if (attribute.use == Use::required)
      diagnostics.error(path, "Missing required value",
                        "\"" + path.text() + "\" is null; a " + attribute.type.name() + " is required here.");
    return;
  }
  if (attribute.use == Use::computed) {
    diagnostics.error(
        path, "Value for a read-only attribute",
        "\"" + path.text() + "\" is decided by the provider: remove it from the configuration.");
    return;
  }
  for (const Validator* validator : attribute.validators) validator->check(value, path, diagnostics);
  for_each_nested(attribute, value, path, [&](const cty::Value& child, const Path& child_path) {
    if (child.is_known()) validate_attributes(attribute.nested, child, child_path, diagnostics);
  });
}

void validate_attributes(const std::vector<Attribute>& attributes, const cty::Value& config, const Path& path,
                         Diagnostics& diagnostics) {
  for (const Attribute& attribute : attributes)
    validate_attribute(attribute, config[attribute.name], path.attribute(attribute.name), diagnostics);
}

}  // namespace ghboot::tfplugin
