// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ghboot::regen {

using nats::Wait;

namespace {

constexpr std::size_t error_max = 1000;  // Bytes of a run's error that are kept in the log.

RegenFailure failure_of(const nats::LeaseFailure& failure) {
  switch (failure.error) {
    case nats::LeaseError::held:
      return {RegenError::in_progress, "the request is stored, and waits: " + failure.message};
    case nats::LeaseError::unknown:
      return {RegenError::unknown, failure.message};
    case nats::LeaseError::lost:
      return {RegenError::failed, failure.message};
    case nats::LeaseError::refused:
      break;
  }
  return {RegenError::refused, failure.message};
}

std::unexpected<RegenFailure> failed(std::string message) {
  return std::unexpected(RegenFailure{RegenError::failed, std::move(message)});
}

bool may_pass(const nats::Error& error) {
  return error.kind == ErrorKind::unreachable || error.kind == ErrorKind::unknown;
}

}  // namespace

const RunOrder& RunOrder::without_lock() {
  static const RunOrder order{.safe_point = [] { return nats::LeaseResult<void>(); },
                              .left = [] { return std::chrono::nanoseconds::max(); }};
  return order;
}

RegenResult<Regenerated> Regeneration::regenerate(const Ask& ask, const Work& work, const Wait& wait) {
  if (!terms_.above_token.empty())
    return std::unexpected(RegenFailure{
        RegenError::refused, fmt::format("this runs under the very lock that it wants (token {}): it would "
                                         "wait for itself. Run it outside of `ghboot lock hold`",
                                         terms_.above_token)});
  for (;;) {
    const auto requested = requester_.request(ask, wait.at_most(clock_.now(), request_max));
    if (!requested) return std::unexpected(requested.error());
    const auto step = serve(requested->place, work, wait);
    if (!step) return std::unexpected(step.error());
    if (*step != Step::made_anew) return Regenerated{.place = requested->place, .is_own = *step == Step::ran};
  }
}

RegenResult<Regeneration::Step> Regeneration::serve(const RequestPlace& place, const Work& work,
                                                    const Wait& wait) {
  auto lease = contender_.acquire(wait);
  if (!lease) return std::unexpected(failure_of(lease.error()));
  auto step = run_under(*lease, place, work, wait);
  // Whatever became of it, it passes with its lease at the latest.
  if (lease->held()) static_cast<void>(lease->release({clock_.now() + farewell}));
  log_.keep_snapshot({clock_.now() + snapshot_max});
  return step;
}

RegenResult<std::optional<Regeneration::Step>> Regeneration::decide(const RequestPlace& place, bool must_run,
                                                                    LogView& seen, RegenerationEvent& started,
                                                                    const Wait& wait) {
  auto view = log_.read(terms_.target, wait);
  if (!view) return std::unexpected(regen_failure(view.error()));
  seen = *std::move(view);
  const auto requests = requests_.state(wait);
  if (!requests) return std::unexpected(regen_failure(requests.error()));
  if (requests->created != place.created || requests->last < place.sequence)  // A backup, restored.
    return std::optional(Step::made_anew);
  if (!must_run && !seen.is_pending(terms_.target, *requests)) {
    if (seen.completed(terms_.target, *requests) >= place.sequence) return std::optional(Step::done);
    return failed(fmt::format("the regeneration was given up after it had failed: {}",
                              seen.state.of(terms_.target).parked_for));
  }
  started.place = {.created = requests->created, .sequence = requests->last};
  return std::optional<Step>();
}

nats::LeaseResult<void> Regeneration::renew(nats::Lease& lease, const std::stop_token& stop) {
  for (;;) {
    const Wait trusted{clock_.now() + std::chrono::floor<std::chrono::milliseconds>(lease.left()), stop};
    auto renewed = lease.renew(trusted);
    if (renewed || renewed.error().error != nats::LeaseError::unknown) return renewed;
    if (!lease.held() || !clock_.sleep(nats::LockWriter::retry_pause, trusted)) return renewed;
  }
}

