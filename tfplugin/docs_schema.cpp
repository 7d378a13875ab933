// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs_schema.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin {
namespace {

enum class Group : std::uint8_t { required, optional, read_only };
constexpr std::array groups{std::pair{Group::required, "Required"}, std::pair{Group::optional, "Optional"},
                            std::pair{Group::read_only, "Read-Only"}};

struct Level {  // The attributes of one object.
  const std::vector<Attribute>& attributes;
  std::string path;  // As "limits.jetstream"; empty: the schema itself.
  bool read_only;    // It is in what the provider decides, so all in it is.

  Group group_of(const Attribute& attribute) const {
    if (read_only || attribute.use == Use::computed) return Group::read_only;
    const bool needed = attribute.use == Use::required || (attribute.block && attribute.block->min_items > 0);
    return needed ? Group::required : Group::optional;
  }
  std::string path_of(const Attribute& attribute) const {
    return path.empty() ? attribute.name : path + "." + attribute.name;
  }
};

std::string type_text(const cty::Type& type) {
  switch (type.kind()) {
    case cty::Kind::string:
      return "String";
    case cty::Kind::number:
      return "Number";
    case cty::Kind::boolean:
      return "Boolean";
    case cty::Kind::dynamic:
      return "Dynamic";
    case cty::Kind::list:
      return "List of " + type_text(type.element());
    case cty::Kind::set:
      return "Set of " + type_text(type.element());
    case cty::Kind::map:
      return "Map of " + type_text(type.element());
    case cty::Kind::tuple:
      return "Tuple";
    case cty::Kind::object:
      return "Object";
  }
  std::unreachable();
}

std::string kind_text(const Attribute& attribute) {
  std::string word = attribute.block ? "Block" : "Attributes";
  switch (attribute.nesting) {
    case Nesting::none:
      return type_text(attribute.type);
    case Nesting::single:
      return word;
    case Nesting::list:
      return word + " List";
    case Nesting::set:
      return word + " Set";
    case Nesting::map:
      return word + " Map";
  }
  std::unreachable();
}

// What stands in parentheses behind the name.
std::string marks(const Attribute& attribute, Group group) {
  std::vector<std::string> out{kind_text(attribute)};
  const auto mark = [&](bool holds, std::string text) {
    if (holds) out.push_back(std::move(text));
  };
  if (attribute.block && attribute.block->min_items > 0)
    out.push_back(fmt::format("Min: {}", attribute.block->min_items));
  if (attribute.block && attribute.block->max_items > 0)
    out.push_back(fmt::format("Max: {}", attribute.block->max_items));
  mark(attribute.sensitive, "Sensitive");
  mark(attribute.write_only, "Write-only");
  mark(!attribute.deprecated.empty(), "Deprecated");
  mark(attribute.requires_replace || attribute.replace_if,
       attribute.replace_if ? "May force replacement" : "Forces replacement");
  if (attribute.default_value && group != Group::read_only)
    out.push_back(fmt::format("Default: `{}`", cty::encode_json(attribute.type, *attribute.default_value)));
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string doc_of(const Attribute& attribute) {
  const std::string doc = attribute.deprecated.empty()
                              ? attribute.doc
                              : fmt::format("{} **Deprecated:** {}", attribute.doc, attribute.deprecated);
  return indented(doc, "  ");
}

std::string anchor(const Attribute& attribute, std::string_view path) {
  std::string out = attribute.block ? "nestedblock--" : "nestedatt--";
  for (const char c : path) out += c == '.' ? std::string("--") : std::string(1, c);
  return out;
}

std::string pointer(const Attribute& attribute, std::string_view path) {
  if (attribute.nesting == Nesting::none) return "";
  return fmt::format(" (see [below for nested schema](#{}))", anchor(attribute, path));
}

std::string line(const Level& level, const Attribute& attribute) {
  return fmt::format("- `{}` ({}) {}{}\n", attribute.name, marks(attribute, level.group_of(attribute)),
                     doc_of(attribute), pointer(attribute, level.path_of(attribute)));
}

void write(const Level& level, std::string& out);

void write_nested(const Level& level, const Attribute& attribute, std::string& out) {
  if (attribute.nesting == Nesting::none) return;
  const std::string path = level.path_of(attribute);
  out += fmt::format("\n\n<a id=\"{}\"></a>\n### Nested Schema for `{}`", anchor(attribute, path), path);
  write({attribute.nested, path, level.group_of(attribute) == Group::read_only}, out);
}

void write(const Level& level, std::string& out) {
  for (const auto& [group, name] : groups) {
    std::string lines;
    for (const Attribute& attribute : level.attributes)
      if (level.group_of(attribute) == group) lines += line(level, attribute);
    if (lines.empty()) continue;
    lines.pop_back();  // The line's end: what follows begins with an empty line.
    out += fmt::format("\n\n{}\n\n{}",
                       level.path.empty() ? fmt::format("### {}", name) : fmt::format("{}:", name), lines);
  }
  for (const auto& [group, name] : groups)
    for (const Attribute& attribute : level.attributes)
      if (level.group_of(attribute) == group) write_nested(level, attribute, out);
}

std::string argument_line(const Attribute& parameter, bool variadic) {
  return fmt::format("\n1. `{}` ({}{}{}) {}{}", parameter.name, variadic ? "Variadic, " : "",
                     type_text(parameter.type), parameter.use == Use::optional ? ", Nullable" : "",
                     indented(parameter.doc, "   "), pointer(parameter, parameter.name));
}

}  // namespace

std::string indented(std::string_view text, std::string_view indent) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n') out += indent;
  }
  return out;
}

std::string schema_markdown(const Schema& schema) {
  std::string out = "## Schema";
  write({schema.attributes, "", false}, out);
  return out;
}

std::string signature_markdown(std::string_view name, const Signature& signature) {
  std::vector<std::string> written;
  std::string lines, nested;
  const auto add = [&](const Attribute& parameter, bool variadic) {
    written.push_back(fmt::format("{} {}{}", parameter.name, parameter.type.name(), variadic ? "..." : ""));
    lines += argument_line(parameter, variadic);
    write_nested({signature.parameters, "", false}, parameter, nested);
  };
  for (const Attribute& parameter : signature.parameters) add(parameter, false);
  if (signature.variadic) add(*signature.variadic, true);
  std::string out = fmt::format("## Signature\n\n```text\n{}({}) {}\n```", name, fmt::join(written, ", "),
                                signature.result.name());
  if (!lines.empty()) out += "\n\n## Arguments\n" + lines + nested;
  return out;
}

}  // namespace ghboot::tfplugin
