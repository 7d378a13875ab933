// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/chance.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tfplugin/custom_types.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin::core {
namespace {

using List = cty::Value::List;
using Map = cty::Value::Map;

Attribute named(std::string name, Use use) {
  Attribute out;
  out.name = std::move(name);
  out.doc = "By chance.";
  out.type = cty::Type::string();
  out.use = use;
  return out;
}

cty::Type nested_type(const Attribute& attribute) {
  std::vector<cty::Type::Attribute> parts;
  for (const Attribute& inner : attribute.nested) parts.push_back({inner.name, inner.type});
  cty::Type object = cty::Type::object(std::move(parts));
  switch (attribute.nesting) {
    case Nesting::list:
      return cty::Type::list(object);
    case Nesting::set:
      return cty::Type::set(object);
    case Nesting::map:
      return cty::Type::map(object);
    default:
      return object;
  }
}

// What an object of `attributes` becomes inside a list, set, map or alone.
template <class Make>
cty::Value gathered(Nesting nesting, std::size_t count, const Make& make) {
  if (nesting == Nesting::single) return make();
  if (nesting == Nesting::map) {
    Map out;
    for (std::size_t i = 0; i < count; ++i) out[std::string(1, static_cast<char>('k' + i))] = make();
    return out;
  }
  List out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(make());
  return nesting == Nesting::set ? cty::Value::set(std::move(out)) : cty::Value(std::move(out));
}

// Collections of collections: those with sets come last.
const std::array nested_collections{
    cty::Type::list(cty::Type::list(cty::Type::string())),
    cty::Type::map(cty::Type::list(cty::Type::string())),
    cty::Type::list(cty::Type::map(cty::Type::number())),
    cty::Type::map(cty::Type::map(cty::Type::boolean())),
    cty::Type::list(cty::Type::set(cty::Type::string())),
    cty::Type::map(cty::Type::set(cty::Type::number())),
    cty::Type::set(cty::Type::list(cty::Type::string())),
};
constexpr std::size_t nested_without_sets = 4;

// What replaces, of values of some type: about every second change.
template <class T>
bool becomes_less(const T& prior, const T& planned) {
  return planned < prior;
}
template <class T>
constexpr TypedCompare if_less = when<T, &becomes_less<T>>;

std::optional<TypedCompare> replace_if_less(const cty::Type& type) {
  for (const TypedCompare& one :
       {if_less<std::string>, if_less<std::int64_t>, if_less<std::vector<std::string>>,
        if_less<std::map<std::string, std::int64_t>>, if_less<std::set<std::string>>})
    if (one.type() == type) return one;
  return std::nullopt;
}

// Each refuses some of what is drawn, and no default.
constexpr OneOf some_texts("a", "b", "A", "default");
constexpr Matches lower_case("[a-z]+", "lower-case letters");
constexpr Between small = at_most(1), positive = at_least(1);
constexpr Count some(1, 3), few(0, 1);
constexpr Each each_text(&some_texts), each_number(&small), each_some(&some);
constexpr const Validator* all_validators[] = {&some_texts, &lower_case, &small,       &positive, &some,
                                               &few,        &each_text,  &each_number, &each_some};
constexpr int tries_max = 200;

constexpr std::string_view names[] = {"a0", "a1", "a2", "a3", "a4"};  // Of all that chance makes.

}  // namespace

Schema Chance::schema() {
  Schema out;
  out.doc = "By chance.";
  out.attributes = {named("id", Use::computed), named("name", Use::required)};
  out.attributes[0].keep = true;
  if (one_in(2)) out.attributes[0].identity = IdentityUse::required;
  const std::size_t count = 1 + below(5);
  for (std::size_t i = 0; i < count; ++i) out.attributes.push_back(attribute(i, 0, false, false));
  out.rules = rules(out.attributes);
  return out;
}

Attribute Chance::attribute(std::size_t index, int depth, bool in_attribute, bool in_set) {
  Attribute out = named(std::string(names[index]), Use::optional);
  if (depth == 3 || !one_in(3)) {
    make_leaf(out, in_set);
    return out;
  }
  static constexpr Nesting nestings[] = {Nesting::single, Nesting::list, Nesting::set, Nesting::map};
  out.nesting = nestings[below(4)];
  const bool inside_set = in_set || out.nesting == Nesting::set;
  const bool block = !in_attribute && one_in(2);
  const std::size_t count = 1 + below(3);
  // Terraform 1.11 panics on map blocks with nested attributes of which one is null in a block alone.
  if (block && out.nesting == Nesting::map) depth = 2;
  for (std::size_t i = 0; i < count; ++i)
    out.nested.push_back(attribute(i, depth + 1, in_attribute || !block, inside_set));
  out.rules = rules(out.nested);
  out.type = nested_type(out);
  if (block)
    out.block = Block{};
  else
    make_use(out);
  if (out.use == Use::required || out.use == Use::optional) out.requires_replace = one_in(6);
  make_validator(out);
  return out;
}

