// SPDX-License-Identifier: Apache-2.0
// The plugin SDK under the real terraform, by its example provider, which needs no server: the life of a
// resource, and how the provider's process begins and ends.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/example_place.h"

namespace ghboot::acceptance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PluginLife : public ExamplePlace {
 protected:
  void configure_installation(std::string_view text) {
    terraform.write("cli.tfrc", text);
    terraform.set("TF_CLI_CONFIG_FILE", terraform.path("cli.tfrc").string());
  }
  // What works in terraform's folder beside terraform itself.
  std::vector<int> plugins_of(const Process& command) const {
    auto found = terraform.processes();
    std::erase(found, command.id());
    return found;
  }
  std::string status_of(std::size_t resource) const {
    return terraform.state()["resources"][resource]["instances"][0].value("status", "ready");
  }
};

TEST_F(PluginLife, AThingIsMadeChangedReplacedAndDestroyed) {
  const auto thing = [&](std::string_view attributes) {
    terraform.write("main.tf", fmt::format("resource \"example_thing\" \"a\" {{\n{}\n}}\n", attributes));
  };
  const auto actions = [&] {
    EXPECT_EQ(terraform.plan().exit_code, 2);
    return terraform.plan_json()["resource_changes"][0]["change"]["actions"];
  };
  thing("  name = \"a\"");
  EXPECT_TRUE(terraform.validate().ok());
  EXPECT_EQ(actions(), nlohmann::json({"create"}));
  Outcome applied = terraform.apply_plan();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.attributes("example_thing.a"),
            nlohmann::json({{"name", "a"}, {"place", nullptr}, {"size", 1}, {"id", "thing-1"}}));
  EXPECT_EQ(terraform.plan().exit_code, 0) << "a plan after an apply is empty";

  thing("  name = \"b\"\n  size = 12345678901234567890");  // Above 64 bits, which the model does not take.
  EXPECT_THAT(terraform.validate().err, HasSubstr("a whole number of at most 64 bits"));
  thing("  name = \"b\"\n  size = 2");
  EXPECT_EQ(actions(), nlohmann::json({"update"}));
  ASSERT_TRUE(terraform.apply_plan().ok());
  EXPECT_EQ(terraform.attribute("example_thing.a", "id"), "thing-1");

  thing("  name = \"b\"\n  place = \"there\"");
  EXPECT_EQ(actions(), nlohmann::json({"delete", "create"}));
  applied = terraform.apply_plan();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.attributes("example_thing.a")["size"], 1);
  EXPECT_EQ(terraform.plan().exit_code, 0);

  EXPECT_TRUE(terraform.destroy().ok());
  EXPECT_TRUE(terraform.attributes("example_thing.a").is_null());
  EXPECT_THAT(terraform.processes(), IsEmpty());
}

TEST_F(PluginLife, FunctionsAreCalledWithNullsUnknownsAndAnyNumberOfArguments) {
  if (!terraform.is_since(8, 7)) GTEST_SKIP() << "needs Terraform 1.8 or OpenTofu 1.7";
  terraform.write("main.tf", R"(
resource "example_thing" "a" {
  name = "a"
}
output "joined" {
  value = provider::example::join("-", "a", null, "b", "c")
}
output "none" {
  value = provider::example::join("-")
}
output "null" {
  value = provider::example::or(null, "other")
}
output "object" {
  value = provider::example::greet({ name = "Ann", title = "Dr." })
}
output "unknown" {
  value = provider::example::or(example_thing.a.id, "other")
}
)");
  const Outcome validated = terraform.validate();
  ASSERT_TRUE(validated.ok()) << validated.text();
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  const auto outputs = terraform.state()["outputs"];
  EXPECT_EQ(outputs["joined"]["value"], "a-b-c");
  EXPECT_EQ(outputs["none"]["value"], "");
  EXPECT_EQ(outputs["null"]["value"], "other");
  EXPECT_EQ(outputs["object"]["value"], "Good day, Dr. Ann");
  EXPECT_EQ(outputs["unknown"]["value"], "thing-1");
  EXPECT_EQ(terraform.plan().exit_code, 0) << "the same arguments give the same results";
}

