// SPDX-License-Identifier: Apache-2.0
// Rules of core about plans that an author could break.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core_rules_fixture.h"

namespace ghboot::tfplugin::box {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CoreRules, APlanOfOtherElementsIsRefusedByItsPath) {
  plan({}, config);
  EXPECT_THAT(said(), IsEmpty());
  boxes.plans = [](Box& planned, Paths&) {
    planned.list->push_back({.name = "b", .made = {}});
    planned.row->at(0).name = "b";
    planned.bag->insert({.name = "b", .made = {}});
    (*planned.map)["other"] = {.name = "b", .made = {}};
    planned.lid->name = "b";
  };
  plan({}, config);
  EXPECT_THAT(said(), ElementsAre("list: Defect of the provider", "row[0].name: Defect of the provider",
                                  "bag: Defect of the provider", "map: Defect of the provider",
                                  "lid.name: Defect of the provider"));
  boxes.plans = [](Box& planned, Paths&) {
    planned.list->at(0).name = "b";
    (*planned.map)["k"].name = "b";
  };
  plan({}, config);
  EXPECT_THAT(said(),
              ElementsAre("list[0].name: Defect of the provider", "map[\"k\"].name: Defect of the provider"));

  // An attribute may stay as it was; of blocks there are as many as are configured.
  const auto before = box(R"({"id":"1","list":[{"name":"a","made":"x"}],"lid":{"name":"a","made":"x"}})");
  const auto more = box(R"({"list":[{"name":"a"},{"name":"b"}],"lid":{"name":"a"}})");
  boxes.plans = [](Box& plans, Paths&) { plans.list->pop_back(); };
  plan(before, more);
  EXPECT_THAT(said(), ElementsAre("list: Defect of the provider"));
}

// Core would count one element where two are configured.
TEST_F(CoreRules, TwoElementsOfASetThatBecomeOneAreTheUsersToMend) {
  auto two = config;
  const auto item = [](cty::Value number) {
    return cty::Value::Map{{"name", "a"}, {"made", {}}, {"number", std::move(number)}};
  };
  two.get<cty::Value::Map>()->insert_or_assign("bag", cty::Value::set({item({}), item("1")}));
  plan({}, two);
  EXPECT_THAT(said(), ElementsAre("bag: Elements that are the same"));
}

// A model holds no more of an unknown than that it is one: what core knows of it must not get lost on the way
// through an author that touches what stands beside it.
TEST_F(CoreRules, WhatIsKnownOfAnUnknownIsPlannedAsConfigured) {
  const cty::Value named = cty::Value::unknown({.null = false, .prefix = "a-"});
  const cty::Value item = cty::Value::Map{{"name", named}, {"made", {}}, {"number", "1"}};
  auto refined = config;
  for (const char* name : {"list", "row", "bag", "sack"})
    refined.get<cty::Value::Map>()->insert_or_assign(name, cty::Value::List{item});
  refined.get<cty::Value::Map>()->insert_or_assign("map", cty::Value::Map{{"k", item}});
  refined.get<cty::Value::Map>()->insert_or_assign("lid", item);
  boxes.plans = [](Box& planned, Paths&) {
    planned.list->at(0).made = planned.row->at(0).made = planned.map->at("k").made = "x";
    planned.lid->made = "x";
    for (auto* set : {&*planned.bag, &*planned.sack}) {
      Item one = *set->begin();
      one.made = "x";
      *set = {one};
    }
  };
  const cty::Value planned = plan({}, refined);
  EXPECT_THAT(said(), IsEmpty());
  const cty::Value made = cty::Value::Map{{"name", named}, {"made", "x"}, {"number", "1"}};
  EXPECT_EQ(planned["lid"], made);
  EXPECT_EQ(planned["map"]["k"], made);
  for (const char* name : {"list", "row", "bag", "sack"})
    EXPECT_EQ(planned[name], cty::Value(cty::Value::List{made})) << name;
}

TEST_F(CoreRules, APlanForWhatIsNotConfiguredIsRefused) {
  boxes.plans = [](Box& planned, Paths&) { planned.kind = "oak"; };
  plan({}, config);
  EXPECT_THAT(said(), ElementsAre("kind: Defect of the provider"));
}

