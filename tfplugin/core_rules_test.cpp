// SPDX-License-Identifier: Apache-2.0
// Rules of core that an author could break, by a resource whose author does (docs/core-rules.md).
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/tfplugin6.pb.h"
#include "tfplugin/apply.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/plan.h"
#include "tfplugin/upgrade.h"
#include "tfplugin/validators.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Item {
  Value<std::string> name, made, number;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Item::name, Use::required, "Name."},
        Field{"made", &Item::made, Use::computed, "By whom."},
        Field{"number",
              &Item::number,
              Use::optional_computed,
              "Which one.",
              {.default_value = std::string_view("1")}},
    };
  }
  auto operator<=>(const Item&) const = default;
};

constexpr Length short_kind{0, 8};

struct Box {
  Value<std::string> id, kind, secret, old, pin;
  Value<cty::Value::Dynamic> any;
  Value<std::vector<Item>> list, row;
  Value<std::set<Item>> bag, sack;
  Value<std::map<std::string, Item>> map;
  Value<Item> lid;
  static constexpr auto fields() {
    return std::tuple{
        Field{"id", &Box::id, Use::computed, "Identity.", {.keep = true, .identity = IdentityUse::required}},
        Field{"kind", &Box::kind, Use::optional, "Kind.", {.validators = {&short_kind}}},
        Field{"secret", &Box::secret, Use::optional, "Never stored.", {.write_only = true}},
        Field{"pin", &Box::pin, Use::optional_computed, "A number.", {.sensitive = true}},
        Field{"any", &Box::any, Use::optional_computed, "Anything."},
        Field{"old", &Box::old, Use::optional, "Old.", {.deprecated = "Use kind."}},
        Field{"list", &Box::list, Use::optional, "Items.", {.block = Block{.max_items = 3}}},
        Field{"row", &Box::row, Use::optional, "Items."},
        Field{"bag", &Box::bag, Use::optional, "Items.", {.block = Block{}}},
        Field{"sack", &Box::sack, Use::optional, "Items."},
        Field{"map", &Box::map, Use::optional, "Items.", {.block = Block{}}},
        Field{"lid", &Box::lid, Use::required, "An item.", {.block = Block{}}},
    };
  }
};
static_assert(valid<Box>());

using Paths = std::vector<Path>;

class Boxes final : public Resource<Box> {
 public:
  Boxes() : Resource("A box.", {.version = 1, .identity_version = 1}) {
    // Whatever state comes; an author who asks nobody what may be in it.
    upgrades_from<Box>(0, [](const Box& old, Diagnostics&) { return std::optional(old); });
    upgrades_identity_from<Box>(0, [](const Box& old, Diagnostics&) {
      Box out;
      if (!old.id.is_null()) out.id = "new-" + *old.id;
      return std::optional(out);
    });
    upgrades_from<Box>(-2, [](const Box&, Diagnostics&) { return std::optional<Box>(); });
    upgrades_from<Box>(-1, [](const Box& old, Diagnostics&) {
      Box out = old;
      out.kind = Value<std::string>::unknown();
      return std::optional(out);
    });
  }
  std::function<void(Box& planned, Paths& replace)> plans = [](Box&, Paths&) {};
  std::function<void(std::optional<Box>&)> answers = [](std::optional<Box>&) {};
  mutable int asked = 0;
  bool fails = false;  // With an error beside the answer.

 protected:
  void plan_change(PlannedChange change) const override {
    if (change.planned) plans(*change.planned, change.requires_replace);
  }
  std::optional<Box> create_thing(const Box& planned, Call& call) const override {
    if (fails) call.diagnostics.error("Half made", "It failed.");
    return answer(planned);
  }
  std::optional<Box> read_thing(const Box& state, Call&) const override { return answer(state); }
  std::optional<Box> update_thing(const Box&, const Box& planned, Call& call) const override {
    if (fails) call.diagnostics.error("Half changed", "It failed.");
    return answer(planned);
  }
  void destroy_thing(const Box&, Call&) const override { ++asked; }
  std::optional<Box> import_thing(const std::string&, Call&) const override { return answer(Box()); }

 private:
  std::optional<Box> answer(std::optional<Box> box) const {
    ++asked;
    if (!box->id.is_known()) box->id = "1";
    answers(box);
    return box;
  }
};

