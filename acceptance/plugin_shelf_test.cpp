// SPDX-License-Identifier: Apache-2.0
// The shelf of the SDK's example provider under the real terraform: attributes and blocks of every kind.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/example_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PluginShelf : public ExamplePlace {};

constexpr std::string_view shelf = R"(
resource "example_shelf" "a" {
  room         = "hall-1"
  number       = 2
  height       = 100
  dusted_every = "60s"
  rules_of_use = jsonencode({ quiet = true })
  anything     = [1, 2]
  topics       = ["c++"]
  sticker      = [{ text = "s" }, { text = "t" }]
  guest        = { ann = { name = "Ann", mail = "a@b" } }
  board {
    width = 80
  }
  board {
    width = 60
    load  = 5
  }
  label {
    text = "x"
  }
  label {
    text = "y"
  }
  keeper "day" {
    name  = "Bob"
    phone = "1"
  }
}
)";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

TEST_F(PluginShelf, EveryKindOfAttributeAndBlockLivesUnderTerraform) {
  terraform.write("main.tf", shelf);
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  const auto made = terraform.attributes("example_shelf.a");
  EXPECT_EQ(made["board"][0], nlohmann::json({{"width", 80}, {"load", 20}, {"serial", "hall-1/2-0"}}));
  EXPECT_EQ(made["label"][1], nlohmann::json({{"text", "y"}, {"printed", "[y]"}}));
  EXPECT_EQ(made["sticker"][0], nlohmann::json({{"text", "s"}, {"printed", "[s]"}}));
  EXPECT_EQ(made["keeper"]["day"]["name"], "Bob");
  EXPECT_EQ(made["anything"]["value"], nlohmann::json({1, 2}));
  EXPECT_EQ(terraform.plan().exit_code, 0);

  // Another spelling is nothing to do; a set's elements keep what was made of them while others come and go.
  std::string other = replaced(std::string(shelf), "\"60s\"", "\"1m\"");
  other = replaced(other, "jsonencode({ quiet = true })", "\"{ \\\"quiet\\\" :true }\"");
  other = replaced(other, "\"Ann\"", "\"ANN\"");
  terraform.write("main.tf", other);
  EXPECT_EQ(terraform.plan().exit_code, 0) << terraform.plan().text();
  terraform.write("main.tf", replaced(other, "{ text = \"s\" }", "{ text = \"u\" }"));
  const Outcome changed = terraform.apply();
  ASSERT_TRUE(changed.ok()) << changed.text();
  EXPECT_EQ(terraform.attributes("example_shelf.a")["sticker"][1]["printed"], "[u]");
  EXPECT_EQ(terraform.plan().exit_code, 0);

  // A value of any type may become one of another.
  other = replaced(other, "[1, 2]", "{ of = \"any type\" }");
  terraform.write("main.tf", other);
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(terraform.attributes("example_shelf.a")["anything"]["value"],
            nlohmann::json({{"of", "any type"}}));
  EXPECT_EQ(terraform.plan().exit_code, 0);

  terraform.write("main.tf", replaced(other, "= 100", "= 99"));
  EXPECT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(terraform.plan_json()["resource_changes"][0]["change"]["actions"],
            nlohmann::json({"delete", "create"}));
  EXPECT_TRUE(terraform.destroy().ok());
}