TEST_F(CoreRules, AWriteOnlyValueInAPlanIsRefused) {
  auto secretive = config;
  secretive.get<cty::Value::Map>()->insert_or_assign("secret", "s");
  EXPECT_TRUE(plan({}, secretive)["secret"].is_null());
  EXPECT_THAT(said(), IsEmpty());
  boxes.plans = [](Box& planned, Paths&) { planned.secret = "s"; };
  plan({}, secretive);
  EXPECT_THAT(said(), ElementsAre("secret: Defect of the provider"));
}

TEST_F(CoreRules, WhatIsUnknownInTheConfigurationStaysUnknown) {
  auto unknown = config;
  for (const char* name : {"kind", "list", "bag", "map"})
    unknown.get<cty::Value::Map>()->insert_or_assign(name, cty::Value::unknown());
  const auto planned = plan({}, unknown);
  for (const char* name : {"kind", "list", "bag", "map"}) EXPECT_TRUE(planned[name].is_unknown()) << name;
  EXPECT_THAT(said(), IsEmpty());
  boxes.plans = [](Box& decided, Paths&) {
    decided.kind = "oak";
    decided.list = std::vector<Item>();
  };
  plan({}, unknown);
  EXPECT_THAT(said(), ElementsAre("kind: Defect of the provider", "list: Defect of the provider"));
  boxes.plans = [](Box& decided, Paths&) { decided.list = Value<std::vector<Item>>::unknown(); };
  plan({}, config);
  EXPECT_THAT(said(), ElementsAre("list: Defect of the provider"));
}

// Core finds the path in neither object and refuses the plan, in words about the provider's source.
TEST_F(CoreRules, AReplacementByWhatIsNotThereIsRefused) {
  boxes.plans = [](Box&, Paths& replace) { replace = {Path({"kind"}), Path({"list"}).index(7)}; };
  plan(state, config);
  EXPECT_THAT(said(), ElementsAre("list[7]: Defect of the provider"));
}

TEST_F(CoreRules, ABlockThatIsLeftNullIsEmpty) {
  boxes.answers = [](std::optional<Box>& box) { box->list = {}, box->bag = {}, box->map = {}; };
  const auto read = read_resource(boxes, state, call);
  const auto imported = import_resource(boxes, "1", call);
  auto wanted = state;
  wanted.get<cty::Value::Map>()->insert_or_assign("kind", "oak");
  const auto made = apply_change(boxes, {}, state, {}, call);
  const auto changed = apply_change(boxes, state, wanted, {}, call);
  const std::string_view stored = R"({"id":"1","lid":{"name":"a"}})";
  const auto same = upgrade_state(boxes, "box", 1, stored, diagnostics);
  const auto upgraded = upgrade_state(boxes, "box", 0, stored, diagnostics);
  boxes.plans = [](Box& planned, Paths&) { planned.list = {}, planned.bag = {}, planned.map = {}; };
  const auto planned = plan({}, box(R"({"list":[],"bag":[],"map":{},"lid":{"name":"a"}})"));
  for (const auto& value : {read, imported, made, changed, same, upgraded, planned}) {
    EXPECT_EQ(value["list"], cty::Value(cty::Value::List()));
    EXPECT_EQ(value["bag"], cty::Value(cty::Value::List()));
    EXPECT_EQ(value["map"], cty::Value(cty::Value::Map()));
  }
}

TEST_F(CoreRules, AnythingMayBeUnknownInAConfiguration) {
  cty::Value::Map unknown;
  for (const Attribute& attribute : boxes.schema().attributes)
    unknown.emplace(attribute.name, attribute.use == Use::computed ? cty::Value() : cty::Value::unknown());
  validate_object(boxes.schema().attributes, {}, unknown, Path(), diagnostics);
  static_cast<const ManagedResource&>(boxes).validate(unknown, diagnostics);
  plan({}, unknown);
  EXPECT_THAT(said(), IsEmpty());
}

}  // namespace
}  // namespace ghboot::tfplugin::box
