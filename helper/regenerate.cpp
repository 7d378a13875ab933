// SPDX-License-Identifier: Apache-2.0
// ghboot regenerate: makes the generated files of an organisation's repository anew, under its lock, or asks
// for it (--request), or says what would change (--dry-run). 0: done, or asked for, or told. 1: the run
// failed, or it can't be done there. 2: a name, a reason, variables that can't be meant; no creds, no token,
// no servers. 4: it was asked for already and somebody has the lock or waits for it; or the lock was not to
// be had in time. 5: no answer; asking again is harmless.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "github/client.h"
#include "helper/dev_github.h"
#include "helper/interrupts.h"
#include "helper/lock_access.h"
#include "helper/template_variables.h"
#include "helper/time_json.h"
#include "helper/verbs.h"
#include "nats/held_locks.h"
#include "nats/person.h"
#include "nats/time_text.h"
#include "regen/commit_run.h"
#include "regen/regeneration_site.h"

namespace ghboot::helper {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view in_progress_name = "ErrRegenerationInProgress";  // As callers know it.
// Longer than it takes to find out whether who holds the lock lives.
constexpr std::chrono::seconds patience = regen::LockWatch::proof_max + std::chrono::seconds(20);

ordered_json as_json(const regen::RequestPlace& place) {
  return {{"sequence", place.sequence}, {"stream_created", place.created}};
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

std::string_view mark_of(render::ChangeKind kind) {
  constexpr std::string_view marks[] = {"+", "~", "-"};
  return marks[std::to_underlying(kind)];
}

ordered_json as_json(const regen::Committed& made) {
  ordered_json files = ordered_json::array();
  for (const render::Change& change : made.changes)
    files.push_back({{"path", change.file.path}, {"change", to_string(change.kind)}});
  return {{"branch", made.branch}, {"commit", made.commit}, {"changes", files}};
}

void print_changes(const regen::Committed& made) {
  for (const render::Change& change : made.changes)
    fmt::print("{} {}\n", mark_of(change.kind), on_one_line(change.file.path));
}

// What becomes of one call. Threads: one.
class Run {
 public:
  Run(const RegenerateArgs& args, regen::RegenerationSite& site, regen::CommitRun& commits,
      render::Variables variables)
      : args_(args), site_(site), commits_(commits), variables_(std::move(variables)) {}

  Result<ExitCode> preview(const nats::Wait& wait) {
    const auto files = source();
    const auto seen = files ? commits_.preview(*files, wait)
                            : nats::Result<regen::Committed>(std::unexpected(files.error()));
    if (!seen) return failed(seen.error());
    if (args_.as_json) {
      ordered_json told = as_json(*seen);
      told["status"] = "previewed";
      print(told);
      return ExitCode::done;
    }
    print_changes(*seen);
    if (seen->changes.empty()) fmt::print("branch {} has all files as they ought to be\n", seen->branch);
    return ExitCode::done;
  }

  Result<ExitCode> regenerate(const regen::Ask& ask, const nats::HeldLocks& held, std::stop_token stop) {
    // What is wrong with the templates locks nothing, and asks nobody.
    if (const auto files = source(); !files) return failed(files.error());
    nats::Clock& clock = nats::system_clock();
    const nats::LockTerms terms{
        .holder = ask.person,
        .host = ask.host,
        .pid = static_cast<std::uint32_t>(::getpid()),
        .reason = ask.reason,
        .say = [](const std::string& text) { fmt::print(stderr, "ghboot: {}\n", text); }};
    const regen::Work work = [&](const regen::RunOrder& order) -> nats::Result<void> {
      auto made = commits_.run([this] { return source(); }, order, {clock.now() + run_max, stop});
      if (!made) return std::unexpected(std::move(made.error()));
      made_ = *std::move(made);
      token_ = order.token.text();
      return {};
    };
    const nats::Wait wait{clock.now() + seconds(args_.wait_seconds), stop};
    const auto target = commits_.target(wait);
    if (!target) return failed(target.error());
    const auto done = site_.regenerate(terms,
                                       {.above_token = held.token_of(site_.names().key()),
                                        .target = *target,
                                        .must_run = true,  // Others' runs are of other files.
                                        .say = terms.say},
                                       ask, work, wait);
    if (!done) return told(done.error(), args_.as_json);
    return args_.as_json ? tell_json(*done) : tell();
  }

 private:
  using seconds = std::chrono::seconds;
  static constexpr std::chrono::hours run_max{1};

  nats::Result<std::vector<render::RenderedFile>> source() const {
    return render::render_folder(args_.templates, variables_);
  }
  Result<ExitCode> failed(const nats::Error& error) const {
    const bool has_no_answer =
        error.kind == nats::ErrorKind::unreachable || error.kind == nats::ErrorKind::unknown;
    return fail(has_no_answer ? ExitCode::unknown : ExitCode::failed, error.message);
  }
  Result<ExitCode> tell_json(const regen::Regenerated& done) const {
    ordered_json told = as_json(made_);
    told["status"] = made_.is_new ? "committed" : "unchanged";
    told["request"] = helper::as_json(done.place);
    told["token"] = token_;
    print(told);
    return ExitCode::done;
  }
  Result<ExitCode> tell() const {
    print_changes(made_);
    if (made_.is_new)
      fmt::print("commit {} on branch {}, token {}\n", made_.commit, made_.branch, token_);
    else
      fmt::print("branch {} has all files as they ought to be, token {}\n", made_.branch, token_);
    return ExitCode::done;
  }

  const RegenerateArgs& args_;
  regen::RegenerationSite& site_;
  regen::CommitRun& commits_;
  const render::Variables variables_;
  regen::Committed made_;
  std::string token_;
};

Result<ExitCode> run(const DataFolder& folder, const RegenerateArgs& args, const regen::Ask& ask,
                     regen::RegenerationSite& site, const Environment& environment) {
  auto variables = template_variables(args.variables, args.org);
  if (!variables) return std::unexpected(variables.error());
  const auto access = github_access(folder, args.org, environment);
  if (!access) return std::unexpected(access.error());
  const auto client = github::Client::make({.base_url = access->base_url, .token = access->token},
                                           nats::system_clock(), nats::system_random());
  if (!client) return fail(ExitCode::wrong_use, client.error().message);
  regen::CommitRun commits({.client = **client, .clock = nats::system_clock()},
                           {.repository = {access->org, args.repository}, .branch = args.branch});
  Run run(args, site, commits, *std::move(variables));
  if (args.is_dry_run) return run.preview({nats::system_clock().now() + patience});
  Interrupts interrupts;
  return run.regenerate(ask, nats::HeldLocks::of(environment), interrupts.stop().get_token());
}

}  // namespace

Result<ExitCode> regenerate(const DataFolder& folder, const RegenerateArgs& args,
                            const Environment& environment) {
  const bool has_templates = !args.templates.empty();
  if (args.is_request == has_templates || (args.is_request && args.is_dry_run))
    return fail(ExitCode::wrong_use,
                "regenerate: give --templates FOLDER to regenerate from, with --dry-run to see what would "
                "change; or --request to ask for it");
  const nats::Person person = nats::this_person();
  const regen::Ask ask{.reason = args.reason, .key = args.key, .person = person.name, .host = person.host};
  if (const std::string wrong = problem_of(ask); !wrong.empty())
    return fail(ExitCode::wrong_use, fmt::format("--reason, --key: {}", wrong));
  const auto access = LockAccess::make(folder, {.org = args.org, .creds = args.creds}, environment);
  if (!access) return std::unexpected(access.error());
  nats::Clock& clock = nats::system_clock();
  const nats::BusNames& names = (*access)->names();
  regen::RegenerationSite site(names, (*access)->connector(), lock_sight_place(folder, names), clock,
                               nats::system_random());
  if (has_templates) return run(folder, args, ask, site, environment);
  const auto requested = site.requester().request(ask, {clock.now() + patience});
  return requested ? told(*requested, args.as_json) : told(requested.error(), args.as_json);
}

}  // namespace ghboot::helper