class CoreRules : public testing::Test {
 protected:
  cty::Value box(std::string_view json) const { return *cty::decode_json(boxes.schema().type(), json); }
  std::vector<std::string> said() {
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics.list())
      out.push_back(diagnostic.path.text() + ": " + diagnostic.summary);
    diagnostics = {};
    return out;
  }
  std::vector<std::string> details() {
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics.list()) out.push_back(diagnostic.detail);
    diagnostics = {};
    return out;
  }
  cty::Value plan(const cty::Value& prior, const cty::Value& wanted) {
    return plan_change(boxes, prior, wanted, wanted, call).planned;
  }

  Boxes boxes;
  Diagnostics diagnostics;
  PrivateState private_state;
  Call call{diagnostics, private_state};
  const cty::Value config = box(R"({"list":[{"name":"a"}],"row":[{"name":"a"}],"bag":[{"name":"a"}],
      "map":{"k":{"name":"a"}},"lid":{"name":"a"}})");
  const cty::Value state = box(R"({"id":"1","list":[],"bag":[],"map":{},"lid":{"name":"a","made":"x"}})");
};

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

TEST_F(CoreRules, AResultIsThereAndDecided) {
  boxes.answers = [](std::optional<Box>& box) { box.reset(); };
  EXPECT_TRUE(apply_change(boxes, {}, state, {}, call).is_null());
  EXPECT_THAT(said(), ElementsAre(": Defect of the provider"));
  EXPECT_EQ(apply_change(boxes, state, state, {}, call), state);
  EXPECT_THAT(said(), ElementsAre(": Defect of the provider"));
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = Value<std::string>::unknown(); };
  apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(), ElementsAre("\"lid.made\" was left undecided. Please report this with the plan's "
                                     "output."));
}

TEST_F(CoreRules, NothingMadeAndNoErrorSaysWhatToDo) {
  boxes.answers = [](std::optional<Box>& box) { box.reset(); };
  apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre("Creating ended without a result and without an error. It may be there "
                          "all the same: look for it before you apply again. Please report this."));
  apply_change(boxes, state, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre("Changing ended without a result and without an error. The state is left "
                          "as it was. Please report this."));
}

TEST_F(CoreRules, ADefectSaysWhatWasFoundAndWhatWasExpected) {
  boxes.plans = [](Box& planned, Paths&) {
    planned.kind = "oak";
    planned.lid->name = std::string(100, 'b');
  };
  plan({}, config);
  EXPECT_THAT(details(),
              ElementsAre(StartsWith("The plan for \"kind\" is neither what the configuration says nor what "
                                     "was there before: planned is \"oak\", configured null, before null."),
                          HasSubstr("planned is \"" + std::string(76, 'b') + "…, configured \"a\",")));
  boxes.answers = [](std::optional<Box>& box) { box->kind = "oak", box->lid->made = "y"; };
  apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre(HasSubstr("\"kind\" is not what the plan promised: planned was null, the "
                                    "result is \"oak\"."),
                          HasSubstr("\"lid.made\" is not what the plan promised: planned was "
                                    "\"x\", the result is \"y\".")));
}

TEST_F(CoreRules, ADefectShowsNoSecret) {
  auto secretive = config;
  secretive.get<cty::Value::Map>()->insert_or_assign("secret", "hush");
  secretive.get<cty::Value::Map>()->insert_or_assign("pin", "1234");
  boxes.plans = [](Box& planned, Paths&) { planned.secret = "hush", planned.pin = "5678"; };
  plan({}, secretive);
  const std::string hidden =
      "planned is a sensitive value, configured a sensitive value, before null. Please";
  EXPECT_THAT(details(), ElementsAre(HasSubstr(hidden), HasSubstr(hidden)));
  auto planned = state;
  planned.get<cty::Value::Map>()->insert_or_assign("pin", "1234");
  boxes.answers = [](std::optional<Box>& box) { box->pin = "5678"; };
  apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(details(), ElementsAre(HasSubstr("planned was a sensitive value, the result is a sensitive")));
}