TEST_F(PluginLife, AFunctionsErrorPointsAtItsArgument) {
  if (!terraform.is_since(8, 7)) GTEST_SKIP() << "needs Terraform 1.8 or OpenTofu 1.7";
  const auto error_of = [&](std::string_view call) {
    terraform.write("main.tf", fmt::format("output \"o\" {{\n  value = provider::example::{}\n}}\n", call));
    Outcome planned = terraform.plan();
    EXPECT_EQ(planned.exit_code, 1) << planned.text();
    return planned.err;
  };
  EXPECT_THAT(error_of("join(\"\", \"a\")"),
              AllOf(HasSubstr("Invalid value for \"separator\" parameter"), HasSubstr("Empty separator")));
  EXPECT_THAT(error_of("or(\"a\", null)"), HasSubstr("Invalid value for \"otherwise\" parameter"));
  EXPECT_THAT(error_of("or(\"a\")"), HasSubstr("Not enough function arguments"));
  EXPECT_THAT(error_of("greet({ name = \"Ann\" })"), HasSubstr("attribute \"title\" is required"));
  EXPECT_THAT(error_of("greet({ name = null, title = null })"),
              HasSubstr("Invalid value for \"person\" parameter"));
}

TEST_F(PluginLife, AnEphemeralResourceIsOpenWhileACommandRunsAndIsStoredNowhere) {
  if (!terraform.is_since(10, 11)) GTEST_SKIP() << "needs Terraform 1.10 or OpenTofu 1.11";
  terraform.write("main.tf", R"(
ephemeral "example_pass" "a" {
  holder = "me"
  lifecycle {
    postcondition {
      condition     = self.word == "open-me"
      error_message = "another word"
    }
  }
}
resource "example_thing" "a" {
  name = "a"
}
)");
  terraform.set("TF_LOG_PROVIDER", "INFO");
  const Outcome planned = terraform.plan();
  ASSERT_EQ(planned.exit_code, 2) << planned.text();
  const Outcome applied = terraform.apply_plan();
  ASSERT_TRUE(applied.ok()) << applied.text();
  for (const Outcome* outcome : {&planned, &applied})
    EXPECT_THAT(outcome->err, AllOf(HasSubstr("opens the pass of me"), HasSubstr("closes the pass of me")));
  EXPECT_THAT(terraform.state().dump(), Not(HasSubstr("open-me")));
  // Terraform 1.11's `show -json` crashes on a plan with a condition of an ephemeral resource, so its words
  // must do.
  EXPECT_THAT(planned.text() + applied.text(), Not(HasSubstr("open-me")));
}

TEST_F(PluginLife, WhatWasOpenedBesideAnErrorIsClosed) {
  if (!terraform.is_since(10, 11)) GTEST_SKIP() << "needs Terraform 1.10 or OpenTofu 1.11";
  terraform.write("main.tf", "ephemeral \"example_pass\" \"a\" {\n  holder = \"nobody\"\n}\n");
  terraform.set("TF_LOG_PROVIDER", "INFO");
  const Outcome planned = terraform.plan();
  EXPECT_EQ(planned.exit_code, 1);
  EXPECT_THAT(planned.err,
              AllOf(HasSubstr("Error: A pass for nobody"), HasSubstr("closes the pass of nobody")));
}

TEST_F(PluginLife, AnEphemeralResourceIsRenewedWhileItIsNeeded) {
  if (!terraform.is_since(10, 11)) GTEST_SKIP() << "needs Terraform 1.10 or OpenTofu 1.11";
  terraform.write("main.tf", R"(
ephemeral "example_pass" "a" {
  holder = "me"
}
provider "example" {
  alias   = "carded"
  library = "main"
  card    = ephemeral.example_pass.a.word == "" ? null : "1234-5678"
}
resource "example_slow" "a" {
  provider = example.carded
  name     = "a"
}
)");
  terraform.set("TF_LOG_PROVIDER", "INFO");
  Process apply = terraform.start_apply();
  EXPECT_TRUE(apply.wait_for_output("making a")) << apply.output();
  EXPECT_TRUE(apply.wait_for_output("renews the pass of me")) << apply.output();
  apply.signal(SIGINT);
  EXPECT_THAT(apply.wait().text(), HasSubstr("closes the pass of me"));
}

