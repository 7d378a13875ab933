// SPDX-License-Identifier: Apache-2.0
// What terraform says of its version, and what it leaves in a state.
#include "helper/terraform_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "helper/applied_account.h"

namespace ghboot::helper {
namespace {

TEST(Terraform, IsOldBelow15AndTofuBelow16) {
  EXPECT_TRUE(old_terraform({.path = {}, .name = "terraform", .version = "1.4.7"}));
  EXPECT_FALSE(old_terraform({.path = {}, .name = "terraform", .version = "1.5.0"}));
  EXPECT_FALSE(old_terraform({.path = {}, .name = "terraform", .version = "1.11.4"}));
  EXPECT_TRUE(old_terraform({.path = {}, .name = "tofu", .version = "1.5.9"}));
  EXPECT_FALSE(old_terraform({.path = {}, .name = "tofu", .version = "1.10.0"}));
}

TEST(Terraform, TellsItsVersionAsJson) {
  EXPECT_EQ(terraform_version_in(R"({"terraform_version":"1.11.4"})"), "1.11.4");
  EXPECT_EQ(terraform_version_in("Terraform v1.11.4"), "");
}

TEST(ExampleVariables, NameNoWebhookWhereThereIsNoAddress) {
  const std::string without = variables_text("acme", {}, {});
  EXPECT_FALSE(without.contains("webhook"));
  const std::string with = variables_text("acme", {}, {.url = "https://h", .secret_file = "/s"});
  EXPECT_TRUE(with.contains(R"("webhook_url": "https://h")"));
  EXPECT_TRUE(with.contains(R"("webhook_secret_file": "/s")"));
}

TEST(AppliedAccount, IsWhatTheStatesOutputsName) {
  const auto applied =
      applied_in(R"({"outputs":{"account":{"value":"A1"},"verify_user":{"value":"U1"},"x":{"value":[1]}}})");
  ASSERT_TRUE(applied && *applied);
  EXPECT_EQ((*applied)->account, "A1");
  EXPECT_EQ((*applied)->verify_user, "U1");
}

TEST(AppliedAccount, IsNothingBeforeTheFirstApplyAndAfterADestroy) {
  for (const char* text : {"", "{}", R"({"outputs":{}})", R"({"outputs":{"account":{"value":"A1"}}})"}) {
    const auto applied = applied_in(text);
    ASSERT_TRUE(applied) << text;
    EXPECT_FALSE(*applied) << text;
  }
  EXPECT_FALSE(applied_in("no JSON"));
}

TEST(AppliedAccount, OfAStateOfAnotherShapeIsNothing) {
  for (const char* text : {R"({"outputs":null})", R"({"outputs":[1]})", R"({"outputs":{"account":"A1"}})"}) {
    const auto applied = applied_in(text);
    EXPECT_FALSE(applied && *applied) << text;
  }
}

}  // namespace
}  // namespace ghboot::helper
