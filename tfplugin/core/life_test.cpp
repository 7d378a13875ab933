// SPDX-License-Identifier: Apache-2.0
// The engine against core's rules: whatever configuration follows whatever, known or not while planning, core
// takes each plan and each result, and a second plan has nothing to do.
#include "tfplugin/core/life.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core/chance.h"
#include "tfplugin/core/rules.h"
#include "tfplugin/cty/json.h"

namespace ghboot::tfplugin::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Rule {
  Value<std::string> subject, number;
  Value<std::int64_t> weight;
  static constexpr auto fields() {
    return std::tuple{
        Field{"subject", &Rule::subject, Use::required, "Subject."},
        Field{"number", &Rule::number, Use::computed, "Its number."},
        Field{"weight", &Rule::weight, Use::optional_computed, "Weight.", {.default_value = std::int64_t{1}}},
    };
  }
  bool operator==(const Rule&) const = default;
};

struct Size {
  Value<std::int64_t> width, height;
  static constexpr auto fields() {
    return std::tuple{
        Field{"width", &Size::width, Use::optional_computed, "Width.", {.default_value = std::int64_t{-1}}},
        Field{"height", &Size::height, Use::optional, "Height."},
    };
  }
  bool operator==(const Size&) const = default;
};

struct Policy {
  Value<std::string> name, place, id, stamp, note, chosen, key;
  Value<bool> strict;
  Value<Size> size, frame;
  Value<std::vector<Rule>> rules;
  Value<std::map<std::string, Rule>> named;
  Value<std::set<std::string>> tags;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Policy::name, Use::required, "Name."},
        Field{"place", &Policy::place, Use::optional, "Where.", {.requires_replace = true}},
        Field{"id", &Policy::id, Use::computed, "Identity.", {.keep = true}},
        Field{"stamp", &Policy::stamp, Use::computed, "Changes with every change."},
        Field{"note", &Policy::note, Use::optional_computed, "Not managed when null.", {.keep = true}},
        Field{"chosen", &Policy::chosen, Use::optional_computed, "Chosen by the provider when null."},
        Field{"strict", &Policy::strict, Use::optional_computed, "A flag.", {.default_value = false}},
        Field{"size", &Policy::size, Use::optional_computed, "Size.", {.keep = true}},
        Field{"frame", &Policy::frame, Use::optional, "Frame."},
        Field{"rules", &Policy::rules, Use::optional, "Rules."},
        Field{"named", &Policy::named, Use::optional, "Rules by name."},
        Field{"tags", &Policy::tags, Use::optional, "Tags."},
        Field{"key", &Policy::key, Use::optional, "Never stored.", {.write_only = true}},
    };
  }
};
static_assert(valid<Policy>());

// Keeps what it is given, and decides what is unknown.
class Policies final : public Resource<Policy> {
 public:
  Policies() : Resource("A policy.") {}
  mutable std::map<std::string, Policy> there;
  bool fails = false, warns = false;
  bool was_tainted = false;  // Core destroys such a one without its private part.

