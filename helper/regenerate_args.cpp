// SPDX-License-Identifier: Apache-2.0
#include "helper/regenerate_args.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "regen/workflow_run.h"
#include "render/manifest.h"
#include "render/path.h"

namespace ghboot::helper {
namespace {

std::unexpected<Failure> wrong(std::string_view why) {
  return fail(ExitCode::wrong_use, fmt::format("regenerate: {}", why));
}

}  // namespace

Result<void> check_combination(const RegenerateArgs& args) {
  const bool has_templates = !args.templates.empty(), has_workflow = !args.workflow.empty();
  const bool has_variables = !args.variables.words.empty() || !args.variables.file.empty();
  struct Rule {
    bool is_broken;
    std::string_view why;
  };
  for (const auto& [is_broken, why] : {
           Rule{has_workflow && has_templates,
                "--workflow has its own templates: give --workflow or --templates"},
           Rule{
               has_workflow && args.is_request,
               "--request runs nothing: whoever regenerates next chooses the workflow. Leave out --workflow"},
           Rule{has_workflow && args.is_dry_run,
                "--dry-run can't tell what a workflow would change: give it --templates"},
           Rule{has_workflow && has_variables,
                "--variable and --variables are for templates here: a workflow has --input NAME=VALUE"},
           Rule{has_workflow && !args.branch.empty(),
                "--branch is of files that are made here: a workflow has --ref"},
           Rule{args.is_request && has_templates,
                "--request and --templates do not go together: who regenerates next has the templates"},
           Rule{
               args.is_request && (has_variables || !args.branch.empty() || args.repository != ".github"),
               "--request names no files: whoever regenerates next chooses repository, branch and variables. "
               "Leave them out"},
           Rule{!has_templates && args.set != render::default_set,
                "--set is of files that are made here, from --templates"},
           Rule{!has_workflow && !args.inputs.empty(), "--input is of a workflow: give --workflow FILE too"},
           Rule{!has_workflow && !args.ref.empty(), "--ref is of a workflow: give --workflow FILE too"},
       })
    if (is_broken) return wrong(why);
  const bool is_run = has_templates || has_workflow;
  if (args.is_request == is_run || (args.is_request && args.is_dry_run))
    return wrong(
        "give --templates FOLDER to regenerate from, with --dry-run to see what would change; --workflow "
        "FILE to let that make the files; or --request to ask for it");
  if (has_workflow && !regen::is_workflow_file(args.workflow))
    return wrong(
        fmt::format("--workflow {}: give {}", render::shown(args.workflow), regen::workflow_file_words));
  return {};
}

Result<std::map<std::string, std::string>> workflow_inputs(const RegenerateArgs& args) {
  std::map<std::string, std::string> out;
  for (const std::string& word : args.inputs) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto wrong_input = [&](std::string_view why) {
      return wrong(fmt::format("--input {}{}", render::shown(name), why));
    };
    if (equals == std::string::npos || name.empty()) return wrong_input(": write --input NAME=VALUE");
    if (!render::is_utf8(word)) return wrong_input(" is no UTF-8, which GitHub needs");
    if (name == regen::WorkflowRun::token_input || name == regen::WorkflowRun::nonce_input)
      return wrong_input(" is given by ghboot itself: leave it out");
    if (!out.emplace(name, word.substr(equals + 1)).second)
      return wrong_input(" is given twice: give it once");
  }
  return out;
}

}  // namespace ghboot::helper
