// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/obedient.h"

#include <cctype>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "tfplugin/core/chance.h"
#include "tfplugin/cty/msgpack.h"

namespace ghboot::tfplugin::core {
namespace {

using List = cty::Value::List;
using Map = cty::Value::Map;

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
    step.call.private_state.set("plan:from", origin(step.prior));
    step.planned = cty::unrefined(schema_.type(), step.planned);
    for (const Attribute& attribute : schema_.attributes) {
      cty::Value& value = (*step.planned.get<Map>())[attribute.name];
      if (attribute.name != "id" && attribute.is_computed() && value.is_unknown() &&
          step.config[attribute.name].is_null() && step.prior.is_null())
        if (const auto early = decided_early(attribute)) value = *early;
    }
  }
  cty::Value create(const cty::Value& planned, Call& call) const override {
    if (!wants("plan:from", origin({}), call)) return {};
    return signed_by(call, decided(planned, "made-" + std::to_string(seed_of(planned) % 1000)));
  }
  cty::Value read(const cty::Value& state, Call& call) const override {
    wants("signed", signature(state), call);
    return respelled(state);
  }
  cty::Value update(const cty::Value& prior, const cty::Value& planned, Call& call) const override {
    if (!wants("plan:from", origin(prior), call) || !wants("signed", signature(prior), call)) return {};
    return signed_by(call, decided(planned, prior["id"]));
  }
  // The state is all there is. Core destroys what is tainted with what the plan of the next one left.
  void destroy(const cty::Value& state, Call& call) const override {
    const auto& left = call.private_state;
    const bool is_tainted = !left.get("signed") && left.get("plan:from") == origin({});
    if (!is_tainted) wants("signed", signature(state), call);
  }
  cty::Value import(const std::string& id, Call& call) const override {
    cty::Value out = empty_object(schema_);
    out.get<Map>()->insert_or_assign("id", id);
    return signed_by(call, std::move(out));
  }
  cty::Value import_identity(const cty::Value& known, Call& call) const override {
    return signed_by(call, known);
  }
  cty::Value upgrade(std::int64_t, std::string_view, Diagnostics&) const override { return {}; }
  cty::Value upgrade_identity(std::int64_t, std::string_view, Diagnostics&) const override { return {}; }

 private:
  static std::string text_of(const cty::Value& value) {
    const auto* text = value.get<std::string>();
    return text ? *text : "nothing";
  }
  // What a plan leaves for its apply, and what a call leaves for the next about what it returned.
  static std::string origin(const cty::Value& prior) { return text_of(prior["id"]); }
  static std::string signature(const cty::Value& state) {
    return text_of(state["id"]) + "/" + text_of(state["name"]);
  }
  static cty::Value signed_by(Call& call, cty::Value state) {
    call.private_state.set("signed", signature(state));
    return state;
  }
  bool wants(std::string_view name, const std::string& expected, Call& call) const {
    const auto found = call.private_state.get(name);
    if (found == expected) return true;
    call.diagnostics.error(Path(), "Not the private part that was written",
                           "In chance_s" + std::to_string(seed_) + ".a \"" + std::string(name) + "\" is \"" +
                               found.value_or("") + "\", not \"" + expected + "\".");
    return false;
  }
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
