// SPDX-License-Identifier: Apache-2.0
// ghboot regenerate: makes the generated files of an organisation's repository anew, under its lock, or asks
// for it (--request), or shows what would change (--dry-run). 0: done, or asked for, or told. 1: the run
// failed, or it can't be done there. 2: a name, a reason, variables that can't be meant; no creds, no token,
// no servers. 4: it was asked for already and somebody has the lock or waits for it; or the lock was not to
// be had in time. 5: no answer; asking again is harmless.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "github/client.h"
#include "helper/dev_github.h"
#include "helper/interrupts.h"
#include "helper/lock_access.h"
#include "helper/regenerate_report.h"
#include "helper/template_variables.h"
#include "helper/verbs.h"
#include "nats/held_locks.h"
#include "nats/person.h"
#include "regen/commit_run.h"
#include "regen/regeneration_site.h"

namespace ghboot::helper {
namespace {

// Longer than it takes to find out whether who holds the lock lives.
constexpr std::chrono::seconds patience = regen::LockWatch::proof_max + std::chrono::seconds(20);

// What becomes of one call. Threads: one.
class Run {
 public:
  Run(const RegenerateArgs& args, regen::RegenerationSite& site, regen::CommitRun& commits,
      render::Variables variables)
      : args_(args), site_(site), commits_(commits), variables_(std::move(variables)) {}

  Result<ExitCode> preview() {
    const auto files = source();
    const nats::Wait wait{nats::system_clock().now() + preview_max};
    const auto seen = files ? commits_.preview(*files, wait)
                            : nats::Result<regen::Previewed>(std::unexpected(files.error()));
    return seen ? told(*seen, args_.as_json) : failed(seen.error());
  }

  Result<ExitCode> regenerate(const regen::Ask& ask, const nats::HeldLocks& held, std::stop_token stop) {
    // What is wrong with the templates locks nothing, and asks nobody.
    if (const auto files = source(); !files) return failed(files.error());
    nats::Clock& clock = nats::system_clock();
    const nats::LockTerms terms{.holder = ask.person,
                                .host = ask.host,
                                .pid = static_cast<std::uint32_t>(::getpid()),
                                .reason = ask.reason,
                                .say = say};
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
    return told(made_, {.request = done->place, .token = token_}, args_.as_json);
  }

 private:
  using seconds = std::chrono::seconds;
  static constexpr std::chrono::hours run_max{1};
  static constexpr std::chrono::minutes preview_max{5};  // Each file that is there is read.

  nats::Result<std::vector<render::RenderedFile>> source() const {
    return render::render_folder(args_.templates, variables_);
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
  regen::CommitRun commits({.client = **client, .clock = nats::system_clock(), .say = say},
                           {.repository = {access->org, args.repository}, .branch = args.branch});
  Run run(args, site, commits, *std::move(variables));
  if (args.is_dry_run) return run.preview();
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
