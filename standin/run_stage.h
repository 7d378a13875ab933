// SPDX-License-Identifier: Apache-2.0
// How a run of a workflow comes along: queued, in progress, completed, by the clock alone. Each stage is told
// to hooks as workflow_run and workflow_job, once. Threads: those of the call.
#pragma once

#include <string_view>

#include "standin/call.h"

namespace ghboot::standin {

enum class RunStage : std::uint8_t { queued, in_progress, completed };

RunStage stage_of(const Run& run, std::int64_t now);
std::string_view stage_text(RunStage stage);
std::int64_t finished_at(const Run& run);  // When it is or will be completed.

Json run_view(const Call& call, const Run& run);
Json jobs_view(const Call& call, const Run& run);  // One job with three steps.

void tell_runs(Call& call);

// Whether `at` is in ">=T", "<T", "A..B", as GitHub's search has it; an empty range has everything in it.
bool created_within(std::string_view range, std::int64_t at);

}  // namespace ghboot::standin