TEST_F(PluginShelf, ALockAWarningAndANumberThatStays) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  const std::string locked =
      replaced(std::string(shelf), "height       = 100",
               "height = 100\n  color = \"invisible\"\n  planned_board = [{ width = 10 }]\n"
               "  lock {\n    code  = \"sesame\"\n    maker = \"Smith\"\n  }");
  terraform.write("main.tf", locked);
  const Outcome checked = terraform.validate();
  ASSERT_TRUE(checked.ok()) << checked.text();
  EXPECT_THAT(checked.text(), AllOf(HasSubstr("Warning: Hard to find"), HasSubstr("on main.tf line 6")));
  EXPECT_THAT(plain(checked), HasSubstr("Nobody asks any more"));
  ASSERT_TRUE(terraform.apply().ok());
  const auto made = terraform.attributes("example_shelf.a");
  EXPECT_EQ(made["lock"], nlohmann::json({{"code", nullptr}, {"maker", "Smith"}}));
  EXPECT_EQ(made["planned_board"][0]["load"], 20);
  EXPECT_EQ(made["catalogue"], "C-hall-1/2");
  EXPECT_THAT(terraform.state().dump(), Not(HasSubstr("sesame")));

  // The number was given once; another change does not make it unknown.
  terraform.write("main.tf", replaced(locked, "height = 100", "height = 101"));
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(terraform.plan_json()["resource_changes"][0]["change"]["after"]["catalogue"], "C-hall-1/2");
}

TEST_F(PluginShelf, AShelfIsImportedWithItsBlocks) {
  terraform.write("main.tf", shelf);
  const Outcome imported = terraform.import("example_shelf.a", "hall-1/2");
  ASSERT_TRUE(imported.ok()) << imported.text();
  EXPECT_EQ(terraform.attribute("example_shelf.a", "room"), "hall-1");
  EXPECT_EQ(terraform.attributes("example_shelf.a")["board"][0]["width"], 80);
  EXPECT_THAT(terraform.import("example_shelf.a", "nowhere").err, HasSubstr("is not room and number"));
}

TEST_F(PluginShelf, WriteOnlyValuesAreInNoPlanAndNoState) {
  const auto with_code = [](std::string_view code, int version) {
    return replaced(std::string(shelf), "height       = 100",
                    fmt::format("height = 100\n  code = \"{}\"\n  code_version = {}", code, version));
  };
  terraform.write("main.tf", with_code("sesame", 1));
  if (!terraform.is_since(11, 11)) {  // It would be stored: refused.
    EXPECT_THAT(terraform.validate().err, HasSubstr("needs Terraform 1.11, OpenTofu 1.11 or newer"));
    return;
  }
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_THAT(terraform.plan_json()["planned_values"].dump(), Not(HasSubstr("sesame")));
  ASSERT_TRUE(terraform.apply_plan().ok());
  EXPECT_EQ(terraform.attribute("example_shelf.a", "code_proof"), "6 characters");
  EXPECT_THAT(terraform.state().dump(), Not(HasSubstr("sesame")));
  terraform.write("main.tf", with_code("open, sesame", 1));
  EXPECT_EQ(terraform.plan().exit_code, 0) << "nobody can see that it is another";
  terraform.write("main.tf", with_code("open, sesame", 2));
  ASSERT_TRUE(terraform.apply().ok());
  EXPECT_EQ(terraform.attribute("example_shelf.a", "code_proof"), "12 characters");
}

TEST_F(PluginShelf, AWordThatIsNeverStoredBecomesACode) {
  if (!terraform.is_since(11, 11)) GTEST_SKIP() << "needs Terraform 1.11 or OpenTofu 1.11: write-only values";
  terraform.write("pass.tf", "ephemeral \"example_pass\" \"a\" {\n  holder = \"me\"\n}\n");
  terraform.write("main.tf", replaced(std::string(shelf), "height       = 100",
                                      "height = 100\n  code_version = 1\n"
                                      "  code = ephemeral.example_pass.a.word"));
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(terraform.attribute("example_shelf.a", "code_proof"), "7 characters") << "open-me";
  EXPECT_THAT(terraform.state().dump(), Not(HasSubstr("open-me")));
}

TEST_F(PluginShelf, WhatAModuleSaysOfItselfReachesTheProvider) {
  terraform.write("main.tf", shelf);
  terraform.write("meta.tf", "terraform {\n  provider_meta \"example\" {\n    team = \"blue\"\n  }\n}\n");
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.state()["resources"][0]["instances"][0]["private"], "eyJ0ZWFtIjoiYmx1ZSJ9")
      << "the shelf keeps {\"team\":\"blue\"} in its private part";
}