// Core adds an error for each unknown, and one for an identity, to the one that says what went wrong.
TEST_F(CoreRules, WhatIsHalfMadeIsDecided) {
  auto planned = state;
  for (const char* name : {"id", "pin", "any"})
    planned.get<cty::Value::Map>()->insert_or_assign(name, cty::Value::unknown());
  const auto half = [&](std::optional<Box>& box) {
    box->pin = Value<std::string>::unknown();
    box->id = Value<std::string>::unknown();
    box->lid->made = Value<std::string>::unknown();
    box->list = Value<std::vector<Item>>::unknown();
    box->row = std::vector<Item>{{.name = "a", .made = Value<std::string>::unknown()}};
    box->sack = std::set<Item>{{.name = "a", .made = Value<std::string>::unknown()}};
    diagnostics.error("Half made", "The rest failed.");
  };
  boxes.answers = half;
  const auto made = apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), ElementsAre(": Half made"));
  EXPECT_EQ(made, box(R"({"list":[],"bag":[],"map":{},"row":[{"name":"a"}],"sack":[{"name":"a"}],
      "lid":{"name":"a"}})"));
  const auto prior = box(R"({"id":"1","pin":"1234","list":[{"name":"l"}],"bag":[],"map":{},
      "row":[{"name":"a","made":"x"}],"lid":{"name":"a","made":"x"}})");
  const auto changed = apply_change(boxes, prior, planned, {}, call);
  EXPECT_THAT(said(), ElementsAre(": Half made"));
  EXPECT_EQ(changed, box(R"({"id":"1","pin":"1234","list":[{"name":"l"}],"bag":[],"map":{},
      "row":[{"name":"a","made":"x"}],"sack":[{"name":"a"}],"lid":{"name":"a","made":"x"}})"));
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = Value<std::string>::unknown(); };
  EXPECT_TRUE(apply_change(boxes, {}, state, {}, call).is_wholly_known()) << "beside an error of our own";
}

// Bytes that are none were replaced, and stored so.
TEST_F(CoreRules, ATextThatIsNoUtf8IsRefused) {
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "a\xff"; };
  const auto made = apply_change(boxes, {}, state, {}, call);
  EXPECT_THAT(details(),
              ElementsAre("\"lid\" has a text that is no UTF-8, and Terraform keeps no other: encode the "
                          "bytes. Please report this with the plan's output."));
  EXPECT_EQ(made, state) << "as planned";
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "\xc3\xa4"; };
  apply_change(boxes, {}, state, {}, call);
  for (const std::string& detail : details()) EXPECT_EQ(detail.find("UTF-8"), std::string::npos) << detail;
}

// Core composes what it reads: it was called a change of what had been planned.
TEST_F(CoreRules, ATextThatIsNotComposedIsTheOneThatWasPlanned) {
  boxes.answers = [](std::optional<Box>& box) { box->lid->made = "cafe\u0301"; };
  const auto planned = box(R"({"id":"1","list":[],"bag":[],"map":{},"lid":{"name":"a","made":"caf\u00e9"}})");
  EXPECT_EQ(apply_change(boxes, {}, planned, {}, call), planned);
  EXPECT_THAT(details(), IsEmpty());
  boxes.plans = [](Box& planned, Paths&) { planned.id = "e\u0301"; };
  EXPECT_EQ(plan({}, config)["id"], cty::Value("\u00e9"));
}

// The tuple was read beyond its type's end; what fitted less was written as null, without a word.
TEST_F(CoreRules, ADynamicValueThatIsNotOfItsTypeIsRefused) {
  const cty::Value::Dynamic wrong{cty::Type::tuple({cty::Type::string()}), cty::Value::List{"a", "b"}};
  boxes.plans = [&](Box& planned, Paths&) { planned.any = wrong; };
  plan({}, config);
  EXPECT_THAT(details(),
              ElementsAre(HasSubstr("\"any\" has a value that does not fit the type that it brings.")));
  auto planned = state;
  planned.get<cty::Value::Map>()->insert_or_assign("any", cty::Value::unknown());
  boxes.answers = [&](std::optional<Box>& box) { box->any = wrong; };
  const auto made = apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), Contains("any: Defect of the provider"));
  EXPECT_TRUE(made["any"].is_null());
  EXPECT_EQ(made["id"], cty::Value("1")) << "what was made is not lost";
  EXPECT_EQ(read_resource(boxes, state, call), state);
  EXPECT_THAT(said(), ElementsAre("any: Defect of the provider"));
}

TEST_F(CoreRules, ASetMayShrinkAndNeverGrows) {
  auto planned = state;
  const auto item = [](cty::Value made) {
    return cty::Value::Map{{"name", "a"}, {"made", std::move(made)}, {"number", {}}};
  };
  planned.get<cty::Value::Map>()->insert_or_assign("sack", cty::Value::set({item(cty::Value::unknown())}));
  std::set<Item> made = {{.name = "a", .made = "x"}};
  boxes.answers = [&](std::optional<Box>& box) { box->sack = made; };
  apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), IsEmpty());
  made.insert({.name = "a", .made = "y"});
  apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), ElementsAre("sack: Defect of the provider")) << "it grew";
  made = {{.name = "b", .made = "x"}};
  apply_change(boxes, {}, planned, {}, call);
  EXPECT_THAT(said(), ElementsAre("sack: Defect of the provider")) << "of another name";

  auto blocks = state;  // Of two that nobody could tell apart one may be left.
  blocks.get<cty::Value::Map>()->insert_or_assign("bag",
                                                  cty::Value::set({item(cty::Value::unknown()), item("x")}));
  std::set<Item> bag = {{.name = "a", .made = "x"}};
  boxes.answers = [&](std::optional<Box>& box) { box->bag = bag; };
  apply_change(boxes, {}, blocks, {}, call);
  EXPECT_THAT(said(), IsEmpty()) << "both are that one";
  bag = {{.name = "a", .made = "x"}, {.name = "a", .made = "y"}, {.name = "a", .made = "z"}};
  apply_change(boxes, {}, blocks, {}, call);
  EXPECT_THAT(said(), ElementsAre("bag: Defect of the provider")) << "three of two";
}

