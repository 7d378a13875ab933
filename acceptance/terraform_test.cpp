// SPDX-License-Identifier: Apache-2.0
// The driver itself, on resources that terraform has built in.
#include "acceptance/terraform.h"

#include <csignal>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

constexpr std::string_view one_thing = R"(
resource "terraform_data" "thing" {
  input = "first"
}
)";

TEST(Terraform, CarriesAResourceThroughItsLife) {
  Terraform terraform(Plugin::none);
  terraform.write("main.tf", one_thing);
  Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 2) << planned.text();
  EXPECT_EQ(terraform.plan_json()["resource_changes"][0]["change"]["actions"], nlohmann::json({"create"}));
  Outcome applied = terraform.apply_plan();
  EXPECT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.attributes("terraform_data.thing")["output"]["value"], "first");
  EXPECT_EQ(terraform.plan().exit_code, 0);
  EXPECT_TRUE(terraform.destroy().ok());
  EXPECT_TRUE(terraform.attributes("terraform_data.thing").is_null());
}

TEST(Terraform, TellsAnErrorFromAChange) {
  Terraform terraform(Plugin::none);
  terraform.write("main.tf", "resource \"terraform_data\" \"a\" {\n  input = nowhere.to_be.found\n}\n");
  Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(planned.err, HasSubstr("nowhere"));
  EXPECT_TRUE(terraform.state().is_null());
}

TEST(Terraform, HidesTheEnvironmentOfTheMachine) {
  setenv("TF_VAR_leaked", "leaked", 1);
  setenv("TF_CLI_ARGS", "-no-such-flag", 1);
  Terraform terraform(Plugin::none);
  terraform.write(
      "main.tf",
      "variable \"leaked\" {\n  default = \"clean\"\n}\noutput \"seen\" {\n  value = var.leaked\n}\n");
  Outcome applied = terraform.apply();
  unsetenv("TF_CLI_ARGS");
  unsetenv("TF_VAR_leaked");
  EXPECT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.state()["outputs"]["seen"]["value"], "clean");
  EXPECT_THAT(applied.text(), testing::Not(HasSubstr("CLI configuration")));
  terraform.set("TF_VAR_leaked", "on purpose");
  EXPECT_TRUE(terraform.apply().ok());
  EXPECT_EQ(terraform.state()["outputs"]["seen"]["value"], "on purpose");
}

TEST(Terraform, TracesToAFileOnWish) {
  Terraform terraform(Plugin::none);
  terraform.write("main.tf", one_thing);
  terraform.trace_to_file();
  Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_THAT(terraform.trace(), HasSubstr("[TRACE]"));
  EXPECT_THAT(planned.text(), testing::Not(HasSubstr("[TRACE]")));
}

// A provisioner that says when it runs is a moment to kill at.
TEST(Terraform, IsKilledAtAChosenMoment) {
  Terraform terraform(Plugin::none);
  terraform.write("main.tf", R"(
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo now; exec sleep 60"
  }
}
)");
  Process apply = terraform.start_apply();
  ASSERT_TRUE(apply.wait_for_output("(local-exec): now")) << apply.output();
  EXPECT_GE(terraform.processes().size(), 2U);  // terraform and sleep
  apply.signal(SIGKILL);
  EXPECT_EQ(apply.wait().signal, SIGKILL);
  EXPECT_TRUE(terraform.attributes("terraform_data.slow").is_null());
}

}  // namespace
}  // namespace ghboot::acceptance
