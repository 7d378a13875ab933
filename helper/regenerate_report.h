// SPDX-License-Identifier: Apache-2.0
// What `ghboot regenerate` tells: of what was done on standard output, as text or JSON, of what goes on and
// what went wrong on standard error. Always holds: what others wrote moves no cursor of a terminal. Threads:
// one.
#pragma once

#include <cstdint>
#include <string>

#include "helper/exit_code.h"
#include "nats/error.h"
#include "regen/commit_run.h"
#include "regen/regeneration.h"
#include "regen/workflow_run.h"

namespace ghboot::helper {

// "ghboot: …", while it goes on.
void say(const std::string& text);

Result<ExitCode> failed(const nats::Error& error, bool is_json);
Result<ExitCode> told(const regen::RegenFailure& failure, bool is_json);
Result<ExitCode> told(const regen::Requested& requested, bool is_json);
// As git shows it; a pipe gets what `git apply` takes.
Result<ExitCode> told(const regen::Previewed& previewed, bool is_json);

struct RunPlace {
  regen::RequestPlace request{};
  std::string token{};
};
Result<ExitCode> told(const regen::Committed& made, const RunPlace& place, bool is_json);
Result<ExitCode> told(const regen::WorkflowDone& done, const std::string& file, const RunPlace& place,
                      bool is_json);

}  // namespace ghboot::helper
