// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs.h"

#include <fmt/format.h>

#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin {
namespace {

std::string type_name(const Attribute& attribute) {
  switch (attribute.nesting) {
    case Nesting::single:
      return "object";
    case Nesting::list:
      return "list of objects";
    case Nesting::set:
      return "set of objects";
    case Nesting::map:
      return "map of objects";
    case Nesting::none:
      break;
  }
  std::string name = attribute.type.json();  // "string", or ["set","string"].
  std::erase_if(name, [](char c) { return c == '"' || c == '[' || c == ']'; });
  if (const auto comma = name.find(','); comma != std::string::npos) name.replace(comma, 1, " of ");
  return name;
}

std::string use_of(const Attribute& attribute) {
  switch (attribute.use) {
    case Use::required:
      return "required";
    case Use::optional:
      return "optional";
    case Use::computed:
      return "read-only";
    case Use::optional_computed:
      break;
  }
  return attribute.default_value
             ? fmt::format("default `{}`", cty::encode_json(attribute.type, *attribute.default_value))
             : "optional, computed";
}

void write(const std::vector<Attribute>& attributes, const std::string& indent, std::string& out) {
  for (const Attribute& attribute : attributes) {
    out += fmt::format("{}- `{}` ({}, {}{}{}) {}\n", indent, attribute.name, type_name(attribute),
                       use_of(attribute), attribute.sensitive ? ", sensitive" : "",
                       attribute.requires_replace ? ", a change replaces" : "", attribute.doc);
    write(attribute.nested, indent + "  ", out);
  }
}

}  // namespace

std::string schema_markdown(const Schema& schema) {
  std::string out;
  write(schema.attributes, "", out);
  return out;
}

}  // namespace ghboot::tfplugin
