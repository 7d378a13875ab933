// SPDX-License-Identifier: Apache-2.0
// What an author gets from the engine, by a resource that uses all of it.
#include "tfplugin/example/shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/core/life.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/provider.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin::example {
namespace {

using core::Action;
using testing::ElementsAre;
using testing::IsEmpty;

std::string replaced_in(std::string text, std::string_view what, std::string_view by) {
  return text.replace(text.find(what), what.size(), by);
}

class Library final : public PlainProvider<> {
 public:
  Library() : PlainProvider("A library.") { resources.emplace("example_shelf", std::make_unique<Shelves>()); }
};

class ShelfTest : public testing::Test {
 protected:
  // A configuration with what is required, and `more` of it.
  cty::Value shelf(std::string_view more = "{}") const {
    cty::Value out = *cty::decode_json(schema.type(), R"({"room":"hall-1","number":2,"height":100,
        "board":[{"width":80}],"label":[],"keeper":{}})");
    const cty::Value given = *cty::decode_json(schema.type(), more);
    for (const auto& [name, value] : *given.get<cty::Value::Map>())
      if (!value.is_null()) out.get<cty::Value::Map>()->insert_or_assign(name, value);
    return out;
  }
  void apply(const cty::Value& config) {
    life.plan(config);
    life.apply(config);
    ASSERT_THAT(terraform.said(), IsEmpty());
  }
  Action plan(std::string_view more) { return life.plan(shelf(more)); }

  Library library;
  const Schema& schema = library.resources.at("example_shelf")->schema();
  core::Core terraform{library};
  core::Life life{terraform, "example_shelf"};
};

TEST_F(ShelfTest, HasNoProblems) { EXPECT_THAT(problems(library), IsEmpty()); }

