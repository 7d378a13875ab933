// SPDX-License-Identifier: Apache-2.0
// ghboot regenerate: makes the generated files of an organisation's repository anew, under its lock, here or
// by a workflow (--workflow); or asks for it (--request), or shows what would change (--dry-run). 0: done, or
// asked for, or told. 1: the run failed, or it can't be done there. 2: a name, a reason, variables that can't
// be meant; no creds, no token, no servers. 4: it was asked for already and somebody has the lock or waits
// for it; or the lock was not to be had in time. 5: no answer; asking again is harmless.
#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "github/client.h"
#include "helper/dev_github.h"
#include "helper/interrupts.h"
#include "helper/lock_access.h"
#include "helper/regenerate_args.h"
#include "helper/regenerate_report.h"
#include "helper/template_variables.h"
#include "helper/verbs.h"
#include "nats/held_locks.h"
#include "nats/person.h"
#include "nats/random_hex.h"
#include "regen/commit_run.h"
#include "regen/regeneration_site.h"
#include "regen/workflow_run.h"

namespace ghboot::helper {
namespace {

// Longer than it takes to find out whether who holds the lock lives.
constexpr std::chrono::seconds patience = regen::LockWatch::proof_max + std::chrono::seconds(20);

constexpr std::chrono::hours run_max{1};
constexpr std::chrono::minutes preview_max{5};  // Each file that is there is read.

struct Place {
  const RegenerateArgs& args;
  regen::RegenerationSite* site;  // Null: of a dry run, which asks NATS nothing.
  const nats::HeldLocks held;
  github::Client& client;
  github::RepositoryName repository{};
};

// A run of ours, under the lock; its token.
class Turn {
 public:
  Turn(const Place& place, const regen::Ask& ask, std::stop_token stop)
      : place_(place), ask_(ask), stop_(std::move(stop)) {}

  nats::Wait wait() const { return {clock().now() + std::chrono::seconds(place_.args.wait_seconds), stop_}; }
  nats::Wait run_wait() {  // From the first try on.
    if (!run_until_) run_until_ = clock().now() + run_max;
    return {*run_until_, stop_};
  }

  regen::RegenResult<RunPlace> take(const std::string& target, const regen::Work& work) {
    const nats::LockTerms terms{.holder = ask_.person,
                                .host = ask_.host,
                                .pid = static_cast<std::uint32_t>(::getpid()),
                                .reason = ask_.reason,
                                .say = say};
    RunPlace out;
    const auto done = place_.site->regenerate(
        terms,
        {.above_token = place_.held.token_of(place_.site->names().key()),
         .target = target,
         .must_run = true,  // Others' runs are of other files.
         // A workflow whose dispatch was not answered may have run: that is for a person to judge.
         .tries = place_.args.workflow.empty() ? 3 : 1,
         .say = say},
        ask_,
        [&](const regen::RunOrder& order) {
          out.token = order.token.text();
          return work(order);
        },
        wait());
    if (!done) return std::unexpected(done.error());
    out.request = done->place;
    return out;
  }

