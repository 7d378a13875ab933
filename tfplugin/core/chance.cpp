// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/chance.h"

#include <functional>
#include <string>
#include <utility>

#include "tfplugin/cty/msgpack.h"
#include "tfplugin/custom_types.h"

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

}  // namespace

Schema Chance::schema() {
  Schema out;
  out.doc = "By chance.";
  out.attributes = {named("id", Use::computed), named("name", Use::required)};
  out.attributes[0].keep = true;
  if (one_in(2)) out.attributes[0].identity = IdentityUse::required;
  const std::size_t count = 1 + below(5);
  for (std::size_t i = 0; i < count; ++i) out.attributes.push_back(attribute(i, 0, false, false));
  return out;
}

Attribute Chance::attribute(std::size_t index, int depth, bool in_attribute, bool in_set) {
  Attribute out = named("a" + std::to_string(index), Use::optional);
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
  out.type = nested_type(out);
  if (block)
    out.block = Block{};
  else
    make_use(out);
  if (out.use == Use::required || out.use == Use::optional) out.requires_replace = one_in(6);
  return out;
}

void Chance::make_leaf(Attribute& attribute, bool in_set) {
  switch (below(8)) {
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
    default:
      break;
  }
  make_use(attribute);
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

cty::Value Chance::config(const std::vector<Attribute>& attributes) {
  Map out;
  for (const Attribute& attribute : attributes) {
    cty::Value& value = out[attribute.name];
    if (attribute.use == Use::computed) continue;
    const bool written = attribute.use == Use::required || one_in(2);
    if (!written && !attribute.is_collection_block()) continue;
    if (attribute.nesting == Nesting::none)
      value = simple(attribute.type);
    else
      value = gathered(attribute.nesting, written ? below(4) : 0, [&] { return config(attribute.nested); });
  }
  return out;
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

namespace {

// What it chooses follows from what it is given alone: the same in every process, in any order.
class Obedient final : public ManagedResource {
 public:
  Obedient(Schema schema, unsigned seed) : schema_(std::move(schema)), seed_(seed) {}

  const Schema& schema() const override { return schema_; }
  std::chrono::milliseconds timeout(Operation, const cty::Value&) const override {
    return std::chrono::minutes(1);
  }
  void validate(const cty::Value&, Diagnostics&) const override {}
  // Now and then what is left to the provider is known while planning. What core knows of an unknown is lost,
  // as in a model.
  void plan(PlanStep step) const override {
    if (!step.planned.is_known()) return;
    step.planned = cty::unrefined(schema_.type(), step.planned);
    for (const Attribute& attribute : schema_.attributes) {
      cty::Value& value = (*step.planned.get<Map>())[attribute.name];
      if (attribute.name != "id" && attribute.is_computed() && value.is_unknown() &&
          step.config[attribute.name].is_null() && step.prior.is_null())
        if (const auto early = decided_early(attribute)) value = *early;
    }
  }
  cty::Value create(const cty::Value& planned, Call&) const override {
    return decided(planned, "made-" + std::to_string(seed_of(planned) % 1000));
  }
  cty::Value read(const cty::Value& state, Call&) const override { return respelled(state); }
  cty::Value update(const cty::Value& prior, const cty::Value& planned, Call&) const override {
    return decided(planned, prior["id"]);
  }
  void destroy(const cty::Value&, Call&) const override {}  // The state is all there is.
  cty::Value import(const std::string& id, Call&) const override {
    cty::Value out = empty_object(schema_);
    out.get<Map>()->insert_or_assign("id", id);
    return out;
  }
  cty::Value import_identity(const cty::Value& known, Call&) const override { return known; }
  cty::Value upgrade(std::int64_t, std::string_view, Diagnostics&) const override { return {}; }
  cty::Value upgrade_identity(std::int64_t, std::string_view, Diagnostics&) const override { return {}; }

 private:
  unsigned seed_of(const cty::Value& planned) const {
    const auto hash = std::hash<std::string>()(cty::encode_msgpack(schema_.type(), planned));
    return seed_ + static_cast<unsigned>(hash);
  }
  // The same in both plans of a change: not by chance, but by the attribute's name.
  static std::optional<cty::Value> decided_early(const Attribute& attribute) {
    if (attribute.type.kind() != cty::Kind::string || attribute.name.back() % 2 == 0) return std::nullopt;
    return cty::Value("early");
  }
  cty::Value decided(const cty::Value& planned, const cty::Value& id) const {
    Chance chance(seed_of(planned));
    cty::Value made = decide(chance, schema_.attributes, planned);
    made.get<Map>()->insert_or_assign("id", id);
    return made;
  }
  static cty::Value decide(Chance& chance, const std::vector<Attribute>& attributes,
                           const cty::Value& planned) {
    if (!planned.is_known()) return planned;
    Map out;
    for (const Attribute& attribute : attributes) {
      cty::Value value = planned[attribute.name];
      if (value.is_unknown()) value = chance.chosen(attribute);
      const cty::Value undecided = value;
      // Two elements of a set that became one would be one too few at the next plan.
      for (int attempts = 0; attempts < 50; ++attempts) {
        value = undecided;
        for_each_nested(attribute, value, Path(), [&](cty::Value& child, const Path&) {
          child = decide(chance, attribute.nested, child);
        });
        if (attribute.nesting != Nesting::set || !value.is_known()) break;
        value = cty::Value::set(std::move(*value.get<List>()));
        if (value.get<List>()->size() == undecided.get<List>()->size()) break;
      }
      out.emplace(attribute.name, std::move(value));
    }
    return out;
  }
  cty::Value respelled(cty::Value object) const {
    for (const Attribute& attribute : schema_.attributes)
      if (attribute.same)
        if (auto* text = (*object.get<Map>())[attribute.name].get<std::string>())
          for (char& c : *text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return object;
  }

  Schema schema_;
  unsigned seed_;
};

class ByChance final : public PlainProvider<> {
 public:
  ByChance() : PlainProvider("Resources by chance.") {
    for (unsigned seed = 0; seed < seeds_for_terraform; ++seed)
      resources.emplace("chance_s" + std::to_string(seed),
                        make_obedient_resource(Chance(seed).schema(), seed));
  }
};

}  // namespace

std::unique_ptr<ManagedResource> make_obedient_resource(Schema schema, unsigned seed) {
  return std::make_unique<Obedient>(std::move(schema), seed);
}

std::unique_ptr<Provider> make_provider_by_chance() { return std::make_unique<ByChance>(); }

}  // namespace ghboot::tfplugin::core
