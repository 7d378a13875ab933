// SPDX-License-Identifier: Apache-2.0
// The reader of the SDK's example provider under the real terraform: plans that the author changes, what is
// kept from a plan to its apply, and what is true after a failure.
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

class PluginReader : public ExamplePlace {
 protected:
  void reader(std::string_view more, std::string_view reached = "phone = \"030 12 34\"") {
    terraform.write(
        "main.tf",
        fmt::format("resource \"example_reader\" \"a\" {{\n  name = \"Ann\"\n  {}\n{}\n}}\n", reached, more));
  }
  nlohmann::json made() { return terraform.attributes("example_reader.a"); }
  nlohmann::json planned_change() { return terraform.plan_json()["resource_changes"][0]["change"]; }
};

TEST_F(PluginReader, HasTextsFlagsDecimalsListsAndMaps) {
  reader(
      "  adult = false\n  fee = 12.3456789012345678901\n  loans = [\"Emma\", \"Ulysses\"]\n"
      "  notes = { likes = \"tea\" }");
  ASSERT_TRUE(done(terraform.apply()));
  const auto known = made();
  EXPECT_EQ(known["adult"], false);
  EXPECT_EQ(known["loans"], nlohmann::json({"Emma", "Ulysses"}));
  EXPECT_EQ(known["notes"], nlohmann::json({{"likes", "tea"}}));
  EXPECT_THAT(read_file(terraform.path("terraform.tfstate")), HasSubstr("12.3456789012345678901"));
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

// A type of free spelling that is the author's own.
TEST_F(PluginReader, ANumberInAnotherSpellingIsNoChange) {
  reader("");
  ASSERT_TRUE(done(terraform.apply()));
  reader("", "phone = \"0301234\"");
  EXPECT_EQ(terraform.plan().exit_code, 0);
  reader("", "phone = \"0301235\"");
  EXPECT_EQ(terraform.plan().exit_code, 2);
}

TEST_F(PluginReader, MistakesAreSaid) {
  const auto error_of = [&](std::string_view reached, std::string_view more = "") {
    reader(more, reached);
    const Outcome checked = terraform.validate();
    EXPECT_EQ(checked.exit_code, 1) << reached << more;
    return plain(checked);
  };
  EXPECT_THAT(error_of("phone = \"none\""), HasSubstr("\"phone\" has more than digits and spaces"));
  EXPECT_THAT(error_of(""), HasSubstr("\"phone\", \"mail\""));
  EXPECT_THAT(error_of("phone = \"1\"\n  mail = \"a@b\""), HasSubstr("\"phone\", \"mail\" are set"));
  EXPECT_THAT(error_of("phone = \"1\"", "  town = \"Rome\""), HasSubstr("\"street\""));
  EXPECT_THAT(error_of("phone = \"1\"", "  loans = [\"\"]"), HasSubstr("loans[0]"));
  EXPECT_THAT(error_of("phone = \"1\"", "  loans = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]"),
              HasSubstr("Too many elements"));
  EXPECT_THAT(error_of("phone = \"1\"", "  loans = [null]"), HasSubstr("\"loans[0]\" holds null"));
}

TEST_F(PluginReader, WhatIsSensitiveIsShownNowhere) {
  reader("  pin = \"4711\"");
  const Outcome planned = terraform.plan();
  EXPECT_THAT(plain(planned), AllOf(HasSubstr("pin = (sensitive value)"), Not(HasSubstr("4711"))));
  terraform.write("pin.tf", "variable \"pin\" {\n  default = \"12345\"\n}\n");
  reader("  pin = var.pin");
  const Outcome refused = terraform.plan();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), AllOf(HasSubstr("four digits"), Not(HasSubstr("12345"))));
}

TEST_F(PluginReader, WhatAPlanLeavesForItsApplyArrivesAndIsNotStored) {
  reader("");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["after_unknown"]["ticket"], true);
  ASSERT_TRUE(done(terraform.apply_plan()));
  EXPECT_EQ(terraform.attribute("example_reader.a", "ticket"), "T-Ann");
  EXPECT_EQ(terraform.state()["resources"][0]["instances"][0]["private"], "eyJsaWJyYXJ5IjoibWFpbiJ9")
      << "{\"library\":\"main\"}, and nothing of the plan's";
}

TEST_F(PluginReader, APlanOfTheAuthorReplaces) {
  reader("");
  ASSERT_TRUE(done(terraform.apply()));
  reader("  adult = false");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["actions"], nlohmann::json({"delete", "create"}));
  EXPECT_EQ(planned_change()["replace_paths"], nlohmann::json({{"adult"}}));
  ASSERT_TRUE(done(terraform.apply_plan()));
  reader("  adult = true");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["actions"], nlohmann::json({"update"}));
}

TEST_F(PluginReader, AnApplyAndADestroyWarn) {
  reader("  loans = [\"Emma\"]");
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(plain(applied), HasSubstr("Warning: Reads for nothing"));
  const Outcome planned = terraform.plan({"-destroy"});
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(plain(planned), HasSubstr("Warning: Books are still out"));
  EXPECT_TRUE(done(terraform.destroy()));
}

TEST_F(PluginReader, AnUpdateThatFailsHalfWayLeavesATrueState) {
  reader("  loans = [\"Emma\"]");
  ASSERT_TRUE(done(terraform.apply()));
  reader("  loans = [\"Emma\", \"Ulysses\", \"Lost\", \"Moby-Dick\"]");
  const Outcome failed = terraform.apply();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), HasSubstr("Error: A book that is lost"));
  EXPECT_EQ(made()["loans"], nlohmann::json({"Emma", "Ulysses"}));
  reader("  loans = [\"Emma\", \"Ulysses\", \"Moby-Dick\"]");
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_EQ(made()["loans"].size(), 3U);
}

TEST_F(PluginReader, ADestroyThatFailsLeavesWhatIsThere) {
  reader("  loans = [\"Atlas\"]");
  ASSERT_TRUE(done(terraform.apply()));
  const Outcome failed = terraform.destroy();
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(plain(failed), HasSubstr("\"Atlas\" is not back"));
  EXPECT_EQ(made()["loans"], nlohmann::json({"Atlas"}));
}

TEST_F(PluginReader, WhoIsGoneIsMadeAgain) {
  reader("");
  ASSERT_TRUE(done(terraform.apply()));
  provider("library = \"other\"");
  ASSERT_EQ(terraform.plan().exit_code, 2);
  EXPECT_EQ(planned_change()["actions"], nlohmann::json({"create"}));
  ASSERT_TRUE(done(terraform.apply_plan()));
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