TEST_F(ShelfTest, BlocksAndNestedAttributesAreFilledAndComeToRest) {
  const auto config =
      shelf(R"({"board":[{"width":80},{"width":60,"load":5}],"label":[{"text":"a"},{"text":"b"}],
      "sticker":[{"text":"c"}],"keeper":{"day":{"name":"Ann","phone":"1"}}})");
  apply(config);
  EXPECT_EQ(life.state()["board"].at(Path().index(0).attribute("load")), cty::Value::integer(20));
  EXPECT_EQ(life.state()["board"].at(Path().index(1).attribute("serial")), cty::Value("hall-1/2-1"));
  EXPECT_EQ(life.state()["label"], cty::Value::set({cty::Value::Map{{"text", "a"}, {"printed", "[a]"}},
                                                    cty::Value::Map{{"text", "b"}, {"printed", "[b]"}}}));
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(plan(R"({"board":[{"width":80}],"label":[{"text":"b"}]})"), Action::update);
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(ShelfTest, ASpellingThatMeansTheSameIsNoChange) {
  apply(
      shelf(R"({"dusted_every":"60s","rules_of_use":"{\"a\":1}","guest":{"g":{"name":"Ann","mail":"x"}}})"));
  EXPECT_EQ(
      plan(R"({"dusted_every":"1m","rules_of_use":"{ \"a\": 1 }","guest":{"g":{"name":"ANN","mail":"x"}}})"),
      Action::none);
  EXPECT_EQ(life.state()["dusted_every"], cty::Value("60s"));
  EXPECT_EQ(
      plan(R"({"dusted_every":"2m","rules_of_use":"{\"a\":1}","guest":{"g":{"name":"Ann","mail":"x"}}})"),
      Action::update);
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(ShelfTest, WriteOnlyValuesReachTheProviderAndNothingElse) {
  const auto config = shelf(R"({"code":"sesame","code_version":1,"lock":{"code":"open"}})");
  apply(config);
  EXPECT_EQ(life.state()["code_proof"], cty::Value("6 characters"));
  EXPECT_TRUE(life.state()["code"].is_null());
  EXPECT_TRUE(life.state()["lock"]["code"].is_null());
  EXPECT_EQ(plan(R"({"code":"other","code_version":1,"lock":{"code":"open"}})"), Action::none);
  apply(shelf(R"({"code":"other code","code_version":2,"lock":{"code":"open"}})"));
  EXPECT_EQ(life.state()["code_proof"], cty::Value("10 characters"));
}

TEST_F(ShelfTest, WriteOnlyValuesAreRefusedWhereTheyWouldBeStored) {
  terraform.forget_write_only();
  plan(R"({"code":"sesame","code_version":1,"lock":{"code":"open"}})");
  EXPECT_THAT(terraform.said(), ElementsAre("code: Write-only attribute", "lock.code: Write-only attribute"));
  EXPECT_EQ(plan("{}"), Action::create);
  EXPECT_THAT(terraform.said(), IsEmpty());
}

// Core never sends it; whoever does is understood.
TEST_F(ShelfTest, ANullForBlocksIsNoBlock) {
  auto config = shelf();
  for (const char* name : {"label", "keeper"})
    config.get<cty::Value::Map>()->insert_or_assign(name, cty::Value());
  Diagnostics diagnostics;
  tfplugin6::DynamicValue wire;
  to_wire(schema, config, wire);
  EXPECT_EQ(from_wire(schema, wire, diagnostics), shelf());
  EXPECT_THAT(diagnostics.list(), IsEmpty());
}

TEST_F(ShelfTest, IsReplacedByWhatReplacesAndByWhatBecomesLess) {
  apply(shelf());
  EXPECT_EQ(plan(R"({"room":"hall-2"})"), Action::replace);
  EXPECT_EQ(plan(R"({"height":120})"), Action::update);
  EXPECT_EQ(plan(R"({"height":99})"), Action::replace);
  auto unknown = shelf();
  unknown.get<cty::Value::Map>()->insert_or_assign("height", cty::Value::unknown());
  EXPECT_EQ(life.plan(unknown), Action::replace) << "at apply it would be too late";
  EXPECT_THAT(terraform.said(), IsEmpty());
}

TEST_F(ShelfTest, AnOwnModifierKeepsWhatItWants) {
  apply(shelf());
  EXPECT_EQ(life.state()["catalogue"], cty::Value("C-hall-1/2"));
  apply(shelf(R"({"catalogue":"mine"})"));
  apply(shelf(R"({"color":"red"})"));
  EXPECT_EQ(life.state()["catalogue"], cty::Value("mine"));
}

TEST_F(ShelfTest, MistakesOfAUserAreSaidWithTheirPlace) {
  const auto said = [&](std::string_view more) {
    plan(more);
    return terraform.said();
  };
  EXPECT_THAT(said(R"({"room":"Hall"})"), ElementsAre("room: Text of another form"));
  EXPECT_THAT(said(R"({"color":"red","paint":"blue"})"),
              ElementsAre("color: Attributes that exclude each other"));
  EXPECT_THAT(said(R"({"code":"x"})"), ElementsAre("code: Attributes that belong together"));
  EXPECT_THAT(said(R"({"keeper":{"k":{"name":"n"}}})"), ElementsAre("keeper.[]: Missing attribute"));
  EXPECT_THAT(said(R"({"board":[]})"), ElementsAre("board: Missing block"));
  EXPECT_THAT(said(R"({"board":[{"width":1},{"width":1},{"width":1},{"width":301}]})"),
              ElementsAre("board: Too many blocks", "board.[].width: Number too large"));
  EXPECT_THAT(said(R"({"rules_of_use":"{"})"), ElementsAre("rules_of_use: Not JSON"));
  EXPECT_THAT(said(R"({"dusted_every":"daily"})"), ElementsAre("dusted_every: Not a duration"));
  EXPECT_THAT(said(R"({"topics":["a text of more than twenty bytes"]})"),
              ElementsAre("topics: Text too long"));
  EXPECT_THAT(said(R"({"planned_board":[{"width":1},{"width":1},{"width":1},{"width":1}]})"),
              ElementsAre("planned_board: Too many elements"));
  EXPECT_THAT(said(R"({"color":"invisible"})"), ElementsAre("color: Hard to find"));
  EXPECT_THAT(said(R"({"code_proof":"x"})"), ElementsAre("code_proof: Value for a read-only attribute"));
}

TEST_F(ShelfTest, ItsIdentityIsStoredAndImportsIt) {
  const auto config = shelf();
  apply(config);
  const cty::Value identity = cty::Value::Map{{"room", "hall-1"}, {"number", cty::Value::integer(2)}};
  EXPECT_EQ(life.identity(), identity);
  for (const bool by_identity : {false, true}) {
    core::Life second{terraform, "example_shelf"};
    if (by_identity)
      second.import_by_identity(identity);
    else
      second.import("hall-1/2");
    EXPECT_THAT(terraform.said(), IsEmpty());
    EXPECT_EQ(second.identity(), identity);
    EXPECT_EQ(second.plan(config), Action::none) << by_identity;
  }
  core::Life third{terraform, "example_shelf"};
  third.import_by_identity(cty::Value::Map{{"room", "hall-1"}, {"number", {}}});
  EXPECT_THAT(terraform.said(), ElementsAre("number: Missing part of the identity"));
  third.import("nowhere");
  EXPECT_THAT(terraform.said(), ElementsAre("Not a shelf's id"));
}

TEST_F(ShelfTest, AStateOfAnOlderVersionGoesOn) {
  apply(shelf());
  life.load(1,
            replaced_in(cty::encode_json(schema.type(), life.state()), "\"height\":100", "\"height\":1000"));
  EXPECT_EQ(life.plan(shelf()), Action::none);
  EXPECT_EQ(life.state()["height"], cty::Value::integer(100));

  life.load(0, R"({"id":"hall-1/2","place":"hall-1/2","height":100,"width":80,"boards":1,"gone":true})");
  EXPECT_EQ(life.plan(shelf()), Action::none);
  EXPECT_EQ(life.state()["board"].at(Path().index(0).attribute("serial")), cty::Value("hall-1/2-0"));
  EXPECT_THAT(terraform.said(), IsEmpty());
  life.load(0, R"({"id":"x","place":"x","height":100,"width":80,"boards":1})");
  life.plan(shelf());
  EXPECT_THAT(terraform.said(), ElementsAre("place: No place"));
  life.load(7, "{}");
  life.plan(shelf());
  EXPECT_THAT(terraform.said(), ElementsAre("State of another version"));
}

TEST_F(ShelfTest, AValueOfAnyTypeKeepsItsType) {
  const auto config = shelf(R"({"anything":{"type":["list","number"],"value":[1,2]}})");
  apply(config);
  EXPECT_EQ(life.state()["anything"], config["anything"]);
  EXPECT_EQ(life.plan(config), Action::none);
  EXPECT_EQ(plan(R"({"anything":{"type":"string","value":"x"}})"), Action::update);
}

}  // namespace
}  // namespace ghboot::tfplugin::example
