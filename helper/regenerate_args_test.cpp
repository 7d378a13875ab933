// SPDX-License-Identifier: Apache-2.0
#include "helper/regenerate_args.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::helper {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string refused(const RegenerateArgs& args) {
  const auto checked = check_combination(args);
  if (checked) return "fine";
  EXPECT_EQ(checked.error().code, ExitCode::wrong_use);
  return checked.error().message;
}

std::string refused_inputs(std::vector<std::string> inputs) {
  const auto read = workflow_inputs({.inputs = std::move(inputs)});
  if (read) return "fine";
  EXPECT_EQ(read.error().code, ExitCode::wrong_use);
  return read.error().message;
}

TEST(RegenerateArgs, AskForOneThing) {
  for (const RegenerateArgs& fine :
       {RegenerateArgs{.templates = "t"}, RegenerateArgs{.templates = "t", .is_dry_run = true},
        RegenerateArgs{.is_request = true},
        RegenerateArgs{.workflow = "w.yml", .ref = "main", .inputs = {"a=b"}}})
    EXPECT_EQ(refused(fine), "fine");
  for (const RegenerateArgs& nothing : {RegenerateArgs{}, RegenerateArgs{.is_dry_run = true},
                                        RegenerateArgs{.is_request = true, .is_dry_run = true}})
    EXPECT_THAT(refused(nothing), HasSubstr("regenerate: give --templates FOLDER to regenerate from"));
}

TEST(RegenerateArgs, OfAWorkflowHaveNothingThatIsForTemplates) {
  const std::string w = "w.yml";
  EXPECT_THAT(refused({.templates = "t", .workflow = w}), HasSubstr("give --workflow or --templates"));
  EXPECT_THAT(refused({.workflow = w, .is_request = true}), HasSubstr("--request runs nothing"));
  EXPECT_THAT(refused({.workflow = w, .is_dry_run = true}), HasSubstr("--dry-run can't tell"));
  for (const VariableArgs& variables : {VariableArgs{.words = {"a=b"}}, VariableArgs{.file = "f"}})
    EXPECT_THAT(refused({.workflow = w, .variables = variables}), HasSubstr("a workflow has --input"));
  EXPECT_THAT(refused({.workflow = w, .branch = "main"}), HasSubstr("a workflow has --ref"));
  EXPECT_THAT(refused({.templates = "t", .inputs = {"a=b"}}), HasSubstr("--input is of a workflow"));
  EXPECT_THAT(refused({.templates = "t", .ref = "main"}), HasSubstr("--ref is of a workflow"));
  for (const RegenerateArgs& named :
       {RegenerateArgs{.workflow = w, .set = "labels"}, RegenerateArgs{.set = "labels", .is_request = true}})
    EXPECT_THAT(refused(named), HasSubstr("--set is of files that are made here"));
}

TEST(RegenerateArgs, OfARequestNameNoFiles) {
  EXPECT_THAT(refused({.templates = "t", .is_request = true}),
              HasSubstr("who regenerates next has the templates"));
  for (const RegenerateArgs& named : {RegenerateArgs{.branch = "main", .is_request = true},
                                      RegenerateArgs{.repository = "other", .is_request = true},
                                      RegenerateArgs{.variables = {.words = {"a=b"}}, .is_request = true}})
    EXPECT_THAT(refused(named), HasSubstr("--request names no files"));
}

TEST(RegenerateArgs, NameAWorkflowByItsFileAlone) {
  for (const char* name : {"../w.yml", ".github/workflows/w.yml", "w", "w.yml\n", "w.json"})
    EXPECT_THAT(refused({.workflow = name}), HasSubstr("the name of a file like `regenerate.yml`")) << name;
  EXPECT_EQ(refused({.workflow = "A_b-2.yaml"}), "fine");
}

TEST(RegenerateArgs, HaveInputsByName) {
  EXPECT_THAT(workflow_inputs({.inputs = {"team=a=b", "empty="}}).value(),
              UnorderedElementsAre(Pair("team", "a=b"), Pair("empty", "")));
  EXPECT_THAT(refused_inputs({"team"}), HasSubstr("--input team: write --input NAME=VALUE"));
  EXPECT_THAT(refused_inputs({"=a"}), HasSubstr("write --input NAME=VALUE"));
  EXPECT_THAT(refused_inputs({"a=1", "a=2"}), HasSubstr("--input a is given twice"));
  EXPECT_THAT(refused_inputs({"ghboot_token=1.1"}), HasSubstr("ghboot_token is given by ghboot itself"));
  EXPECT_THAT(refused_inputs({"ghboot_nonce=n"}), HasSubstr("ghboot_nonce is given by ghboot itself"));
  EXPECT_THAT(refused_inputs({"a=\xff"}), HasSubstr("--input a is no UTF-8"));
}

}  // namespace
}  // namespace ghboot::helper
