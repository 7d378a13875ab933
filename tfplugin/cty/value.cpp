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

std::strong_ordering Value::compare(const Value& other) const {
  if (data_.index() != other.data_.index()) return data_.index() <=> other.data_.index();
  return std::visit([&other]<class T>(const T& mine) { return order(mine, std::get<T>(other.data_)); },
                    data_);
}

}  // namespace ghboot::tfplugin::cty
