// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/value.h"

#include <algorithm>

namespace ghboot::tfplugin::cty {
namespace {

const Value null_value;

std::strong_ordering order(const Value::Unknown& a, const Value::Unknown& b) {
  const Refinement none;
  return (a.refinement ? *a.refinement : none) <=> (b.refinement ? *b.refinement : none);
}

std::strong_ordering order(const std::shared_ptr<const Value::Dynamic>& a,
                           const std::shared_ptr<const Value::Dynamic>& b) {
  if (a == b) return std::strong_ordering::equal;
  if (const auto by_type = a->type.json() <=> b->type.json(); by_type != 0) return by_type;
  return a->value <=> b->value;
}

template <class T>
std::strong_ordering order(const T& a, const T& b) {
  return a <=> b;
}

}  // namespace

Value Value::unknown(Refinement refinement) {
  if (refinement.empty()) return unknown();
  return Value(Unknown{std::make_shared<const Refinement>(std::move(refinement))});
}

Value Value::set(List elements) {
  std::ranges::sort(elements);
  // Two unknowns may turn out to be two values: they are not one.
  const auto same = [](const Value& a, const Value& b) { return a.is_wholly_known() && a == b; };
  const auto rest = std::ranges::unique(elements, same);
  elements.erase(rest.begin(), rest.end());
  return Value(std::move(elements));
}

Value Value::dynamic(Type type, Value value) {
  Value out;
  out.data_ = std::make_shared<const Dynamic>(Dynamic{std::move(type), std::move(value)});
  return out;
}

bool Value::is_wholly_known() const {
  if (is_unknown()) return false;
  if (const auto* list = get<List>()) return std::ranges::all_of(*list, &Value::is_wholly_known);
  if (const auto* map = get<Map>())
    return std::ranges::all_of(*map, [](const auto& entry) { return entry.second.is_wholly_known(); });
  if (const auto* dynamic = get<std::shared_ptr<const Dynamic>>()) return (*dynamic)->value.is_wholly_known();
  return true;
}

const Refinement* Value::refinement() const {
  const auto* unknown = get<Unknown>();
  return unknown ? unknown->refinement.get() : nullptr;
}

const Value& Value::operator[](std::string_view attribute) const {
  const auto* map = get<Map>();
  if (!map) return null_value;
  const auto found = map->find(attribute);
  return found == map->end() ? null_value : found->second;
}

std::optional<Value> Value::at(const Path& path) const {
  const Value* here = this;
  for (const Step& step : path.steps()) {
    if (!here->is_known()) return *here;
    if (const auto* dynamic = here->get<std::shared_ptr<const Dynamic>>()) here = &(*dynamic)->value;
    if (const auto* index = std::get_if<std::int64_t>(&step)) {
      const auto* list = here->get<List>();
      if (!list || *index < 0 || static_cast<std::size_t>(*index) >= list->size()) return std::nullopt;
      here = &(*list)[static_cast<std::size_t>(*index)];
      continue;
    }
    const auto* name = std::get_if<AttributeName>(&step);
    const std::string& key = name ? name->name : std::get<std::string>(step);
    const auto* map = here->get<Map>();
    const auto found = map ? map->find(key) : Map::const_iterator();
    if (!map || found == map->end()) return std::nullopt;
    here = &found->second;
  }
  return *here;
}

namespace {

bool conforms_all(const Type& type, const Value::List& list) {
  if (type.kind() == Kind::list || type.kind() == Kind::set)
    return std::ranges::all_of(list, [&](const Value& value) { return conforms(type.element(), value); });
  return type.kind() == Kind::tuple &&
         std::ranges::equal(type.attributes(), list, [](const Type::Attribute& part, const Value& value) {
           return conforms(part.type, value);
         });
}

bool conforms_all(const Type& type, const Value::Map& map) {
  const bool object = type.kind() == Kind::object;
  return (object || type.kind() == Kind::map) && std::ranges::all_of(map, [&](const auto& entry) {
           const Type* inner = object ? type.attribute(entry.first) : &type.element();
           return inner && conforms(*inner, entry.second);
         });
}

}  // namespace

bool conforms(const Type& type, const Value& value) {
  if (!value.is_known()) return true;
  if (const auto* dynamic = value.get<std::shared_ptr<const Value::Dynamic>>())
    return type.kind() == Kind::dynamic && (*dynamic)->type.kind() != Kind::dynamic &&
           !(*dynamic)->type.has_dynamic_elements() && conforms((*dynamic)->type, (*dynamic)->value);
  if (const auto* list = value.get<Value::List>()) return conforms_all(type, *list);
  if (const auto* map = value.get<Value::Map>()) return conforms_all(type, *map);
  return (type.kind() == Kind::string && value.get<std::string>()) ||
         (type.kind() == Kind::number && value.get<Number>()) ||
         (type.kind() == Kind::boolean && value.get<bool>());
}

bool same_but_for_refinements(const Type& type, const Value& a, const Value& b) {
  if (a == b) return true;
  if (a.is_wholly_known() || b.is_wholly_known()) return false;
  return unrefined(type, a) == unrefined(type, b);
}

Value unrefined(const Type& type, const Value& value) {
  if (value.is_unknown()) return Value::unknown();
  if (const auto* dynamic = value.get<std::shared_ptr<const Value::Dynamic>>())
    return Value::dynamic((*dynamic)->type, unrefined((*dynamic)->type, (*dynamic)->value));
  if (const auto* list = value.get<Value::List>()) {
    const bool tuple = type.kind() == Kind::tuple;
    Value::List out;
    for (std::size_t i = 0; i < list->size(); ++i)
      out.push_back(unrefined(tuple ? type.attributes()[i].type : type.element(), (*list)[i]));
    return type.kind() == Kind::set ? Value::set(std::move(out)) : Value(std::move(out));
  }
  if (const auto* map = value.get<Value::Map>()) {
    Value::Map out;
    for (const auto& [name, inner] : *map)
      out.emplace(name, unrefined(type.kind() == Kind::map ? type.element() : *type.attribute(name), inner));
    return out;
  }
  return value;
}

std::strong_ordering Value::compare(const Value& other) const {
  if (data_.index() != other.data_.index()) return data_.index() <=> other.data_.index();
  return std::visit([&other]<class T>(const T& mine) { return order(mine, std::get<T>(other.data_)); },
                    data_);
}

}  // namespace ghboot::tfplugin::cty