RegenResult<Regeneration::Step> Regeneration::run_under(nats::Lease& lease, const RequestPlace& place,
                                                        const Work& work, const Wait& wait) {
  static constexpr auto lost = "the lock was lost before the run began";
  RunOrder order{.token = lease.token(),
                 .safe_point = [&] { return renew(lease, wait.stop); },
                 .left = [&] { return lease.left(); }};
  // One's own run is done then, and who asked for more asks again, or finds somebody else.
  const auto or_ran = [&](bool has_run, RegenResult<Step> otherwise) {
    return has_run ? RegenResult<Step>(Step::ran) : otherwise;
  };
  bool has_run = false;
  for (int tries = 1;; ++tries) {
    RegenerationEvent started{.kind = EventKind::started,
                              .token = lease.token().text(),
                              .person = terms_.person,
                              .host = terms_.host,
                              .reason = terms_.reason,
                              .target = terms_.target};
    LogView seen;
    for (bool is_started = false; !is_started;) {
      // One's own run may have outlasted the Wait.
      const Wait trusted{clock_.now() + std::chrono::floor<std::chrono::milliseconds>(lease.left()),
                         wait.stop};
      const auto decided = decide(place, terms_.must_run && !has_run, seen, started, trusted);
      if (!decided && !lease.held()) return or_ran(has_run, failed(lost));
      if (!decided) return or_ran(has_run, std::unexpected(decided.error()));
      if (*decided) return or_ran(has_run, **decided);
      if (!lease.held()) return or_ran(has_run, failed(lost));
      const bool is_lost = seen.state.run() == LastRun::running;
      RegenerationEvent loss = is_lost ? loss_of(*seen.state.event, trusted) : RegenerationEvent{};
      const auto is_appended = log_.append(is_lost ? loss : started, seen, trusted);
      if (!is_appended) return or_ran(has_run, std::unexpected(regen_failure(is_appended.error())));
      is_started = *is_appended && !is_lost;
    }
    // Its answer may have taken longer than the lease: a successor has said then that this run was lost.
    if (!order.safe_point()) return or_ran(has_run, failed(lost));
    const TargetState& target = seen.state.of(terms_.target);
    order.is_after_lost = target.may_write_yet();
    order.run = started.nonce;
    order.through = started.place;
    const auto outcome = work(order);
    const bool may_try_again =
        !outcome && may_pass(outcome.error()) && tries < terms_.tries && !wait.stop.stop_requested();
    const bool is_parked = !may_try_again && target.failures + 1 >= tries_max;
    const auto ended = end(started, seen.last + 1, outcome, is_parked);
    if (!ended && may_try_again && pause(tries, outcome.error().message, order, wait.stop)) continue;
    if (!ended && has_run && terms_.say)
      terms_.say(fmt::format("what was asked for meanwhile is not done: {}", ended.error().message));
    if (!ended) return or_ran(has_run, std::unexpected(ended.error()));
    // Again, if something was asked for meanwhile: that counts on the next run, and who asked may have gone.
    has_run = true;
    tries = 0;
  }
}

// What says of a run that nobody ended that it was lost. Of another target little was read.
RegenerationEvent Regeneration::loss_of(const RegenerationEvent& started, const Wait& wait) {
  const auto view = log_.read(started.target, wait);
  return {.kind = EventKind::failed,
          .run = started.nonce,
          .place = started.place,
          .error = "its holder did not say how it ended",
          .lost = true,
          .parked = view && view->state.of(started.target).failures + 1 >= tries_max};
}

bool Regeneration::pause(int tries, const std::string& why, const RunOrder& order,
                         const std::stop_token& stop) {
  const auto nth = std::min(static_cast<std::size_t>(tries), retry_pauses.size());
  const std::chrono::seconds pause = retry_pauses.at(nth - 1);
  if (terms_.say)
    terms_.say(
        fmt::format("try {} of {} failed, the next in {} s: {}", tries, terms_.tries, pause.count(), why));
  return order.safe_point() && clock_.sleep(pause, {clock_.now() + pause + farewell, stop}) &&
         order.safe_point();
}

// Others append `asked` meanwhile; a successor that took the run for lost says so.
RegenResult<void> Regeneration::end(const RegenerationEvent& started, std::uint64_t sequence,
                                    const Result<void>& outcome, bool is_parked) {
  const Wait wait{clock_.now() + farewell};
  RegenerationEvent ending{.kind = outcome ? EventKind::completed : EventKind::failed,
                           .run = started.nonce,
                           .place = started.place};
  if (!outcome) {
    ending.error = outcome.error().message.substr(0, error_max);
    ending.lost = outcome.error().kind == ErrorKind::unknown;
    ending.parked = is_parked;
  }
  LogView view{.last = sequence};
  for (;;) {
    const auto is_appended = log_.append(ending, view, wait);
    if (!is_appended)
      return std::unexpected(RegenFailure{
          RegenError::unknown,
          fmt::format("the run {}, and {}", outcome ? "is done" : "failed: " + outcome.error().message,
                      is_appended.error().message)});
    if (*is_appended) break;
    auto read = log_.read_last_run(wait);
    if (!read) return std::unexpected(regen_failure(read.error()));
    view = *std::move(read);
    if (view.state.run() != LastRun::running || view.state.event->nonce != started.nonce)
      return failed(
          fmt::format("the run {} after it was taken for lost: its work does not count, and "
                      "another run does it again",
                      outcome ? "ended" : "failed"));
  }
  if (!outcome) return failed(fmt::format("the run failed: {}", outcome.error().message));
  return {};
}

}  // namespace ghboot::regen
