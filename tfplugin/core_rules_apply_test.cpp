// SPDX-License-Identifier: Apache-2.0
// Rules of core about results, reads and deletes that an author could break.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core_rules_fixture.h"

namespace ghboot::tfplugin::box {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

TEST_F(CoreRules, ADynamicValueIsHeldToWhatWasKnownOfIt) {
  const auto type = cty::Type::tuple({cty::Type::string(), cty::Type::string()});
  auto planned = state;
  planned.get<cty::Value::Map>()->insert_or_assign(
      "any", cty::Value::dynamic(type, cty::Value::List{"x", cty::Value::unknown()}));
  const auto answer = [&](const char* first, const cty::Type& brought) {
    boxes.answers = [=](std::optional<Box>& box) {
      box->any = cty::Value::Dynamic{brought, cty::Value::List{first, "y"}};
    };
    apply_change(boxes, {}, planned, {}, call);
    return said();
  };
  EXPECT_THAT(answer("x", type), IsEmpty());
  EXPECT_THAT(answer("z", type), ElementsAre("any: Defect of the provider"));
  EXPECT_THAT(answer("x", cty::Type::list(cty::Type::string())), ElementsAre("any: Defect of the provider"));
  EXPECT_THAT(answer("x", cty::Type::list(cty::Type::dynamic())), ElementsAre("any: Defect of the provider"));
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

}  // namespace
}  // namespace ghboot::tfplugin::box
