// SPDX-License-Identifier: Apache-2.0
// ghboot regenerate --request: asks for a regeneration of an organisation's files. 0: the request is stored,
// and whoever runs next covers it. 1: it can't be stored there, or the logs can't be read. 2: no such name, a
// reason or key that can't be meant, no creds, no servers. 3: without --request, which is not built yet. 4:
// it was asked for already, and somebody has the lock or waits for it. 5: no answer; asking again is
// harmless.
#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/lock_access.h"
#include "helper/verbs.h"
#include "nats/jetstream_event_stream.h"
#include "nats/time_text.h"
#include "regen/requester.h"

namespace ghboot::helper {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view in_progress_name = "ErrRegenerationInProgress";  // As callers know it.
// Longer than it takes to find out whether who holds the lock lives.
constexpr std::chrono::seconds patience = regen::LockWatch::proof_max + std::chrono::seconds(20);

ordered_json as_json(const regen::RequestPlace& place) {
  return {{"sequence", place.sequence}, {"stream_created", place.created}};
}

ordered_json time_json(const std::optional<std::int64_t>& at) {
  return at ? ordered_json(nats::time_text(*at)) : ordered_json();
}

ordered_json as_json(const regen::InProgress& who) {
  return {{"status", "in_progress"},
          {"error", in_progress_name},
          {"request", as_json(who.request)},
          {"asker", who.asker},
          {"asker_host", who.asker_host},
          {"reason", who.reason},
          {"asked_at", time_json(who.asked_at)},
          {"holder", who.lock.holder},
          {"host", who.lock.host},
          {"pid", who.lock.pid},
          {"held_for", who.lock.reason},
          {"run_since", time_json(who.run_since)},
          {"message", who.text()}};
}

void print(const ordered_json& object) {
  fmt::print("{}\n", object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<ExitCode> told(const regen::Requested& requested, bool is_json) {
  if (is_json)
    print({{"status", requested.is_nobody_there ? "nobody_there" : "stored"},
           {"request", as_json(requested.place)}});
  else if (requested.is_nobody_there)
    fmt::print(
        "request {} was there already, and nobody is there yet to run it: it waits for whoever regenerates "
        "next\n",
        requested.place.sequence);
  else
    fmt::print("request {} is stored: whoever regenerates next covers it\n", requested.place.sequence);
  return ExitCode::done;
}

Result<ExitCode> told(const regen::RegenFailure& failure, bool is_json) {
  switch (failure.error) {
    case regen::RegenError::in_progress:
      if (!is_json || !failure.who)
        return fail(ExitCode::in_progress,
                    on_one_line(fmt::format("{}: {}", in_progress_name, failure.message)));
      print(as_json(*failure.who));
      return ExitCode::in_progress;
    case regen::RegenError::unknown:
      return fail(ExitCode::unknown, failure.message);
    case regen::RegenError::failed:
    case regen::RegenError::refused:
      break;
  }
  return fail(ExitCode::failed, failure.message);
}

}  // namespace

Result<ExitCode> regenerate(const DataFolder& folder, const RegenerateArgs& args,
                            const Environment& environment) {
  if (!args.is_request)
    return fail(ExitCode::cannot_run,
                "regenerate: not built yet but for --request, which asks for a regeneration: whoever "
                "regenerates next covers it");
  const Person person = this_person();
  const regen::Ask ask{.reason = args.reason, .key = args.key, .person = person.name, .host = person.host};
  if (const std::string wrong = problem_of(ask); !wrong.empty())
    return fail(ExitCode::wrong_use, fmt::format("--reason, --key: {}", wrong));
  const auto access = LockAccess::make(folder, {.org = args.org, .creds = args.creds}, environment);
  if (!access) return std::unexpected(access.error());
  const nats::BusNames& names = (*access)->names();
  nats::Clock& clock = nats::system_clock();
  nats::JetStreamEventStream requests(names.regeneration().requests_stream, (*access)->connector(), clock);
  nats::JetStreamEventStream events(names.regeneration().stream, (*access)->connector(), clock);
  regen::RegenerationLog log(events, names.regeneration(), clock, nats::system_random());
  regen::LockWatch lock(lock_sight_place(folder, names), (*access)->parts());
  regen::Requester requester({.names = names,
                              .requests = requests,
                              .log = log,
                              .lock = lock,
                              .clock = clock,
                              .random = nats::system_random()});
  const auto requested = requester.request(ask, {clock.now() + patience});
  return requested ? told(*requested, args.as_json) : told(requested.error(), args.as_json);
}

}  // namespace ghboot::helper
