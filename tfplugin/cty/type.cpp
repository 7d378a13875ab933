// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/type.h"

#include <algorithm>

#include "tfplugin/cty/json.h"
#include "tfplugin/cty/limits.h"
#include "tfplugin/cty/value.h"

namespace ghboot::tfplugin::cty {
namespace {

using Parsed = std::expected<Type, std::string>;

Parsed parse_type(const Value& node, int depth);

Parsed parse_primitive(const std::string& name) {
  if (name == "string") return Type::string();
  if (name == "number") return Type::number();
  if (name == "bool") return Type::boolean();
  if (name == "dynamic") return Type::dynamic();
  return std::unexpected("unknown type \"" + name + "\"");
}

Parsed parse_tuple(const Value& node, int depth) {
  const auto* types = node.get<Value::List>();
  if (!types) return std::unexpected("a tuple's second element is the array of its types");
  std::vector<Type> elements;
  for (const Value& element : *types) {
    auto type = parse_type(element, depth);
    if (!type) return type;
    elements.push_back(*std::move(type));
  }
  return Type::tuple(std::move(elements));
}

std::expected<void, std::string> mark_optional(std::vector<Type::Attribute>& attributes, const Value& node) {
  const auto* names = node.get<Value::List>();
  if (!names) return std::unexpected("an object's third element is the array of its optional names");
  for (const Value& name : *names) {
    const auto* text = name.get<std::string>();
    if (!text) return std::unexpected("the name of an optional attribute is a string");
    const auto found = std::ranges::find(attributes, *text, &Type::Attribute::name);
    if (found == attributes.end())
      return std::unexpected("an optional name is not among the object's attributes");
    found->optional = true;
  }
  return {};
}

Parsed parse_object(const Value::List& node, int depth) {
  const auto* types = node[1].get<Value::Map>();
  if (!types) return std::unexpected("an object's second element maps its names to types");
  std::vector<Type::Attribute> attributes;
  for (const auto& [name, element] : *types) {
    auto type = parse_type(element, depth);
    if (!type) return type;
    attributes.push_back({name, *std::move(type)});
  }
  if (node.size() == 3)
    if (auto marked = mark_optional(attributes, node[2]); !marked) return std::unexpected(marked.error());
  return Type::object(std::move(attributes));
}

Parsed parse_composite(const Value::List& node, int depth) {
  const auto* name = node.empty() ? nullptr : node[0].get<std::string>();
  if (!name) return std::unexpected("a composite type is an array that begins with its kind");
  const std::string& kind = *name;
  if (node.size() != 2 && !(kind == "object" && node.size() == 3))
    return std::unexpected("a type of kind \"" + kind + "\" has one element more than its kind");
  if (kind == "tuple") return parse_tuple(node[1], depth);
  if (kind == "object") return parse_object(node, depth);
  if (kind != "list" && kind != "set" && kind != "map")
    return std::unexpected("unknown kind of type \"" + kind + "\"");
  auto element = parse_type(node[1], depth);
  if (!element) return element;
  if (kind == "list") return Type::list(*std::move(element));
  return kind == "set" ? Type::set(*std::move(element)) : Type::map(*std::move(element));
}

Parsed parse_type(const Value& node, int depth) {
  if (depth >= type_depth_max) return std::unexpected("more than 64 types one inside the other");
  if (const auto* name = node.get<std::string>()) return parse_primitive(*name);
  if (const auto* list = node.get<Value::List>()) return parse_composite(*list, depth + 1);
  return std::unexpected("a type is a string or an array");
}

std::string object_json(const Type& type) {
  std::string types, optional;
  for (const auto& attribute : type.attributes()) {
    types += (types.empty() ? "" : ",") + quote_json(attribute.name) + ":" + attribute.type.json();
    if (attribute.optional) optional += (optional.empty() ? "" : ",") + quote_json(attribute.name);
  }
  return "[\"object\",{" + types + "}" + (optional.empty() ? "" : ",[" + optional + "]") + "]";
}

std::string tuple_json(const Type& type) {
  std::string types;
  for (const auto& element : type.attributes()) types += (types.empty() ? "" : ",") + element.type.json();
  return "[\"tuple\",[" + types + "]]";
}

}  // namespace

Type::Type(Kind kind, std::vector<Attribute> elements)
    : kind_(kind), elements_(std::make_shared<const std::vector<Attribute>>(std::move(elements))) {}

Type Type::list(Type element) { return Type(Kind::list, {{"", std::move(element)}}); }
Type Type::set(Type element) { return Type(Kind::set, {{"", std::move(element)}}); }
Type Type::map(Type element) { return Type(Kind::map, {{"", std::move(element)}}); }

Type Type::tuple(std::vector<Type> elements) {
  std::vector<Attribute> nameless;
  nameless.reserve(elements.size());
  for (auto& element : elements) nameless.push_back({"", std::move(element)});
  return Type(Kind::tuple, std::move(nameless));
}

Type Type::object(std::vector<Attribute> attributes) {
  std::ranges::sort(attributes, {}, &Attribute::name);
  return Type(Kind::object, std::move(attributes));
}

const Type* Type::attribute(std::string_view name) const {
  const auto found = std::ranges::lower_bound(*elements_, name, {}, &Attribute::name);
  return found != elements_->end() && found->name == name ? &found->type : nullptr;
}

bool Type::has_dynamic() const {
  if (kind_ == Kind::dynamic) return true;
  return elements_ &&
         std::ranges::any_of(*elements_, [](const auto& inner) { return inner.type.has_dynamic(); });
}

bool Type::has_dynamic_elements() const {
  const bool collection = kind_ == Kind::list || kind_ == Kind::set || kind_ == Kind::map;
  return elements_ && std::ranges::any_of(*elements_, [&](const auto& inner) {
           return (collection && inner.type.has_dynamic()) || inner.type.has_dynamic_elements();
         });
}

Parsed Type::parse(std::string_view text) {
  const auto tree = decode_untyped_json(text);
  if (!tree) return std::unexpected("a type's JSON does not parse: " + tree.error().message);
  return parse_type(*tree, 0);
}

Parsed Type::parse(const Value& untyped_json) { return parse_type(untyped_json, 0); }

std::string Type::json() const {
  switch (kind_) {
    case Kind::string:
      return "\"string\"";
    case Kind::number:
      return "\"number\"";
    case Kind::boolean:
      return "\"bool\"";
    case Kind::dynamic:
      return "\"dynamic\"";
    case Kind::list:
      return "[\"list\"," + element().json() + "]";
    case Kind::set:
      return "[\"set\"," + element().json() + "]";
    case Kind::map:
      return "[\"map\"," + element().json() + "]";
    case Kind::tuple:
      return tuple_json(*this);
    case Kind::object:
      return object_json(*this);
  }
  std::unreachable();
}

std::string Type::name() const {
  switch (kind_) {
    case Kind::string:
      return "string";
    case Kind::number:
      return "number";
    case Kind::boolean:
      return "bool";
    case Kind::dynamic:
      return "any type";
    case Kind::list:
      return "list of " + element().name();
    case Kind::set:
      return "set of " + element().name();
    case Kind::map:
      return "map of " + element().name();
    case Kind::tuple:
      return "tuple";
    case Kind::object:
      return "object";
  }
  std::unreachable();
}

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_) return false;
  return elements_ == other.elements_ || (elements_ && other.elements_ && *elements_ == *other.elements_);
}

}  // namespace ghboot::tfplugin::cty