TEST_F(PluginLife, ItIsInstalledFromAMirror) {
  const auto mirror = terraform.path("mirror");
  for (const auto* host : {"registry.terraform.io", "registry.opentofu.org"}) {
    const auto folder = mirror / host / "ghboot/example/0.1.0/linux_amd64";
    std::filesystem::create_directories(folder);
    std::filesystem::create_symlink(GHBOOT_EXAMPLE_PROGRAM, folder / "terraform-provider-example_v0.1.0");
  }
  configure_installation(fmt::format(
      "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n", mirror.string()));
  terraform.write("main.tf", "resource \"example_thing\" \"a\" {\n  name = \"a\"\n}\n");
  const Outcome installed = terraform.init();
  ASSERT_TRUE(installed.ok()) << installed.text();
  EXPECT_TRUE(terraform.apply().ok());
}

TEST_F(PluginLife, ThingsAreImportedByIdAndByBlock) {
  terraform.write("main.tf", R"(
resource "example_thing" "by_id" {
  name = "here"
}
resource "example_thing" "by_block" {
  name = "there"
}
import {
  to = example_thing.by_block
  id = "there"
}
)");
  const Outcome imported = terraform.import("example_thing.by_id", "here");
  ASSERT_TRUE(imported.ok()) << imported.text();
  EXPECT_EQ(terraform.attribute("example_thing.by_id", "id"), "here");
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_THAT(applied.out, HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  EXPECT_EQ(terraform.plan().exit_code, 0);
}

TEST_F(PluginLife, ADataSourceIsReadWhenItsConfigurationIsKnown) {
  terraform.write("main.tf", R"(
resource "example_thing" "a" {
  name = "a"
}
data "example_echo" "later" {
  name = example_thing.a.id
}
output "echo" {
  value = data.example_echo.later.echo
}
)");
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.state()["outputs"]["echo"]["value"], "thing-1 thing-1");
}

TEST_F(PluginLife, ADataSourceIsListenedToForItsTime) {
  const auto echo = [&](std::string_view more) {
    terraform.write("main.tf", fmt::format("data \"example_echo\" \"a\" {{\n  name = \"a\"\n{}}}\n", more));
    return terraform.apply();
  };
  EXPECT_TRUE(done(echo("  after = \"1ms\"\n")));
  const Outcome early = echo("  after = \"10m\"\n");
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_THAT(early.err, AllOf(HasSubstr("Error: Nothing came back"), HasSubstr("on main.tf line 3")));
  EXPECT_THAT(echo("  after = \"10ms\"\n  timeouts = { read = \"1ms\" }\n").err,
              HasSubstr("Nothing came back"));
  EXPECT_TRUE(done(echo("  after = \"300ms\"\n  timeouts = { read = \"1h\" }\n")));
}

TEST_F(PluginLife, ADataSourcesMistakeIsSaidBeforeItIsRead) {
  terraform.write("main.tf", "data \"example_echo\" \"a\" {\n  name = \"\"\n}\n");
  EXPECT_THAT(terraform.validate().err, HasSubstr("Error: Nothing is called"));
}

TEST_F(PluginLife, AResourceThatNobodyShouldTakeAnyMoreIsAWarning) {
  terraform.write("main.tf", "resource \"example_slow\" \"a\" {\n  name = \"a\"\n}\n");
  const Outcome checked = terraform.validate();
  ASSERT_TRUE(done(checked));
  EXPECT_THAT(checked.out + checked.err, HasSubstr("Take `example_thing`."));
}

// Terraform finds the line of what stands directly in a block; inside an object only our text says where.
TEST_F(PluginLife, AnErrorNamesItsPlace) {
  terraform.write("main.tf", R"(
resource "example_thing" "a" {
  name = "a"
  size = 1.5
}
resource "example_slow" "a" {
  name     = "a"
  timeouts = { create = "soon" }
}
)");
  const Outcome checked = terraform.validate();
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, HasSubstr("on main.tf line 4"));
  EXPECT_THAT(checked.err, HasSubstr("\"size\" is 1.5; a whole number"));
  EXPECT_THAT(checked.err, HasSubstr("\"timeouts.create\" is \"soon\""));
}

constexpr std::string_view slow = R"(
resource "example_slow" "a" {
  name = "a"
}
)";