void Chance::make_validator(Attribute& attribute) {
  if (attribute.use == Use::computed || !one_in(3)) return;
  std::vector<const Validator*> fitting;
  for (const Validator* one :
       all_validators)  // A block that must be there could break a rule that forbids it.
    if (one->takes(attribute.type) && !(attribute.block && one == &some)) fitting.push_back(one);
  if (!fitting.empty()) attribute.validators.push_back(fitting[below(fitting.size())]);
}

// At most one, across two attributes of which each may be left out.
std::vector<ConfigRule> Chance::rules(const std::vector<Attribute>& attributes) {
  std::vector<std::string_view> optional;
  for (const std::string_view name : names)
    for (const Attribute& attribute : attributes)
      if (attribute.name == name &&
          (attribute.use == Use::optional || attribute.use == Use::optional_computed))
        optional.push_back(name);
  if (optional.size() < 2 || !one_in(2)) return {};
  const std::size_t first = below(optional.size() - 1);
  return {ConfigRule::of(static_cast<ConfigRule::Kind>(below(5)), optional[first], optional[first + 1])};
}

void Chance::make_leaf(Attribute& attribute, bool in_set) {
  switch (below(10)) {
    case 0:
      attribute.type = cty::Type::number();
      break;
    case 1:
      attribute.type = cty::Type::boolean();
      break;
    case 2:
      attribute.type = cty::Type::list(cty::Type::string());
      break;
    case 3:
      attribute.type = cty::Type::map(cty::Type::number());
      break;
    case 4:
      if (!in_set) attribute.type = cty::Type::set(cty::Type::string());
      break;
    case 5:
      attribute.same = &Codec<CaseInsensitive>::same;
      break;
    case 6:
      attribute.type = nested_collections[below(in_set ? nested_without_sets : nested_collections.size())];
      break;
    default:
      break;
  }
  make_use(attribute);
  make_validator(attribute);
  if (attribute.use == Use::optional_computed && attribute.type.kind() == cty::Kind::string && one_in(2))
    attribute.default_value = cty::Value("default");
  // Of two truth values a provider cannot choose one for each of several elements.
  if (in_set && attribute.is_computed() && attribute.type.kind() == cty::Kind::boolean)
    attribute.type = cty::Type::number();
  if (attribute.use == Use::computed) return;
  if (!attribute.is_computed() && !in_set && one_in(6)) {
    attribute.write_only = true;
    return;
  }
  attribute.requires_replace = one_in(6);
  if (!attribute.requires_replace && one_in(4)) attribute.replace_if = replace_if_less(attribute.type);
}

void Chance::make_use(Attribute& attribute) {
  static constexpr Use uses[] = {Use::required, Use::optional, Use::computed, Use::optional_computed};
  attribute.use = uses[below(4)];
  if (attribute.is_computed()) attribute.keep = one_in(3);
}

cty::Value Chance::simple(const cty::Type& type) {
  switch (type.kind()) {
    case cty::Kind::number:
      return cty::Value::integer(static_cast<std::int64_t>(below(3)));
    case cty::Kind::boolean:
      return one_in(2);
    case cty::Kind::list:
      return gathered(Nesting::list, below(3), [&] { return simple(type.element()); });
    case cty::Kind::set:
      return gathered(Nesting::set, below(3), [&] { return simple(type.element()); });
    case cty::Kind::map:
      return gathered(Nesting::map, below(3), [&] { return simple(type.element()); });
    default:
      return std::string(1, "aAbB"[below(4)]);
  }
}

// Drawn again until it is taken.
cty::Value Chance::config(const std::vector<Attribute>& attributes, const std::vector<ConfigRule>& rules) {
  for (int tries = 0; tries < tries_max; ++tries) {
    Map object;
    for (const Attribute& attribute : attributes) object[attribute.name] = written(attribute, true);
    cty::Value out(std::move(object));
    Diagnostics said;
    for (const ConfigRule& rule : rules) check(rule, out, Path(), said);
    if (!said.has_error()) return out;
  }
  throw std::logic_error("no configuration keeps the rules");
}