TEST_F(CoreRules, AResultHasTheBlocksOfItsPlan) {
  const auto blocks = box(R"({"id":"1","list":[{"name":"a","made":"x"}],"bag":[{"name":"a","made":"x"}],
      "map":{"k":{"name":"a","made":"x"}},"lid":{"name":"a","made":"x"}})");
  apply_change(boxes, {}, blocks, {}, call);
  EXPECT_THAT(said(), IsEmpty());
  boxes.answers = [](std::optional<Box>& box) {
    box->list->push_back({.name = "a", .made = "x"});
    box->bag->clear();
    (*box->map)["other"] = {.name = "a", .made = "x"};
    box->lid->made = "y";
  };
  apply_change(boxes, {}, blocks, {}, call);
  EXPECT_THAT(said(), ElementsAre("list: Defect of the provider", "bag: Defect of the provider",
                                  "map: Defect of the provider", "lid.made: Defect of the provider"));
  boxes.answers = [](std::optional<Box>& box) {
    box->list->clear();
    box->map->clear();
  };
  apply_change(boxes, {}, blocks, {}, call);
  EXPECT_THAT(said(), ElementsAre("list: Defect of the provider", "map: Defect of the provider"));
}

TEST_F(CoreRules, NoAnswerHoldsAWriteOnlyValue) {
  boxes.answers = [](std::optional<Box>& box) { box->secret = "s"; };
  EXPECT_TRUE(read_resource(boxes, state, call)["secret"].is_null());
  EXPECT_TRUE(import_resource(boxes, "1", call)["secret"].is_null());
  EXPECT_TRUE(apply_change(boxes, {}, state, {}, call)["secret"].is_null());
  EXPECT_TRUE(apply_change(boxes, state, state, {}, call)["secret"].is_null());
  for (const std::int64_t version : {0, 1})
    EXPECT_TRUE(
        upgrade_state(boxes, "box", version, R"({"id":"1","secret":"s"})", diagnostics)["secret"].is_null());
  EXPECT_THAT(said(), IsEmpty());
  boxes.fails = true;
  for (const cty::Value& prior : {cty::Value(), state}) {
    const auto half = apply_change(boxes, prior, state, {}, call);
    EXPECT_TRUE(half.is_known() && half["secret"].is_null()) << "beside an error too";
    EXPECT_THAT(said(), ElementsAre(prior.is_null() ? ": Half made" : ": Half changed"));
  }
}