TEST_F(PluginLife, ATimeoutEndsACreateAndWhatIsThereIsSaved) {
  terraform.write(
      "main.tf",
      "resource \"example_slow\" \"a\" {\n  name = \"a\"\n  timeouts = { create = \"10ms\" }\n}\n");
  const Outcome applied = terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(applied.err, HasSubstr("Out of time"));
  EXPECT_EQ(terraform.attribute("example_slow.a", "id"), "half");
  EXPECT_EQ(status_of(0), "tainted");
}

// Ctrl-C at a terminal reaches the provider as well as terraform; it is terraform that decides.
TEST_F(PluginLife, CtrlCStopsARunningCreateAndWhatIsThereIsSaved) {
  terraform.write("main.tf", slow);
  terraform.set("TF_LOG_PROVIDER", "INFO");
  Process apply = terraform.start_apply();
  ASSERT_TRUE(apply.wait_for_output("making a")) << apply.output();
  apply.signal_group(SIGINT);
  const Outcome applied = apply.wait();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(applied.text(), HasSubstr("Stopped"));
  EXPECT_THAT(applied.text(), Not(HasSubstr("did not respond")));
  EXPECT_EQ(terraform.attribute("example_slow.a", "id"), "half");
  EXPECT_EQ(status_of(0), "tainted");
  EXPECT_THAT(terraform.processes(), IsEmpty());
}

TEST_F(PluginLife, NoProcessIsLeftWhenTerraformIsKilled) {
  terraform.write("main.tf", slow);
  terraform.set("TF_LOG_PROVIDER", "INFO");
  Process apply = terraform.start_apply();
  ASSERT_TRUE(apply.wait_for_output("making a")) << apply.output();
  const auto plugins = plugins_of(apply);
  ASSERT_THAT(plugins, Not(IsEmpty()));
  apply.signal(SIGKILL);
  for (const int plugin : plugins) EXPECT_TRUE(ends_within(plugin, std::chrono::seconds(10))) << plugin;
}

TEST_F(PluginLife, LogLinesHaveTheirLevelAndFollowTheSetting) {
  terraform.write(
      "main.tf", "resource \"example_slow\" \"a\" {\n  name = \"a\"\n  timeouts = { create = \"1ms\" }\n}\n");
  terraform.set("TF_LOG_PROVIDER", "INFO");
  EXPECT_THAT(terraform.apply().err, testing::ContainsRegex("\\[INFO\\]  provider[^:]*: making a"));
  terraform.set("TF_LOG_PROVIDER", "WARN");
  EXPECT_THAT(terraform.apply().err, Not(HasSubstr("making a")));
}

TEST_F(PluginLife, AProviderUnderADebuggerServesManyCommands) {
  terraform.write("main.tf", "resource \"example_thing\" \"a\" {\n  name = \"a\"\n}\n");
  Process provider({{GHBOOT_EXAMPLE_PROGRAM, "-debug"}, terraform.path(""), {{"TMPDIR", "/tmp"}}});
  ASSERT_TRUE(provider.wait_for_output("}}'")) << provider.output();
  const std::string said = provider.output();
  const auto begin = said.find('{'), end = said.rfind('}');
  terraform.set("TF_REATTACH_PROVIDERS", said.substr(begin, end - begin + 1));
  configure_installation("");  // Terraform finds the provider by that variable alone.
  const Outcome applied = terraform.apply();
  ASSERT_TRUE(applied.ok()) << applied.text();
  EXPECT_EQ(terraform.plan().exit_code, 0);
  terraform.write("main.tf", slow);
  Process interrupted = terraform.start_apply();
  ASSERT_TRUE(interrupted.wait_for_output("example_slow.a: Creating...")) << interrupted.output();
  interrupted.signal(SIGINT);
  EXPECT_THAT(interrupted.wait().text(), HasSubstr("Stopped"));
  const Outcome destroyed = terraform.destroy();
  EXPECT_TRUE(destroyed.ok()) << "the stop was of that command alone: " << destroyed.text();
  EXPECT_TRUE(provider.running());
  provider.signal(SIGINT);
  EXPECT_EQ(provider.wait().exit_code, 0);
}

}  // namespace
}  // namespace ghboot::acceptance