 protected:
  void plan_change(PlannedChange change) const override {
    warn("Planned", change.call);
    if (change.prior && change.config && change.config->key.value_or("") == "new")
      change.requires_replace.push_back(Path({"key"}));
  }
  void check(const Policy& config, Diagnostics& diagnostics) const override {
    if (config.place.is_known() && *config.place == "nowhere")
      diagnostics.error(Path({"place"}), "No place", "It must be somewhere.");
  }
  std::optional<Policy> create_thing(const Policy& planned, Call& call) const override {
    warn("Created", call);
    Policy made = decide(planned);
    made.id = "policy-" + std::to_string(++count_);
    call.private_state.set("made", *made.id);
    there[*made.id] = made;
    if (fails) call.diagnostics.error("Half made", "The rest failed.");
    return made;
  }
  std::optional<Policy> read_thing(const Policy& state, Call& call) const override {
    warn("Read", call);
    const auto found = there.find(*state.id);
    return found == there.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Policy> update_thing(const Policy&, const Policy& planned, Call& call) const override {
    warn("Changed", call);
    if (fails) {
      call.diagnostics.error("Not changed", "It failed.");
      return std::nullopt;
    }
    return there[*planned.id] = decide(planned);
  }
  void destroy_thing(const Policy& state, Call& call) const override {
    warn("Destroyed", call);
    EXPECT_EQ(call.private_state.get("made"), was_tainted ? std::nullopt : std::optional(*state.id));
    if (fails) return call.diagnostics.error("Not destroyed", "It failed.");
    there.erase(*state.id);
  }
  std::optional<Policy> import_thing(const std::string& id, Call&) const override {
    Policy out;
    out.id = id;
    return out;
  }

 private:
  void warn(const std::string& what, Call& call) const {
    if (warns) call.diagnostics.warning(what, "All is well.");
  }
  template <class T>
  static void choose(Value<T>& value, T choice) {
    if (value.is_unknown()) value = std::move(choice);
  }
  Policy decide(Policy policy) const {
    const std::string next = std::to_string(++count_);
    choose<std::string>(policy.stamp, next);
    choose<std::string>(policy.note, "as made");
    choose<std::string>(policy.chosen, "chosen " + next);
    choose<Size>(policy.size, Size{.width = 3, .height = {}});
    if (policy.rules.is_known())
      for (Rule& rule : *policy.rules) choose<std::string>(rule.number, next);
    if (policy.named.is_known())
      for (auto& [key, rule] : *policy.named) choose<std::string>(rule.number, next);
    return policy;
  }
  mutable int count_ = 0;
};

class Office final : public PlainProvider<> {
 public:
  Office() : PlainProvider("An office.") {
    resources.emplace("office_policy", std::unique_ptr<ManagedResource>(policies = new Policies));
  }
  Policies* policies;
};

class LifeTest : public testing::Test {
 protected:
  cty::Value policy(std::string_view json) const {
    return *cty::decode_json(office.policies->schema().type(), json);
  }
  void apply(const cty::Value& config) {
    life.plan(config);
    life.apply(config);
  }