// What is there may have been made under other rules, or be the reason why it goes.
TEST_F(CoreRules, WhatIsDestroyedNeedNotBeValid) {
  auto invalid = state;
  invalid.get<cty::Value::Map>()->insert_or_assign("kind", "no kind at all");
  EXPECT_TRUE(plan(invalid, {}).is_null());
  EXPECT_TRUE(apply_change(boxes, invalid, {}, {}, call).is_null());
  EXPECT_EQ(boxes.asked, 1);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(CoreRules, AnIdentityStaysTheSame) {
  boxes.answers = [](std::optional<Box>& box) { box->id = "2"; };
  EXPECT_EQ(read_resource(boxes, state, call), state);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
  boxes.answers = [](std::optional<Box>& box) { box->id = {}; };
  read_resource(boxes, state, call);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
  boxes.plans = [](Box& planned, Paths&) { planned.id = "2"; };
  plan(state, config);
  EXPECT_THAT(said(), ElementsAre("id: Defect of the provider"));
}

struct Look {
  Value<std::string> note;
  Value<Item> one;
  Value<std::vector<Item>> many;
  static constexpr auto fields() {
    return std::tuple{Field{"note", &Look::note, Use::optional, "Note."},
                      Field{"one", &Look::one, Use::optional, "One."},
                      Field{"many", &Look::many, Use::optional, "Many.", {.block = Block{}}}};
  }
};

class Looks final : public DataSource<Look> {
 public:
  Looks() : DataSource("Looks.") {}
  std::function<void(Look&)> answers;

 protected:
  std::optional<Look> read_thing(const Look& config, Call&) const override {
    Look out = config;
    answers(out);
    return out;
  }
};

// What is computed inside a configured object was taken for a contradiction of the configuration.
TEST_F(CoreRules, AnAnswerFillsOnlyWhatIsComputed) {
  Looks looks;
  const auto asked =
      *cty::decode_json(looks.schema().type(), R"({"one":{"name":"a"},"many":[{"name":"b"}]})");
  looks.answers = [](Look& look) { look.one->made = look.many->at(0).made = "x"; };
  EXPECT_FALSE(read_data(looks, asked, call).is_null());
  EXPECT_THAT(said(), IsEmpty());
  looks.answers = [](Look& look) { look.one->name = look.many->at(0).name = look.note = "other"; };
  EXPECT_TRUE(read_data(looks, asked, call).is_null());
  EXPECT_THAT(said(), ElementsAre("note: Defect of the provider", "one.name: Defect of the provider",
                                  "many[0].name: Defect of the provider"));
}

TEST_F(CoreRules, AReadOfNothingAsksNobody) {
  EXPECT_TRUE(read_resource(boxes, {}, call).is_null());
  EXPECT_EQ(boxes.asked, 0);
}

TEST_F(CoreRules, ADeleteLeavesNothing) {
  EXPECT_TRUE(apply_change(boxes, {}, {}, {}, call).is_null());
  EXPECT_EQ(boxes.asked, 0) << "nothing to do";
  EXPECT_TRUE(apply_change(boxes, state, {}, {}, call).is_null());
  EXPECT_EQ(boxes.asked, 1);
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

TEST_F(CoreRules, AnIdentityOfAnOlderVersionIsUpgraded) {
  EXPECT_EQ(upgrade_identity(boxes, "box", 0, R"({"id":"1"})", diagnostics)["id"], cty::Value("new-1"));
  EXPECT_THAT(said(), IsEmpty());
  upgrade_identity(boxes, "box", 7, R"({"id":"1"})", diagnostics);
  EXPECT_THAT(said(), ElementsAre(": Identity of another version"));
}

TEST_F(CoreRules, AnUpgradeThatLeavesSomethingUndecidedNamesIt) {
  upgrade_state(boxes, "box", -1, R"({"lid":{"name":"a"}})", diagnostics);
  EXPECT_THAT(details(),
              ElementsAre("\"kind\" was left undecided. Please report this with both versions, -1 and 1."));
  upgrade_state(boxes, "box", -2, R"({"lid":{"name":"a"}})", diagnostics);
  EXPECT_THAT(details(),
              ElementsAre("The upgrade from version -2 ended without a result and without an error. "
                          "Please report this."));
}

TEST_F(CoreRules, AnIdentityThatWasNeverStoredIsFilledIn) {
  const auto identity = upgrade_identity(boxes, "box", 0, "", diagnostics);
  EXPECT_TRUE(identity.is_known() && identity["id"].is_null());
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(CoreRules, BlocksAreAnnouncedWithTheCountsThatCoreTakes) {
  tfplugin6::Schema wire;
  to_wire(boxes.schema(), wire);
  std::vector<std::string> counts;
  for (const auto& block : wire.block().block_types())
    counts.push_back(block.type_name() + " " + std::to_string(block.min_items()) + " " +
                     std::to_string(block.max_items()));
  EXPECT_THAT(counts, ElementsAre("list 0 3", "bag 0 0", "map 0 0", "lid 1 1"));
}

TEST_F(CoreRules, AMessageOfDeprecationMarksWhatIsDeprecated) {
  tfplugin6::Schema wire;
  to_wire(boxes.schema(), wire);
  for (const auto& attribute : wire.block().attributes()) {
    EXPECT_EQ(attribute.deprecated(), attribute.name() == "old");
    EXPECT_EQ(attribute.deprecation_message().empty(), !attribute.deprecated());
  }
}

TEST_F(CoreRules, AnIdentityIsAnnouncedByWhatAnImportNeeds) {
  tfplugin6::ResourceIdentitySchema wire;
  identity_to_wire(boxes.schema(), wire);
  ASSERT_EQ(wire.identity_attributes_size(), 1);
  EXPECT_TRUE(wire.identity_attributes(0).required_for_import());
  EXPECT_FALSE(wire.identity_attributes(0).optional_for_import());
  EXPECT_EQ(wire.version(), 1);
}

}  // namespace
}  // namespace ghboot::tfplugin