cty::Value Chance::any_config(const std::vector<Attribute>& attributes) {
  Map out;
  for (const Attribute& attribute : attributes) out[attribute.name] = written(attribute, false);
  return out;
}

cty::Value Chance::written(const Attribute& attribute, bool obeys) {
  if (attribute.use == Use::computed) return {};
  for (int tries = 0; tries < tries_max; ++tries) {
    const bool is_there = attribute.use == Use::required || one_in(2);
    if (!is_there && !attribute.is_collection_block()) return {};
    cty::Value out;
    if (attribute.nesting == Nesting::none)
      out = simple(attribute.type);
    else
      out = gathered(attribute.nesting, is_there ? below(4) : 0, [&] {
        return obeys ? config(attribute.nested, attribute.rules) : any_config(attribute.nested);
      });
    Diagnostics said;
    if (obeys) validate_attribute(attribute, out, Path({attribute.name}), said);
    if (!said.has_error()) return out;
  }
  throw std::logic_error("no value of " + attribute.name + " is taken");
}

cty::Value Chance::mask(const cty::Type& type, const cty::Value& value) {
  if (!value.is_known()) return value;
  const auto* list = value.get<List>();
  if (one_in(6)) {
    if (one_in(2)) return cty::Value::unknown();
    cty::Refinement refinement{.null = false};
    if (const auto* text = value.get<std::string>()) refinement.prefix = text->substr(0, below(2));
    if (list) refinement.length_max = 3;
    return cty::Value::unknown(refinement);
  }
  if (const auto* map = value.get<Map>()) {
    Map out;
    for (const auto& [key, element] : *map) out.emplace(key, mask(type.element(), element));
    return out;
  }
  if (!list || type.kind() == cty::Kind::set) return value;
  List out;
  for (const cty::Value& element : *list) out.push_back(mask(type.element(), element));
  return out;
}

cty::Value Chance::masked(const std::vector<Attribute>& attributes, const cty::Value& config) {
  if (!config.is_known()) return config;
  Map out;
  for (const Attribute& attribute : attributes) {
    cty::Value value = config[attribute.name];
    if (attribute.nesting == Nesting::none) {
      value = mask(attribute.type, value);
    } else if (value.is_known() && one_in(8)) {
      value = attribute.block && attribute.nesting == Nesting::single ? value : cty::Value::unknown();
    } else {
      for_each_nested(attribute, value, Path(),
                      [&](cty::Value& child, const Path&) { child = masked(attribute.nested, child); });
      if (attribute.nesting == Nesting::set && value.is_known())
        value = cty::Value::set(std::move(*value.get<List>()));
    }
    out.emplace(attribute.name, std::move(value));
  }
  return out;
}

cty::Value Chance::chosen(const Attribute& attribute) {
  if (attribute.type.kind() == cty::Kind::string) return "s" + std::to_string(below(1000));
  if (attribute.type.kind() == cty::Kind::number)
    return cty::Value::integer(static_cast<std::int64_t>(3 + below(1000)));
  if (attribute.nesting == Nesting::none) return simple(attribute.type);
  return gathered(attribute.nesting, below(3), [&] {
    Map out;
    for (const Attribute& inner : attribute.nested)
      out.emplace(inner.name, inner.write_only ? cty::Value() : chosen(inner));
    return cty::Value(std::move(out));
  });
}

void Chance::spoil(const std::vector<Attribute>& attributes, cty::Value& object) {
  if (!object.is_known()) return;
  const Attribute& attribute = attributes[below(attributes.size())];
  cty::Value& value = (*object.get<Map>())[attribute.name];
  std::vector<cty::Value*> inside;
  for_each_nested(attribute, value, Path(),
                  [&](cty::Value& child, const Path&) { inside.push_back(&child); });
  if (!inside.empty() && !one_in(3)) {
    spoil(attribute.nested, *inside[below(inside.size())]);
    if (attribute.nesting == Nesting::set) value = cty::Value::set(std::move(*value.get<List>()));
    return;
  }
  auto* list = value.get<List>();
  auto* map = attribute.nesting == Nesting::single ? nullptr : value.get<Map>();
  const auto way = below(4);
  if (way == 0)
    value = cty::Value();
  else if (way == 1)
    value = cty::Value::unknown();
  else if (way == 2 && list && !list->empty())
    list->pop_back();
  else if (way == 2 && map && !map->empty())
    map->erase(map->begin());
  else
    value = chosen(attribute);
}

}  // namespace ghboot::tfplugin::core