  Office office;
  Core terraform{office};
  Life life{terraform, "office_policy"};
};

// Core sees null before and after, and takes the provider's word.
TEST_F(LifeTest, WhatIsWriteOnlyMayReplace) {
  apply(policy(R"({"name":"a","key":"old"})"));
  EXPECT_EQ(life.plan(policy(R"({"name":"a","key":"old"})")), Action::none);
  EXPECT_EQ(life.plan(policy(R"({"name":"a","key":"new"})")), Action::replace);
}

TEST_F(LifeTest, FromCreationToDestruction) {
  const auto config = policy(R"({"name":"a","place":"here","rules":[{"subject":"x"}]})");
  EXPECT_EQ(life.plan(config), Action::create);
  life.apply(config);
  EXPECT_EQ(life.state()["id"], cty::Value("policy-2"));
  EXPECT_EQ(life.plan(config), Action::none);
  const auto renamed = policy(R"({"name":"b","place":"here","rules":[{"subject":"x"}]})");
  EXPECT_EQ(life.plan(renamed), Action::update);
  life.apply(renamed);
  const auto moved = policy(R"({"name":"b","place":"there"})");
  EXPECT_EQ(life.plan(moved), Action::replace);
  life.apply(moved);
  EXPECT_EQ(life.plan({}), Action::destroy);
  life.apply({});
  EXPECT_TRUE(life.state().is_null());
  EXPECT_THAT(office.policies->there, IsEmpty());
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(LifeTest, AHalfMadeObjectIsTaintedAndReplaced) {
  office.policies->fails = true;
  const auto config = policy(R"({"name":"a"})");
  apply(config);
  EXPECT_TRUE(life.tainted());
  EXPECT_THAT(terraform.said(), ElementsAre("Half made"));
  office.policies->fails = false;
  office.policies->was_tainted = true;
  EXPECT_EQ(life.plan(config), Action::replace);
  life.apply(config);
  EXPECT_FALSE(life.tainted());
  EXPECT_EQ(office.policies->there.size(), 1U);
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(LifeTest, AWarningChangesNothingButIsSaid) {
  office.policies->warns = true;
  const auto config = policy(R"({"name":"a"})");
  apply(config);
  EXPECT_THAT(terraform.said(), ElementsAre("Planned", "Planned", "Created"));
  EXPECT_FALSE(life.tainted());
  EXPECT_EQ(life.state()["id"], cty::Value("policy-2"));
  EXPECT_EQ(life.private_bytes(), R"({"made":"policy-2"})");
  office.policies->there.at("policy-2").note = "by another hand";
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(life.state()["note"], cty::Value("by another hand")) << "what was read counts";
  EXPECT_THAT(terraform.said(), ElementsAre("Read", "Planned"));
  apply(policy(R"({"name":"b"})"));
  EXPECT_EQ(life.state()["name"], cty::Value("b"));
  EXPECT_THAT(terraform.said(), ElementsAre("Read", "Planned", "Planned", "Changed"));
  apply({});
  EXPECT_TRUE(life.state().is_null());
  EXPECT_THAT(terraform.said(), ElementsAre("Read", "Planned", "Destroyed"));
}

// Core proposes to remove an object that was configured once; to the engine null is "not managed" there too.
TEST_F(LifeTest, WhatIsNotConfiguredAnyMoreStaysAsItIs) {
  apply(policy(R"({"name":"a","size":{"height":5}})"));
  const auto without = policy(R"({"name":"a"})");
  ASSERT_TRUE(propose(office.policies->schema(), life.state(), without)["size"].is_null());
  EXPECT_EQ(life.plan(without), Action::none);
  apply(policy(R"({"name":"b"})"));
  EXPECT_EQ(life.state()["size"]["height"], cty::Value::integer(5));
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(LifeTest, AFailedUpdateOrDestroyKeepsStateAndPrivatePart) {
  apply(policy(R"({"name":"a"})"));
  const auto state = life.state();
  const auto private_bytes = life.private_bytes();
  office.policies->fails = true;
  apply(policy(R"({"name":"b"})"));
  apply({});
  EXPECT_THAT(terraform.said(), ElementsAre("Not changed", "Not destroyed"));
  EXPECT_EQ(life.state(), state);
  EXPECT_EQ(life.private_bytes(), private_bytes);
  EXPECT_FALSE(life.tainted());
}

// What was unknown in the plan is validated before it is applied.
TEST_F(LifeTest, AMistakeThatIsKnownOnlyAtApplyIsSaidThen) {
  const auto config = policy(R"({"name":"a","place":"nowhere"})");
  auto masked = config;
  masked.get<cty::Value::Map>()->insert_or_assign("place", cty::Value::unknown());
  EXPECT_EQ(life.plan(masked), Action::create);
  EXPECT_THAT(terraform.said(), IsEmpty());
  life.apply(config);
  EXPECT_THAT(terraform.said(), ElementsAre("place: No place"));
  EXPECT_THAT(office.policies->there, IsEmpty());
}

// A result may say null for blocks, which a plan may not.
TEST_F(LifeTest, CoreBearsWithNullBlocksInAResult) {
  Schema schema;
  schema.attributes.resize(1);
  Attribute& part = schema.attributes[0];
  part.name = "part";
  part.nesting = Nesting::list;
  part.block = Block{};
  part.type = cty::Type::list(cty::Type::object({}));
  const cty::Value none = cty::Value::Map{{"part", cty::Value::List{}}};
  EXPECT_THAT(of_result(schema, none, cty::Value::Map{{"part", {}}}), IsEmpty());
  EXPECT_THAT(of_plan(schema, none, cty::Value::Map{{"part", cty::Value::List{cty::Value::Map{}}}}, none),
              ElementsAre("part: count in plan disagrees with count in config"))
      << "blocks cannot stay as they were";
  EXPECT_THAT(of_result(schema, none, cty::Value::Map{{"part", cty::Value::List{cty::Value::Map{}}}}),
              ElementsAre("part: is not what was planned"));
}

TEST_F(LifeTest, AnImportIsFollowedByAnEmptyPlan) {
  const auto config = policy(R"({"name":"a","tags":["x"]})");
  apply(config);
  Life second{terraform, "office_policy"};
  second.import(*life.state()["id"].get<std::string>());
  EXPECT_EQ(second.state(), life.state());
  EXPECT_EQ(second.plan(config), Action::none);
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(LifeTest, WhatIsGoneIsPlannedAgain) {
  const auto config = policy(R"({"name":"a"})");
  apply(config);
  office.policies->there.clear();
  EXPECT_EQ(life.plan(config), Action::create);
}

// The rules themselves find what they are for.
TEST_F(LifeTest, CoreComplainsOfABrokenRule) {
  const Schema& schema = office.policies->schema();
  const auto config = policy(R"({"name":"A","rules":[{"subject":"x"}]})");
  EXPECT_THAT(of_plan(schema, {}, config, policy(R"({"name":"a","rules":[{"subject":"y"}]})")),
              ElementsAre("name: planned value matches neither config nor prior",
                          "rules[0].subject: planned value matches neither config nor prior"));
  EXPECT_THAT(of_plan(schema, {}, config, policy(R"({"name":"A","rules":[]})")),
              ElementsAre("rules: count in plan disagrees with count in config"));
  EXPECT_THAT(of_plan(schema, {}, config, policy(R"({"name":"A","rules":[{"subject":"x"}],"tags":[]})")),
              ElementsAre("tags: planned for a non-computed attribute"));
  EXPECT_THAT(of_result(schema, config, policy(R"({"name":"A","rules":[{"subject":"x","weight":1}]})")),
              ElementsAre("rules: is not what was planned"));
}

// An attribute that holds only what is computed, and deeper something that only a configuration gives.
TEST(Rules, WhatHoldsSomethingConfiguredAtAnyDepthIsProposedAsConfigured) {
  const auto named = [](std::string name, Use use, cty::Type type) {
    Attribute out;
    out.name = std::move(name), out.use = use, out.type = std::move(type);
    return out;
  };
  Attribute inner =
      named("inner", Use::optional_computed, cty::Type::object({{"text", cty::Type::string()}}));
  inner.nesting = Nesting::single;
  inner.nested = {named("text", Use::optional, cty::Type::string())};
  Attribute outer = named("outer", Use::optional_computed, cty::Type::object({{"inner", inner.type}}));
  outer.nesting = Nesting::single;
  outer.nested = {inner};
  Schema schema;
  schema.attributes = {outer};
  const auto prior = [](cty::Value text) {
    return cty::Value::Map{{"outer", cty::Value::Map{{"inner", cty::Value::Map{{"text", std::move(text)}}}}}};
  };
  const cty::Value config = cty::Value::Map{{"outer", cty::Value()}};
  EXPECT_TRUE(propose(schema, prior("a"), config)["outer"].is_null());
  EXPECT_EQ(propose(schema, prior({}), config), cty::Value(prior({})));
}

// A1: what is known of an attribute's unknown does not count; R4: of a block's it does.
TEST(Rules, WhatIsKnownOfAnUnknownCountsForBlocksAlone) {
  const cty::Value some = cty::Value::unknown({.length_max = 3});
  Schema schema;
  schema.attributes.resize(1);
  schema.attributes[0].name = "rows";
  schema.attributes[0].nesting = Nesting::list;
  schema.attributes[0].type = cty::Type::list(cty::Type::object({}));
  const cty::Value config = cty::Value::Map{{"rows", some}};
  const cty::Value planned = cty::Value::Map{{"rows", cty::Value::unknown()}};
  EXPECT_THAT(of_plan(schema, {}, config, planned), IsEmpty());
  schema.attributes[0].block = Block{};
  EXPECT_THAT(of_plan(schema, {}, config, config), IsEmpty());
  EXPECT_THAT(of_plan(schema, {}, config, planned), ElementsAre("rows: planned as unknown, is a block"));
}

TEST_F(LifeTest, NoSequenceOfConfigurationsMakesCoreComplain) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Chance chance(seed);
    for (int step = 0; step < 6; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      const auto& attributes = office.policies->schema().attributes;
      const cty::Value config = chance.one_in(8) ? cty::Value() : chance.config(attributes);
      life.plan(chance.masked(attributes, config));
      life.apply(config);
      ASSERT_THAT(terraform.said(), IsEmpty()) << cty::encode_json(office.policies->schema().type(), config);
      ASSERT_EQ(life.plan(config), Action::none)
          << cty::encode_json(office.policies->schema().type(), config) << "\n"
          << cty::encode_json(office.policies->schema().type(), life.state());
      ASSERT_THAT(terraform.said(), IsEmpty());
      if (chance.one_in(3) && !life.state().is_null())  // Drift.
        office.policies->there.begin()->second.note = "by another hand";
    }
    life.plan({});
    life.apply({});
    ASSERT_THAT(office.policies->there, IsEmpty());
  }
}

}  // namespace
}  // namespace ghboot::tfplugin::core
