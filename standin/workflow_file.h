// SPDX-License-Identifier: Apache-2.0
// The little that the stand-in reads of a workflow's YAML: its names, what starts it, its inputs. By lines
// and their indentation; flow style ("on: {workflow_dispatch: {inputs: …}}") has no inputs that it sees.
// Threads: any.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::standin {

struct WorkflowFile {
  std::string name, run_name;
  bool dispatches = false;             // on: workflow_dispatch
  bool dispatches_repository = false;  // on: repository_dispatch
  std::vector<std::string> inputs;     // Of workflow_dispatch.
};

WorkflowFile read_workflow(std::string_view yaml);
// run-name with `${{ inputs.X }}` filled in; the workflow's name where there is none.
std::string run_title(const WorkflowFile& file, const std::map<std::string, std::string>& inputs);

}  // namespace ghboot::standin