// As releases of versions 0 and 1 left it in the state file.
TEST_F(PluginShelf, AStateOfAnOlderVersionGoesOn) {
  terraform.write("main.tf", R"(
resource "example_shelf" "a" {
  room   = "hall-1"
  number = 2
  height = 100
  board {
    width = 80
  }
}
)");
  const auto planned_from = [&](std::string_view instance) {
    stored("example_shelf", instance);
    return terraform.plan();
  };
  const Outcome from_text = planned_from(R"({
    "schema_version": 0,
    "attributes": {"id": "hall-1/2", "place": "hall-1/2", "height": 100, "width": 80, "boards": 1}
  })");
  EXPECT_EQ(from_text.exit_code, 0) << from_text.text();
  const Outcome from_millimetres = planned_from(R"({
    "schema_version": 1,
    "attributes": {"id": "hall-1/2", "room": "hall-1", "number": 2, "height": 1000, "code_proof": "no code",
                   "catalogue": "C-hall-1/2", "dusted_every": "24h",
                   "board": [{"width": 80, "load": 20, "serial": "hall-1/2-0"}]}
  })");
  EXPECT_EQ(from_millimetres.exit_code, 0) << from_millimetres.text();
  EXPECT_THAT(plain(planned_from(R"({"schema_version": 9, "attributes": {}})")),
              HasSubstr("Resource instance managed by newer provider version"));
  EXPECT_THAT(plain(planned_from(R"({
    "schema_version": 0, "attributes": {"id": "x", "place": "x", "height": 1, "width": 1, "boards": 1}
  })")),
              HasSubstr("\"x\" is no room and number"));
}

TEST_F(PluginShelf, ABlocksMistakesAreSaidWithTheirPlace) {
  const auto error_of = [&](const std::string& text) {
    terraform.write("main.tf", text);
    Outcome checked = terraform.validate();
    EXPECT_EQ(checked.exit_code, 1);
    return checked.err;
  };
  const auto with = [&](std::string_view what, std::string_view by) {
    return error_of(replaced(std::string(shelf), what, by));
  };
  const auto adding = [&](std::string_view more) {
    return with("height ", fmt::format("{}\n  height ", more));
  };
  EXPECT_THAT(with("width = 80", "width = 301"),
              AllOf(HasSubstr("Number too large"), HasSubstr("on main.tf line 13")));
  EXPECT_THAT(with("phone = \"1\"", ""), HasSubstr("None of \"phone\", \"mail\" is set"));
  EXPECT_THAT(adding("color = \"red\"\n  paint = \"red\""),
              HasSubstr("\"color\", \"paint\" are set; at most one"));
  EXPECT_THAT(adding("code = \"sesame\""), HasSubstr("\"code_version\""));
  EXPECT_THAT(adding("planned_board = [{ width = 1 }, { width = 1 }, { width = 1 }, { width = 1 }]"),
              HasSubstr("Too many elements"));
  EXPECT_THAT(with("\"hall-1\"", "\"Hall\""), HasSubstr("a room like `hall-1`"));
  EXPECT_THAT(with("number       = 2", "number = 1000"), HasSubstr("Number too large"));
  EXPECT_THAT(with("= 100", "= 0"), HasSubstr("Number too small"));
  EXPECT_THAT(with("\"60s\"", "\"daily\""), HasSubstr("Not a duration"));
  EXPECT_THAT(with("jsonencode({ quiet = true })", "\"{\""), HasSubstr("\"rules_of_use\" is no JSON text"));
  EXPECT_THAT(with("\"c++\"", "\"a text of more than twenty bytes\""), HasSubstr("Text too long"));
  EXPECT_THAT(adding("code_proof = \"x\""), HasSubstr("code_proof"));
  EXPECT_THAT(
      with("label {\n    text = \"x\"\n  }", "board {\n    width = 1\n  }\n  board {\n    width = 1\n  }"),
      HasSubstr("Too many board blocks"));
}

}  // namespace
}  // namespace ghboot::acceptance