 private:
  static nats::Clock& clock() { return nats::system_clock(); }
  const Place& place_;
  const regen::Ask& ask_;
  const std::stop_token stop_;
  std::optional<nats::SteadyTime> run_until_;
};

Result<ExitCode> run_templates(const Place& place, const render::Variables& variables,
                               const regen::Ask& ask) {
  const RegenerateArgs& args = place.args;
  const auto source = [&] { return render::render_folder(args.templates, variables); };
  // What is wrong with the templates locks nothing, and asks nobody.
  const auto files = source();
  if (!files) return failed(files.error(), args.as_json);
  nats::Clock& clock = nats::system_clock();
  const regen::CommitTerms terms{.repository = place.repository, .branch = args.branch, .set = args.set};
  if (args.is_dry_run) {
    regen::CommitRun commits({.client = place.client, .clock = clock}, terms);
    const auto seen = commits.preview(*files, {clock.now() + preview_max});
    return seen ? told(*seen, args.as_json) : failed(seen.error(), args.as_json);
  }
  regen::CommitRun commits({.client = place.client, .clock = clock, .say = say}, terms);
  Interrupts interrupts;
  Turn turn(place, ask, interrupts.stop().get_token());
  const auto target = commits.target(turn.wait());
  if (!target) return failed(target.error(), args.as_json);
  regen::Committed made;
  const auto done = turn.take(*target, [&](const regen::RunOrder& order) -> nats::Result<void> {
    auto committed = commits.run(source, order, turn.run_wait());
    if (!committed) return std::unexpected(std::move(committed.error()));
    // What was asked for meanwhile is run once more, and then nothing has to change.
    if (committed->is_new || !made.is_new) made = *std::move(committed);
    return {};
  });
  return done ? told(made, *done, args.as_json) : told(done.error(), args.as_json);
}

Result<ExitCode> run_workflow(const Place& place, std::map<std::string, std::string> inputs,
                              const regen::Ask& ask) {
  const RegenerateArgs& args = place.args;
  regen::WorkflowRun workflow(
      {.client = place.client, .clock = nats::system_clock(), .say = say},
      {.repository = place.repository, .file = args.workflow, .ref = args.ref, .inputs = std::move(inputs)});
  Interrupts interrupts;
  Turn turn(place, ask, interrupts.stop().get_token());
  regen::WorkflowDone made;
  const auto done = turn.take(workflow.target(), [&](const regen::RunOrder& order) -> nats::Result<void> {
    auto followed = workflow.run(order, turn.run_wait());
    if (!followed) return std::unexpected(std::move(followed.error()));
    made = *std::move(followed);
    return {};
  });
  return done ? told(made, args.workflow, *done, args.as_json) : told(done.error(), args.as_json);
}

Result<ExitCode> run(const DataFolder& folder, const RegenerateArgs& args, const regen::Ask& ask,
                     regen::RegenerationSite* site, const Environment& environment) {
  auto variables = template_variables(args.variables, args.org);
  if (!variables) return std::unexpected(variables.error());
  auto inputs = workflow_inputs(args);
  if (!inputs) return std::unexpected(inputs.error());
  const auto access = github_access(folder, args.org, environment);
  if (!access) return std::unexpected(access.error());
  const auto client = github::Client::make({.base_url = access->base_url, .token = access->token},
                                           nats::system_clock(), nats::system_random());
  if (!client) return fail(ExitCode::wrong_use, client.error().message);
  const Place place{.args = args,
                    .site = site,
                    .held = nats::HeldLocks::of(environment),
                    .client = **client,
                    .repository = {access->org, args.repository}};
  return args.workflow.empty() ? run_templates(place, *variables, ask)
                               : run_workflow(place, *std::move(inputs), ask);
}

}  // namespace

Result<ExitCode> regenerate(const DataFolder& folder, const RegenerateArgs& args,
                            const Environment& environment) {
  if (const auto checked = check_combination(args); !checked) return std::unexpected(checked.error());
  if (auto named = check_set(args.set); !named) return std::unexpected(named.error());
  const nats::Person person = nats::this_person();
  // Of who brings templates each request is its own: whoever asked before has asked for other files.
  const bool is_own = !args.is_request && args.key.empty();
  const regen::Ask ask{.reason = args.reason,
                       .key = is_own ? nats::random_hex(nats::system_random(), 16) : args.key,
                       .person = person.name,
                       .host = person.host};
  if (const std::string wrong = problem_of(ask); !wrong.empty())
    return fail(ExitCode::wrong_use, fmt::format("--reason, --key: {}", wrong));
  if (args.is_dry_run) return run(folder, args, ask, nullptr, environment);
  const auto access = LockAccess::make(folder, {.org = args.org, .creds = args.creds}, environment);
  if (!access) return std::unexpected(access.error());
  nats::Clock& clock = nats::system_clock();
  const nats::BusNames& names = (*access)->names();
  regen::RegenerationSite site(names, (*access)->connector(), lock_sight_place(folder, names), clock,
                               nats::system_random());
  if (!args.is_request) return run(folder, args, ask, &site, environment);
  const auto requested = site.requester().request(ask, {clock.now() + patience});
  return requested ? told(*requested, args.as_json) : told(requested.error(), args.as_json);
}

}  // namespace ghboot::helper
