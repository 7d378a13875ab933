// SPDX-License-Identifier: Apache-2.0
#include "provider/regeneration_apply.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "nats/person.h"
#include "nats/random_hex.h"
#include "nats/text_parts.h"
#include "nats/time_text.h"
#include "provider/bus_access.h"
#include "provider/report.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using regen::RegenError;
using tfplugin::Call;
using tfplugin::Path;
using Job = RegenerationJob;
using Hashes = std::map<std::string, std::string>;

constexpr std::chrono::seconds conflict_patience{5};  // Of who does not wait.

// In Terraform's log: it shows nothing else of what a provider does.
void say(const std::string& text) { spdlog::info("regeneration: {}", text); }

nats::LockTerms lock_terms(const RegenerationModel& model) {
  const nats::Person person = nats::this_person();
  return {.holder = person.name,
          .host = person.host,
          .pid = static_cast<std::uint32_t>(::getpid()),
          .reason = *model.reason,
          .say = say};
}

// Each apply's own: whoever asked before has asked for other files.
regen::Ask ask_of(const RegenerationModel& model, const Session& session) {
  const nats::Person person = nats::this_person();
  return {.reason = *model.reason,
          .key = nats::random_hex(session.random(), 16),
          .person = person.name,
          .host = person.host};
}

regen::RegenerationTerms run_terms(const Job& job, const RegenerationModel& model, const Session& session,
                                   std::string target) {
  return {.above_token = session.held_locks().token_of(job.site.names().key()),
          .target = std::move(target),
          .must_run = true,  // Others' runs are of other files.
          // A workflow whose dispatch was not answered may have run: that is for a person to judge.
          .tries = model.render.is_known() ? 3 : 1,
          .say = say};
}

// The branch is settled by it, in either case.
nats::Result<std::string> target_of(Job& job, const RegenerationModel& model, const nats::Wait& wait) {
  auto target = job.commits.target(wait);
  return target && model.render.is_null() ? job.workflow.target() : target;
}

void tell(const regen::RegenFailure& failure, const RegenerationModel& model, const LockUse& use,
          std::string_view summary, Call& call) {
  std::string title(summary);
  std::string advice;
  if (failure.error == RegenError::in_progress) {
    title = "Regeneration in progress";
    advice = use.on_conflict == "wait"
                 ? " Apply again, or raise lock.wait_timeout."
                 : " Apply again when it has ended, or set lock.on_conflict = \"wait\".";
  }
  if (failure.error == RegenError::unknown) advice = " To apply again does no harm.";
  call.diagnostics.error(std::move(title),
                         fmt::format("{}: {}{}", place_text(model), sentence(failure.message), advice));
}

// One apply's regeneration. Threads: one.
class Apply {
 public:
  Apply(Job& job, const RegenerationModel& planned, Session& session, std::string_view summary, Call& call)
      : job_(job),
        planned_(planned),
        session_(session),
        summary_(summary),
        call_(call),
        use_(lock_use(planned)) {}

  std::optional<RegenerationModel> regenerate() {
    const auto target = target_of(job_, planned_, wait_of(call_));
    if (!target) {
      report(call_.diagnostics, std::string(summary_), target.error());
      return std::nullopt;
    }
    const auto done = ask(*target);
    if (done) return finished();
    if (done.error().error == RegenError::in_progress && use_.on_conflict == "skip")
      return leave_pending(done.error());
    tell(done.error(), planned_, use_, summary_, call_);
    return std::nullopt;
  }

 private:
  regen::RegenResult<regen::Regenerated> ask(const std::string& target) {
    const auto longest = use_.on_conflict == "wait" ? use_.wait_timeout : conflict_patience;
    const regen::Work work = [&](const regen::RunOrder& order) { return run(order); };
    return job_.site.regenerate(lock_terms(planned_), run_terms(job_, planned_, session_, target),
                                ask_of(planned_, session_), work,
                                wait_of(call_).at_most(session_.clock().now(), longest));
  }

  nats::Result<void> run(const regen::RunOrder& order) {
    token_ = order.token.text();
    return planned_.render.is_known() ? commit(order) : dispatch(order);
  }

  // From the first try on.
  nats::Wait hold_wait() {
    if (!hold_wait_) hold_wait_ = wait_of(call_).at_most(session_.clock().now(), use_.max_hold);
    return *hold_wait_;
  }

  nats::Result<void> dispatch(const regen::RunOrder& order) {
    auto done = job_.workflow.run(order, hold_wait());
    if (!done) return std::unexpected(std::move(done.error()));
    run_id_ = done->id;
    if (!done->is_fenced)
      call_.diagnostics.warning(Path({"workflow", "file"}), "Workflow that was not fenced",
                                fmt::format("{} took none of ghboot's inputs; its run: {}",
                                            *planned_.workflow->file, done->html_url));
    return {};
  }

  nats::Result<void> commit(const regen::RunOrder& order) {
    const auto source = [this] { return planned_files(); };
    auto done = job_.commits.run(source, order, hold_wait());
    if (!done) return std::unexpected(std::move(done.error()));
    committed_ = *std::move(done);
    return {};
  }

