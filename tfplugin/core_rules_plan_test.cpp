// SPDX-License-Identifier: Apache-2.0
// Rules of core about plans that an author could break.
#include <functional>
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
  boxes.plans = [](Box&, Paths& replace) { replace = {Path({"bag"}).index(0).attribute("name")}; };
  plan(plan(state, config), config);
  EXPECT_THAT(said(), ElementsAre("bag[0].name: Defect of the provider")) << "no path goes into a set";
}

struct Lock {
  Value<std::string> code, kind, made;
  Value<std::vector<std::string>> marks;
  static constexpr auto fields() {
    return std::tuple{
        Field{"code", &Lock::code, Use::optional, "Never stored.", {.write_only = true}},
        Field{"kind", &Lock::kind, Use::optional_computed, "Kind."},
        Field{"made", &Lock::made, Use::computed, "By whom."},
        Field{"marks", &Lock::marks, Use::optional, "Marks."},
    };
  }
  bool operator==(const Lock&) const = default;
};
struct Door {
  Value<Lock> lock;
  Value<std::vector<Lock>> locks;
  static constexpr auto fields() {
    return std::tuple{Field{"lock", &Door::lock, Use::optional, "Lock."},
                      Field{"locks", &Door::locks, Use::optional, "Locks."}};
  }
};

class Doors final : public Resource<Door> {
 public:
  Doors() : Resource("A door.") {}
  std::function<void(Door& planned, const Door& config)> plans;

 protected:
  void plan_change(PlannedChange change) const override { plans(*change.planned, *change.config); }
  std::optional<Door> create_thing(const Door& planned, Call&) const override { return planned; }
  std::optional<Door> read_thing(const Door& state, Call&) const override { return state; }
  std::optional<Door> update_thing(const Door&, const Door& planned, Call&) const override { return planned; }
  void destroy_thing(const Door&, Call&) const override {}
  std::optional<Door> import_thing(const std::string&, Call&) const override { return Door(); }
};

TEST_F(CoreRules, AWriteOnlyValueInsideAnObjectIsRefusedInAPlanToo) {
  Doors doors;
  doors.plans = [](Door& planned, const Door& wanted) { planned.lock = wanted.lock; };
  const auto door = *cty::decode_json(doors.schema().type(), R"({"lock":{"code":"s","kind":"k"}})");
  const auto planned = plan_change(doors, {}, door, door, call).planned;
  EXPECT_THAT(details(), ElementsAre("\"lock.code\" is write-only, and no plan holds such a value. Please "
                                     "report this with the plan's output."));
  EXPECT_TRUE(planned["lock"]["code"].is_null());
}

// The whole object was written anew, with what the model had lost of its neighbours.
TEST_F(CoreRules, WhatAnAuthorPlansInsideAnObjectLeavesTheRestToTheBit) {
  Doors doors;
  doors.plans = [](Door& planned, const Door&) { planned.lock->made = planned.locks->at(0).made = "me"; };
  const cty::Value marks = cty::Value::List{"a", cty::Value::unknown()};
  const auto lock = [&](cty::Value made) {
    return cty::Value::Map{{"code", {}}, {"kind", "k"}, {"made", std::move(made)}, {"marks", marks}};
  };
  const auto door = [&](const cty::Value& made) {
    return cty::Value::Map{{"lock", lock(made)}, {"locks", cty::Value::List{lock(made)}}};
  };
  EXPECT_EQ(plan_change(doors, {}, door({}), door({}), call).planned, cty::Value(door("me")));
  EXPECT_THAT(details(), IsEmpty());
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
