// SPDX-License-Identifier: Apache-2.0
// The block of a provider that is made with the SDK, under the real terraform.
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

class PluginProvider : public ExamplePlace {
 protected:
  Outcome validate_with(std::string_view settings) {
    provider(settings);
    // The block of a provider that nothing needs is not looked at.
    terraform.write("main.tf", "resource \"example_thing\" \"a\" {\n  name = \"a\"\n}\n");
    return terraform.validate();
  }
  std::string refused(std::string_view settings) {
    const Outcome checked = validate_with(settings);
    EXPECT_EQ(checked.exit_code, 1) << settings;
    return plain(checked);
  }
  nlohmann::json facts() {
    terraform.write("data.tf", "data \"example_library\" \"it\" {}\n");
    EXPECT_TRUE(done(terraform.apply()));
    return terraform.attributes("data.example_library.it");
  }
};

TEST_F(PluginProvider, WhatItsBlockSaysArrivesAndWhatItLeavesOutHasAMeaning) {
  auto known = facts();
  const std::string version =
      nlohmann::json::parse(terraform.run({"version", "-json"}).out)["terraform_version"];
  EXPECT_EQ(known, nlohmann::json({{"name", "main"},
                                   {"language", "en"},
                                   {"hours", 24},
                                   {"has_card", false},
                                   {"terraform_version", version}}));
  provider(
      "  library = \"main\"\n  language = \"de\"\n  card = \"1234-5678\"\n"
      "  opening {\n    from = 8\n    until = 18\n  }");
  known = facts();
  EXPECT_EQ(known["language"], "de");
  EXPECT_EQ(known["hours"], 10);
  EXPECT_EQ(known["has_card"], true);
}

TEST_F(PluginProvider, MistakesInItsBlockAreSaidWithTheirPlaceAndWithoutSecrets) {
  EXPECT_THAT(refused("  language = \"en\""), HasSubstr("The argument \"library\" is required"));
  EXPECT_THAT(refused("  library = \"The Main\""),
              AllOf(HasSubstr("provider.tf line 9"), HasSubstr("a name of lower-case letters")));
  EXPECT_THAT(refused("  library = \"main\"\n  language = \"fr\""), HasSubstr("\"en\", \"de\", \"la\""));
  EXPECT_THAT(refused("  library = \"main\"\n  card = \"sesame\""),
              AllOf(HasSubstr("a card like `1234-5678`"), HasSubstr("provider.tf line 10"),
                    Not(HasSubstr("is \"sesame"))));
  EXPECT_THAT(refused("  library = \"main\"\n  opening {\n    from = 8\n    until = 25\n  }"),
              AllOf(HasSubstr("Number too large"), HasSubstr("provider.tf line 12")));
  EXPECT_THAT(refused("  library = \"main\"\n  opening {\n    from = 9\n    until = 9\n  }"),
              AllOf(HasSubstr("Never open"), HasSubstr("provider.tf line 12")));
}

// Terraform validates no block that is empty: it may be meant to be filled in from elsewhere.
TEST_F(PluginProvider, AnEmptyBlockIsRefusedByThePlan) {
  EXPECT_TRUE(done(validate_with("")));
  const Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned), HasSubstr("The argument \"library\" is required"));
}

TEST_F(PluginProvider, AWarningOfItsBlockStopsNothing) {
  const Outcome checked = validate_with("  library = \"main\"\n  language = \"la\"");
  ASSERT_TRUE(done(checked));
  EXPECT_THAT(plain(checked),
              AllOf(HasSubstr("Warning: Little understood"), HasSubstr("provider.tf line 10")));
}

// The library is made in the same apply.
TEST_F(PluginProvider, AnUnknownInItsBlockPlansAndAsksNobody) {
  terraform.set("TF_LOG_PROVIDER", "INFO");
  const std::string thing = "resource \"example_thing\" \"a\" {\n  name = \"a\"\n}\n";
  const std::string data = "data \"example_library\" \"it\" {\n  depends_on = [terraform_data.library]\n}\n";
  terraform.write("main.tf", thing);
  ASSERT_TRUE(done(terraform.apply()));
  EXPECT_THAT(terraform.plan().err, HasSubstr("looks for a in the library main"));

  terraform.write("library.tf", "resource \"terraform_data\" \"library\" {\n  input = \"other\"\n}\n");
  provider("  library = terraform_data.library.output");
  terraform.write("main.tf", thing + "resource \"example_thing\" \"b\" {\n  name = \"b\"\n}\n" + data);
  const Outcome planned = terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_THAT(plain(planned),
              AllOf(HasSubstr("Warning: No library yet"), HasSubstr("2 to add, 0 to change")));
  EXPECT_THAT(planned.err, Not(HasSubstr("the library other")));
  EXPECT_THAT(planned.err, Not(HasSubstr("looks for")));
  const Outcome applied = terraform.apply_plan();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(applied.err, HasSubstr("brings b to the library other"));
  EXPECT_EQ(terraform.attribute("data.example_library.it", "name"), "other");
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

TEST_F(PluginProvider, WhatCannotWaitForItsBlockSaysSo) {
  terraform.write("library.tf", "resource \"terraform_data\" \"library\" {\n  input = \"other\"\n}\n");
  terraform.write("main.tf", "data \"example_library\" \"it\" {}\n");
  provider("  library = terraform_data.library.output");
  const Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(plain(planned),
              AllOf(HasSubstr("Error: No library yet"), HasSubstr("depend on what makes it")));
}

}  // namespace
}  // namespace ghboot::acceptance
