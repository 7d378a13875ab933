// SPDX-License-Identifier: Apache-2.0
// ghboot history: the runs of an organisation's regenerations, the newest first. 0: told. 1: the log can't be
// read. 2: no such name, no creds, no servers. 5: no answer.
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/lock_access.h"
#include "helper/time_json.h"
#include "helper/verbs.h"
#include "nats/jetstream_event_stream.h"
#include "nats/time_text.h"
#include "regen/past_runs.h"

namespace ghboot::helper {
namespace {

using nlohmann::ordered_json;

std::string time_or(const std::optional<std::int64_t>& at, std::string otherwise) {
  return at ? nats::time_text(*at) : std::move(otherwise);
}

ordered_json as_json(const regen::PastRun& run) {
  return {{"token", run.started.token},
          {"status", regen::to_string(run.end)},
          {"parked", run.parked},
          {"started_at", time_json(run.started.at)},
          {"ended_at", time_json(run.ended_at)},
          {"holder", run.started.person},
          {"host", run.started.host},
          {"reason", run.started.reason},
          {"target", run.started.target},
          {"through", run.started.place.sequence},
          {"error", run.error}};
}

void print(const regen::PastRun& run) {
  fmt::print("{}  {:<9}  {}  {}  {} on {}, for \"{}\"\n",
             time_or(run.started.at, "at a time that is not told"), regen::to_string(run.end),
             on_one_line(run.started.token), on_one_line(run.started.target), on_one_line(run.started.person),
             on_one_line(run.started.host), on_one_line(run.started.reason));
  if (!run.error.empty()) fmt::print("    {}{}\n", on_one_line(run.error), run.parked ? " (given up)" : "");
}

}  // namespace

Result<ExitCode> history(const DataFolder& folder, const HistoryArgs& args, const Environment& environment) {
  const auto access = LockAccess::make(folder, {.org = args.org, .creds = args.creds}, environment);
  if (!access) return std::unexpected(access.error());
  const nats::RegenerationNames names = (*access)->names().regeneration();
  nats::Clock& clock = nats::system_clock();
  nats::JetStreamEventStream events(names.stream, (*access)->connector(), clock);
  nats::JetStreamEventStream bucket(names.snapshot_stream, (*access)->connector(), clock);
  regen::RegenerationLog log(events, bucket, names, clock, nats::system_random());
  regen::PastRuns past(args.count_max);
  const auto walked = log.walk(
      [&](const regen::RegenerationEvent& event) { return past.take_earlier(event); }, lock_patience());
  if (!walked) {
    const bool has_no_answer = walked.error().kind == nats::ErrorKind::unreachable ||
                               walked.error().kind == nats::ErrorKind::unknown;
    return fail(has_no_answer ? ExitCode::unknown : ExitCode::failed, walked.error().message);
  }
  const auto runs = std::move(past).runs();
  if (args.as_json) {
    ordered_json list = ordered_json::array();
    for (const regen::PastRun& run : runs) list.push_back(as_json(run));
    fmt::print("{}\n", list.dump(2, ' ', false, ordered_json::error_handler_t::replace));
    return ExitCode::done;
  }
  if (runs.empty()) fmt::print("nothing was regenerated yet\n");
  for (const regen::PastRun& run : runs) print(run);
  return ExitCode::done;
}

}  // namespace ghboot::helper
