// SPDX-License-Identifier: Apache-2.0
#include "regen/requester.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nats/random_hex.h"
#include "nats/sha256.h"
#include "nats/time_text.h"

namespace ghboot::regen {
namespace {

using nats::Wait;

constexpr std::string_view plain_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
constexpr std::size_t plain_max = 64;

std::unexpected<RegenFailure> refuse(std::string message) {
  return std::unexpected(RegenFailure{RegenError::refused, std::move(message)});
}

std::unexpected<RegenFailure> not_known(std::string message) {
  return std::unexpected(RegenFailure{RegenError::unknown, std::move(message)});
}

std::string since_text(const std::optional<std::int64_t>& at) {
  return at ? fmt::format(" since {}", nats::time_text(*at)) : "";
}

}  // namespace

struct Requester::Stored {
  RequestPlace place{};
  std::optional<RegenerationRequest> earlier{};  // Nothing: it is this very request that was stored.
};

std::string problem_of(const Ask& ask) {
  if (ask.reason.empty()) return "the reason is empty: say why";
  if (const std::string wrong = nats::problem_of_lock_text(ask.reason); !wrong.empty())
    return fmt::format("the reason {}", wrong);
  if (const std::string wrong = nats::problem_of_lock_text(ask.key); !wrong.empty())
    return fmt::format("the key {}", wrong);
  return "";
}

// "=" and "/" are no plain letters: no key looks like another one's hash, or like one that was asked again.
std::string request_id(const nats::BusNames& names, const Ask& ask) {
  const std::string& key = ask.key.empty() ? ask.reason : ask.key;
  const bool is_plain = key.size() <= plain_max && key.find_first_not_of(plain_letters) == std::string::npos;
  return fmt::format("{}/{}", names.key(), is_plain ? key : "sha256=" + nats::sha256_hex(key));
}

std::string InProgress::text() const {
  std::string said =
      fmt::format("this is asked for already: request {} waits{}", request.sequence, since_text(asked_at));
  if (!asker.empty()) said += fmt::format(", asked by {} on {}", asker, asker_host);
  if (!reason.empty()) said += fmt::format(" for \"{}\"", reason);
  if (lock.state != nats::LockState::held) return said + "; somebody waits for the lock";
  said += fmt::format("; {} on {} (process {}) holds the lock",
                      lock.holder.empty() ? "somebody" : lock.holder, lock.host, lock.pid);
  if (!lock.reason.empty()) said += fmt::format(" for \"{}\"", lock.reason);
  if (run_since) said += fmt::format(", in a run{}", since_text(run_since));
  return said;
}

RegenFailure regen_failure(const nats::Error& error) {
  const bool is_fatal = error.kind == ErrorKind::missing || error.kind == ErrorKind::invalid ||
                        error.kind == ErrorKind::refused;
  return {is_fatal ? RegenError::refused : RegenError::unknown, error.message};
}

RegenResult<Requested> Requester::request(const Ask& ask, const Wait& wait) {
  if (const std::string wrong = problem_of(ask); !wrong.empty()) return refuse(wrong);
  const RegenerationRequest request{.nonce = nats::random_hex(parts_.random, 16),
                                    .reason = ask.reason,
                                    .asker = ask.person,
                                    .host = ask.host,
                                    .at = parts_.clock.unix_seconds()};
  const std::string id = request_id(parts_.names, ask);
  std::string id_now = id;
  for (;;) {
    const auto stored = store(id_now, request, wait);
    if (!stored) return std::unexpected(stored.error());
    if (!stored->earlier) return Requested{.place = stored->place};
    auto judged = judge(ask, *stored, wait);
    if (!judged) return std::unexpected(judged.error());
    if (*judged) return **std::move(judged);
    id_now = fmt::format("{}/{}", id, stored->place.sequence);
  }
}

// The stream must be the same before and after: else what was acknowledged has gone with another one.
RegenResult<Requester::Stored> Requester::store(const std::string& id, const RegenerationRequest& request,
                                                const Wait& wait) {
  const nats::Publication publication{
      .subject = parts_.names.regeneration().request, .id = id, .bytes = request.encode()};
  for (;;) {
    const auto before = parts_.requests.state(wait);
    if (!before && before.error().kind == ErrorKind::missing)
      return refuse(before.error().message + ": the organization's event bus is not there");
    if (!before && regen_failure(before.error()).error == RegenError::refused)
      return refuse(before.error().message);
    nats::Appended appended;
    if (before) appended = parts_.requests.publish(publication, wait);
    if (appended.fate == nats::Fate::denied) return refuse(appended.text);
    const bool has_answer = appended.fate == nats::Fate::stored && appended.sequence > 0;
    const auto after = has_answer ? parts_.requests.state(wait) : before;
    const bool is_stored =
        has_answer && after && before->created == after->created && appended.sequence <= after->last;
    if (is_stored) {
      Stored stored{.place = {.created = after->created, .sequence = appended.sequence}};
      if (!appended.duplicate) return stored;
      // An earlier copy of this very one, whose answer was lost, has its nonce.
      if (const auto there = parts_.requests.at(appended.sequence, wait)) {
        auto earlier = *there ? RegenerationRequest::decode((*there)->bytes)
                              : Result<RegenerationRequest>(RegenerationRequest{});
        if (earlier && earlier->nonce == request.nonce) return stored;
        stored.earlier = earlier.value_or(RegenerationRequest{});
        return stored;
      }
    }
    if (!parts_.clock.sleep(RegenerationLog::retry_pause, wait))
      return not_known(fmt::format("whether the request is stored is not known: {}",
                                   !after       ? after.error().message
                                   : has_answer ? "the stream was made anew meanwhile"
                                                : appended.text));
  }
}

RegenResult<std::optional<LogView>> Requester::view_before_run(const RequestPlace& place, const Wait& wait) {
  auto view = parts_.log.read_last_run(wait);
  if (!view) return std::unexpected(regen_failure(view.error()));
  const auto requests = parts_.requests.state(wait);
  if (!requests) return std::unexpected(regen_failure(requests.error()));
  if (requests->created != place.created || requests->last < place.sequence ||
      view->begun(*requests) >= place.sequence)
    return std::optional<LogView>();
  return *std::move(view);
}

RegenResult<std::optional<Requested>> Requester::judge(const Ask& ask, const Stored& stored,
                                                       const Wait& wait) {
  while (parts_.clock.now() < wait.until && !wait.stop.stop_requested()) {
    // Before it is found out who is there, which takes time, and after.
    if (const auto early = view_before_run(stored.place, wait); !early || !*early)
      return early ? RegenResult<std::optional<Requested>>() : std::unexpected(early.error());
    const auto who = parts_.lock.who_is_there(wait);
    if (!who) return std::unexpected(regen_failure(who.error()));
    const auto view = view_before_run(stored.place, wait);
    if (!view || !*view)
      return view ? RegenResult<std::optional<Requested>>() : std::unexpected(view.error());
    if (!*who) return std::optional(Requested{.place = stored.place, .is_nobody_there = true});
    RegenerationEvent asked{
        .kind = EventKind::asked, .place = stored.place, .person = ask.person, .host = ask.host};
    const auto is_appended = parts_.log.append(asked, **view, wait);
    if (!is_appended) return std::unexpected(regen_failure(is_appended.error()));
    if (!*is_appended) continue;
    InProgress found{.request = stored.place,
                     .asker = stored.earlier->asker,
                     .asker_host = stored.earlier->host,
                     .reason = stored.earlier->reason,
                     .asked_at = stored.earlier->at,
                     .lock = **who};
    if ((*view)->state.run() == LastRun::running) found.run_since = (*view)->state.event->at;
    return std::unexpected(RegenFailure{RegenError::in_progress, found.text(), std::move(found)});
  }
  return not_known("the request is stored; who will run it could not be found out in time");
}

}  // namespace ghboot::regen
