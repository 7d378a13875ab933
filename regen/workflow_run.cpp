// SPDX-License-Identifier: Apache-2.0
#include "regen/workflow_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "github/lower.h"

namespace ghboot::regen {

using nats::Wait;

namespace {

// GitHub's clock, by which runs are dated, may be behind.
constexpr std::int64_t clock_slack = 60;

std::string in_place(const github::FailedStep& failed) {
  return failed.step.empty()
             ? fmt::format("job \"{}\" ({})", failed.job, failed.conclusion)
             : fmt::format("job \"{}\", step \"{}\" ({})", failed.job, failed.step, failed.conclusion);
}

}  // namespace

bool is_workflow_file(std::string_view name) {
  constexpr std::size_t stem_max = 100;
  const std::string_view stem = name.substr(0, name.rfind('.'));
  const std::string_view ending = name.substr(stem.size());
  return (ending == ".yml" || ending == ".yaml") && !stem.empty() && stem.size() <= stem_max &&
         stem.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string_view::npos;
}

WorkflowRun::WorkflowRun(WorkflowParts parts, WorkflowTerms terms)
    : parts_(std::move(parts)),
      terms_(std::move(terms)),
      runs_(parts_.client, terms_.repository, terms_.file) {}

void WorkflowRun::say(const std::string& text) const {
  if (parts_.say) parts_.say(text);
}

std::string WorkflowRun::target() const {
  return fmt::format("{}/{} .github/workflows/{}", github::lower(terms_.repository.owner),
                     github::lower(terms_.repository.name), terms_.file);
}

// Whoever began them has lost the lock, or never had it: their commits must not come after ours.
Result<void> WorkflowRun::end_earlier(RunFence& fence) {
  for (bool is_first = true;; is_first = false) {
    const auto list = fence.ask([&](const Wait& wait) { return runs_.list(0, wait); });
    if (!list) return std::unexpected(list.error());
    std::vector<github::WorkflowRun> going;
    std::ranges::copy_if(*list, std::back_inserter(going), [](const auto& run) { return !run.is_over(); });
    if (going.empty()) return {};
    for (const github::WorkflowRun& run : going) {
      if (!is_first) break;
      say(fmt::format("an earlier run is cancelled: {}", run.html_url));
      const auto cancelled = fence.ask([&](const Wait& wait) { return runs_.cancel(run.id, wait); });
      // One that cannot be cancelled yet is waited for.
      if (!cancelled && (fence.is_broken() || cancelled.error().kind != ErrorKind::conflict))
        return std::unexpected(cancelled.error());
    }
    if (const auto slept = fence.sleep(look_every); !slept)
      return fail(slept.error().kind, fmt::format("{}, while an earlier run went on: {}",
                                                  slept.error().message, going.front().html_url));
  }
}

// A dispatch without an answer is looked up by what only this one has in its title.
Result<std::int64_t> WorkflowRun::find(RunFence& fence, std::int64_t since, bool is_fenced) {
  const auto until = parts_.clock.now() + find_max;
  for (;;) {
    const auto list = fence.ask([&](const Wait& wait) { return runs_.list(since - clock_slack, wait); });
    if (!list && (fence.is_broken() || list.error().kind != ErrorKind::unreachable))
      return fail(ErrorKind::unknown, list.error().message);
    if (list && !is_fenced && list->size() == 1) return list->front().id;
    for (const github::WorkflowRun& run : list ? *list : std::vector<github::WorkflowRun>())
      if (is_ours(run, fence.order())) return run.id;
    if (parts_.clock.now() >= until)
      return fail(
          ErrorKind::unknown,
          fmt::format("no run of {} has {} in its title: either it was not dispatched, or its run-name "
                      "does not have ${{{{ inputs.{} }}}}, by which it is found",
                      terms_.file, fence.order().run, nonce_input));
    if (const auto slept = fence.sleep(look_every); !slept)
      return fail(ErrorKind::unknown, slept.error().message);
  }
}

Result<std::int64_t> WorkflowRun::start(RunFence& fence, std::int64_t since, WorkflowDone& done) {
  auto inputs = terms_.inputs;
  inputs[std::string(token_input)] = fence.order().token.text();
  inputs[std::string(nonce_input)] = fence.order().run;
  const auto send = [&] {
    return fence.write([&](const Wait& wait) { return runs_.dispatch(terms_.ref, inputs, wait); });
  };
  auto sent = send();
  if (!sent && sent.error().kind == ErrorKind::invalid &&
      sent.error().message.contains("Unexpected inputs")) {
    done.is_fenced = false;
    inputs = terms_.inputs;
    sent = send();
  }
  if (!sent && sent.error().kind != ErrorKind::unknown) return std::unexpected(sent.error());
  if (sent && *sent) return **sent;
  return find(fence, since, done.is_fenced);
}

Result<void> WorkflowRun::explain(RunFence& fence, const github::WorkflowRun& run) {
  if (run.conclusion == "success") return {};
  const auto steps = fence.ask([&](const Wait& wait) { return runs_.failed_steps(run.id, wait); });
  std::string where;
  if (steps)
    for (const github::FailedStep& step : *steps) where += (where.empty() ? ": " : "; ") + in_place(step);
  return fail(ErrorKind::refused, fmt::format("the workflow {} ended with {}{}. Its log: {}", terms_.file,
                                              run.conclusion, where, run.html_url));
}

Result<WorkflowDone> WorkflowRun::follow(RunFence& fence, WorkflowDone done) {
  const auto start_until = parts_.clock.now() + terms_.start_max;
  std::string status;
  // With what is known of the run: who reads it has to find out why it took so long.
  const auto cut_off = [&](const nats::Error& error) {
    return fail(error.kind, status.empty() ? error.message
                                           : fmt::format("{}, while the run of {} was {}: {}", error.message,
                                                         terms_.file, status, done.html_url));
  };
  for (;;) {
    const auto run = fence.ask([&](const Wait& wait) { return runs_.run(done.id, wait); });
    if (!run && !fence.is_broken() && run.error().kind == ErrorKind::unreachable) {  // An outage of GitHub's.
      if (const auto slept = fence.sleep(look_every); !slept) return cut_off(slept.error());
      continue;
    }
    if (!run) return cut_off(run.error());
    done.html_url = run->html_url;
    if (std::exchange(status, run->status) != run->status)
      say(fmt::format("{} is {}: {}", terms_.file, run->status, run->html_url));
    if (run->is_over()) {
      if (auto good = explain(fence, *run); !good) return std::unexpected(good.error());
      return done;
    }
    if (run->status != "in_progress" && parts_.clock.now() >= start_until)
      return fail(
          ErrorKind::refused,
          fmt::format("the run of {} did not start within {} s (it is {}): is there a runner for it? {}",
                      terms_.file, terms_.start_max.count(), run->status, run->html_url));
    if (const auto slept = fence.sleep(look_every); !slept) return cut_off(slept.error());
  }
}

std::string WorkflowRun::take_back(const RunOrder& order, std::int64_t id, std::int64_t since) {
  const Wait wait{parts_.clock.now() + farewell};
  std::string url;
  for (;;) {
    static_cast<void>(order.safe_point());  // As long as it is to be had, nobody else begins.
    if (id == 0)
      if (const auto list = runs_.list(since - clock_slack, wait))
        for (const github::WorkflowRun& run : *list)
          if (is_ours(run, order)) id = run.id;
    if (id != 0) {
      static_cast<void>(runs_.cancel(id, wait));
      const auto run = runs_.run(id, wait);
      if (run && run->is_over()) return "";
      if (run) url = run->html_url;
    }
    if (!parts_.clock.sleep(look_every, wait))
      return id == 0 ? fmt::format(". No run of it was found; one may begin yet: look at the runs of {}",
                                   terms_.file)
                     : fmt::format(". It was to be cancelled, and may still go on: {}", url);
  }
}

Result<WorkflowDone> WorkflowRun::run(const RunOrder& order, const Wait& wait) {
  RunFence fence(order, parts_.clock, wait);
  if (terms_.ref.empty()) {
    github::GitData repository(parts_.client, terms_.repository);
    auto branch = fence.ask([&](const Wait& one) { return repository.default_branch(one); });
    if (!branch) return std::unexpected(branch.error());
    terms_.ref = *std::move(branch);
  }
  if (auto ended = end_earlier(fence); !ended) return std::unexpected(ended.error());
  WorkflowDone done{.ref = terms_.ref};
  const std::int64_t since = parts_.clock.unix_seconds();
  const auto id = start(fence, since, done);
  if (!id && id.error().kind != ErrorKind::unknown) return std::unexpected(id.error());
  done.id = id.value_or(0);
  auto followed = id ? follow(fence, done) : Result<WorkflowDone>(std::unexpected(id.error()));
  if (!followed) followed.error().message += take_back(order, done.id, since);
  return followed;
}

}  // namespace ghboot::regen
