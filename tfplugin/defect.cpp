// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/defect.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tfplugin/correlate.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/text.h"

namespace ghboot::tfplugin {
namespace {

bool holds_secret(const Attribute& attribute) {
  return attribute.sensitive || attribute.write_only || std::ranges::any_of(attribute.nested, holds_secret);
}

}  // namespace

std::string shown(const Attribute& attribute, bool in_secret, const cty::Value& value) {
  if (value.is_null()) return "null";
  if (in_secret || holds_secret(attribute)) return "a sensitive value";
  if (!value.is_wholly_known()) return value.is_unknown() ? "not known yet" : "known in part";
  if (!conforms(attribute.type, value)) return "a value of another type";
  return cty::shortened(cty::encode_json(attribute.type, value), shown_bytes_max);
}

void report_defect(const Path& path, const std::string& what, Diagnostics& diagnostics,
                   std::string_view with) {
  diagnostics.error(path, "Defect of the provider",
                    fmt::format("\"{}\" {}. Please report this {}.", path.text(), what, with));
}

void check_decided(const std::vector<Attribute>& attributes, const cty::Value& object, const Path& path,
                   Diagnostics& diagnostics, std::string_view with) {
  for (const Attribute& attribute : attributes) {
    const cty::Value& value = object[attribute.name];
    if (value.is_wholly_known()) continue;
    const Path here = path.attribute(attribute.name);
    const std::size_t said = diagnostics.list().size();
    for_each_nested(attribute, value, here, [&](const cty::Value& child, const Path& child_path) {
      if (child.is_known()) check_decided(attribute.nested, child, child_path, diagnostics, with);
    });
    if (diagnostics.list().size() == said) report_defect(here, "was left undecided", diagnostics, with);
  }
}

void refuse_misfits(const Schema& schema, const cty::Value& older, cty::Value& object,
                    Diagnostics& diagnostics) {
  if (!object.get<cty::Value::Map>()) return;
  for (const Attribute& attribute : schema.attributes) {
    cty::Value& value = slot(object, attribute.name);
    const bool fits = conforms(attribute.type, value);
    if (fits && cty::compose(attribute.type, value)) continue;
    report_defect(Path({attribute.name}),
                  fits ? "has a text that is no UTF-8, and Terraform keeps no other: encode the bytes"
                  : attribute.type.has_dynamic() ? "has a value that does not fit the type that it brings"
                                                 : "is not a " + attribute.type.name(),
                  diagnostics);
    value = older[attribute.name];
  }
}

cty::Value decided(const cty::Type& type, const cty::Value& value, const cty::Value& prior) {
  if (value.is_wholly_known()) return value;
  const auto* list = value.get<cty::Value::List>();
  const auto* map = value.get<cty::Value::Map>();
  if (list && type.kind() != cty::Kind::tuple && std::ranges::none_of(*list, &cty::Value::is_unknown)) {
    const bool is_set = type.kind() == cty::Kind::set;
    cty::Value::List out;
    for (const cty::Value& element : *list)
      out.push_back(
          decided(type.element(), element, is_set ? absent : sibling(prior, Nesting::list, out.size(), "")));
    return is_set ? cty::Value::set(std::move(out)) : cty::Value(std::move(out));
  }
  const bool is_object = type.kind() == cty::Kind::object;
  if (map && (is_object || std::ranges::none_of(*map, [](const auto& e) { return e.second.is_unknown(); }))) {
    cty::Value::Map out;
    for (const auto& [name, inner] : *map)
      if (const cty::Type* inner_type = is_object ? type.attribute(name) : &type.element())
        out.emplace(name, decided(*inner_type, inner, prior[name]));
    return out;
  }
  return prior.is_wholly_known() ? prior : cty::Value();
}

}  // namespace ghboot::tfplugin