  // What the plan said, and nothing else.
  nats::Result<std::vector<render::RenderedFile>> planned_files() {
    auto files = rendered(planned_);
    if (!files) return files;
    hashes_ = hashes_of(*files);
    if (!planned_.files.is_known() || *planned_.files == hashes_) return files;
    std::string paths;
    for (const auto& [path, hash] : hashes_)
      if (const auto at = planned_.files->find(path); at == planned_.files->end() || at->second != hash)
        paths += "\n  " + path;
    return nats::fail(nats::ErrorKind::invalid,
                      fmt::format("the templates have changed since the plan; plan again. Other than "
                                  "planned are:{}",
                                  paths.empty() ? "\n  files that are not made any more" : paths));
  }

  RegenerationModel finished() const {
    RegenerationModel out = planned_;
    if (!out.branch.is_known()) out.branch = job_.commits.branch();
    if (planned_.render.is_known()) out.files = hashes_;
    out.commit = text_or_null(committed_.commit);
    out.run_id = run_id_;
    out.token = text_or_null(token_);
    out.completed_at = nats::time_text(session_.clock().unix_seconds());
    out.pull_request_url = text_or_null(committed_.pull_request_url);
    out.pending = false;
    return out;
  }

  std::optional<RegenerationModel> leave_pending(const regen::RegenFailure& failure) {
    const auto files =
        planned_.render.is_known() ? planned_files() : nats::Result<std::vector<render::RenderedFile>>();
    if (!files) {
      report(call_.diagnostics, std::string(summary_), files.error());
      return std::nullopt;
    }
    call_.diagnostics.warning(
        Path({"lock", "on_conflict"}), "Regeneration left to somebody else",
        fmt::format(
            "{} What they make may be other files: until this resource has regenerated its own, the plan "
            "is to do so.",
            sentence(failure.message)));
    RegenerationModel out = finished();
    out.commit = Value<std::string>();
    out.completed_at = Value<std::string>();
    out.pending = true;
    return out;
  }

  Job& job_;
  const RegenerationModel& planned_;
  Session& session_;
  const std::string_view summary_;
  Call& call_;
  const LockUse use_;
  std::optional<nats::Wait> hold_wait_;
  regen::Committed committed_;
  std::string token_;
  Hashes hashes_;
  Value<std::int64_t> run_id_;
};

}  // namespace

std::string place_text(const RegenerationModel& model) {
  return fmt::format("{}/{}{}", model.owner->text, model.repository->text,
                     model.branch.is_known() ? ", branch " + *model.branch : "");
}

std::unique_ptr<RegenerationJob> regeneration_job(const RegenerationModel& model,
                                                  const RegenerationModel* prior, Session& session,
                                                  std::string_view summary, Call& call) {
  auto names = bus_names(model.organization->text, session, call);
  auto options = names ? connect_as({.account = model.account, .user = model.user}, session, summary, call)
                       : std::nullopt;
  auto* client = options ? session.github(call) : nullptr;
  if (!client) return nullptr;
  return std::make_unique<RegenerationJob>(
      *std::move(names), *std::move(options),
      regen::CommitParts{.client = *client, .clock = session.clock(), .say = say}, model,
      commit_terms(model, prior, sets_before(prior, call.private_state)), session.random());
}

std::optional<RegenerationModel> regenerate(const RegenerationModel& planned, const RegenerationModel* prior,
                                            Session& session, std::string_view summary, Call& call) {
  const auto job = regeneration_job(planned, prior, session, summary, call);
  if (!job) return std::nullopt;
  auto made = Apply(*job, planned, session, summary, call).regenerate();
  if (made) keep_sets_before(prior, *made->pending || !made->pull_request_url.is_null(), call.private_state);
  return made;
}

void remove_files(const RegenerationModel& state, Session& session, std::string_view summary, Call& call) {
  const auto job = regeneration_job(state, nullptr, session, summary, call);
  if (!job) return;
  std::set<std::string> paths;
  for (const auto& [path, hash] : *state.files) paths.insert(path);
  const LockUse use = lock_use(state);
  const auto until = [&](std::chrono::milliseconds longest) {
    return wait_of(call).at_most(session.clock().now(), longest);
  };
  const regen::Work work = [&](const regen::RunOrder& order) -> nats::Result<void> {
    auto removed = job->commits.remove(paths, order, until(use.max_hold));
    if (!removed) return std::unexpected(std::move(removed.error()));
    return {};
  };
  // A token that may not see it is told the same as one that looks for what is gone: nothing is forgotten.
  const auto there = job->commits.stored(wait_of(call));
  if (!there && there.error().kind == nats::ErrorKind::missing)
    return call.diagnostics.error(
        std::string(summary),
        fmt::format(
            "{}: {} If it is gone for good, apply deletion_policy = \"retain\" first, or forget it with "
            "`terraform state rm`.",
            place_text(state), sentence(there.error().message)));
  const auto target =
      there ? job->commits.target(wait_of(call)) : nats::Result<std::string>(std::unexpected(there.error()));
  if (!target) return report(call.diagnostics, std::string(summary), target.error());
  const auto done = job->site.regenerate(lock_terms(state), run_terms(*job, state, session, *target),
                                         ask_of(state, session), work, until(use.wait_timeout));
  if (!done) tell(done.error(), state, use, summary, call);
}

}  // namespace ghboot::provider
