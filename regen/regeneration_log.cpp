// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_log.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nats/random_hex.h"

namespace ghboot::regen {

using nats::Wait;

namespace {

// How far back the log says something of a target: to the beginning of its last run that completed.
class Reach {
 public:
  explicit Reach(std::string_view target) : target_(target) {}

  bool take_earlier(const RegenerationEvent& event) {  // True: what came before says nothing more.
    if (event.kind == EventKind::asked) return false;
    if (event.kind != EventKind::started) {
      ends_.insert_or_assign(event.run, event.kind);  // The first of several ends counts.
      return false;
    }
    if (event.target != target_ && !event.target.empty()) return false;
    const auto end = ends_.find(event.nonce);
    const bool has_completed = end != ends_.end() && end->second == EventKind::completed;
    ends_.clear();  // What ended later, and began earlier, had been taken for lost.
    return has_completed;
  }

 private:
  const std::string_view target_;
  std::map<std::string, EventKind, std::less<>> ends_;  // By their run.
};

}  // namespace

RegenerationLog::RegenerationLog(nats::EventStream& stream, nats::EventStream& bucket,
                                 nats::RegenerationNames names, nats::Clock& clock, nats::Random& random)
    : stream_(stream), bucket_(bucket), names_(std::move(names)), clock_(clock), random_(random) {}

Result<RegenerationEvent> RegenerationLog::decoded(const nats::EventEntry& entry) const {
  const auto kind = kind_of(entry.subject, names_);
  auto event = kind ? RegenerationEvent::decode(*kind, entry.bytes)
                    : fail(ErrorKind::invalid, fmt::format("on {}, which is none of its", entry.subject));
  if (event) return event;
  return fail(
      ErrorKind::invalid,
      fmt::format("message {} of {} is {}. Remove it if it is nobody's: nats stream rmm {} {}",
                  entry.sequence, stream_.name(), event.error().message, stream_.name(), entry.sequence));
}

Result<void> RegenerationLog::walk_back(const nats::StreamState& state, const Take& take, const Wait& wait) {
  bool is_enough = false;
  for (std::uint64_t sequence = state.last; !is_enough && sequence >= state.first && sequence > 0;
       --sequence) {
    const auto entry = stream_.at(sequence, wait);
    if (!entry) return std::unexpected(entry.error());
    if (!*entry) continue;  // Removed by hand.
    const auto event = decoded(**entry);
    if (!event) return std::unexpected(event.error());
    is_enough = take(**entry, *event);
  }
  return {};
}

Result<std::uint64_t> RegenerationLog::walk(const std::function<bool(const RegenerationEvent&)>& take,
                                            const Wait& wait) {
  const auto state = stream_.state(wait);
  if (!state) return std::unexpected(state.error());
  const auto walked = walk_back(
      *state, [&](const nats::EventEntry&, const RegenerationEvent& event) { return take(event); }, wait);
  if (!walked) return std::unexpected(walked.error());
  return state->last;
}

Result<LogView> RegenerationLog::read_last_run(const Wait& wait) {
  LogView view;
  const auto last = walk(
      [&](const RegenerationEvent& event) {
        view.state.take(event);
        return view.state.event.has_value();
      },
      wait);
  if (!last) return std::unexpected(last.error());
  view.last = *last;
  return view;
}

Result<LogView> RegenerationLog::read(std::string_view target, const Wait& wait) {
  const auto state = stream_.state(wait);
  if (!state) return std::unexpected(state.error());
  LogView view{.last = state->last};
  Reach reach(target);
  std::vector<RegenerationEvent> later;   // Than what the view begins with, the last one first.
  std::vector<nats::EventEntry> entries;  // Of those that were read before the snapshot was.
  std::optional<LogSnapshot> kept;
  bool is_known = false;
  const auto begins_there = [&](const nats::EventEntry& entry) {
    if (!kept || !kept->is_of(entry) || !complete(*kept, wait)) return false;
    view.state = std::move(kept->state);
    return is_known = true;
  };
  const auto walked = walk_back(
      *state,
      [&](const nats::EventEntry& entry, const RegenerationEvent& event) {
        ++view.events_read;
        if (begins_there(entry)) return true;
        later.push_back(event);
        is_known = reach.take_earlier(event);
        if (is_known || view.events_read >= events_max) return true;
        if (view.events_read <= asks_after) entries.push_back(entry);
        if (view.events_read != asks_after) return false;
        kept = snapshot(*state, wait);
        for (std::size_t at = 0; at < entries.size(); ++at)
          if (begins_there(entries[at])) later.resize(at);
        return is_known;
      },
      wait);
  if (!walked) return std::unexpected(walked.error());
  if (!is_known && view.events_read >= events_max)
    view.state.targets.begin()->second.is_open = true;  // Of any target.
  for (auto event = later.rbegin(); event != later.rend(); ++event) view.state.take(*event);
  return view;
}

std::optional<LogSnapshot> RegenerationLog::snapshot(const nats::StreamState& state, const Wait& wait) {
  const auto entry = bucket_.last_on(names_.snapshot, wait);
  auto kept = entry && *entry ? LogSnapshot::decode((*entry)->bytes) : Result<LogSnapshot>(LogSnapshot());
  const bool is_of_this =
      kept && kept->created == state.created && kept->sequence >= state.first && kept->sequence <= state.last;
  return is_of_this ? std::optional(*std::move(kept)) : std::nullopt;
}

bool RegenerationLog::complete(LogSnapshot& snapshot, const Wait& wait) {
  if (snapshot.run_sequence == 0) return true;
  const auto entry = stream_.at(snapshot.run_sequence, wait);
  auto event = entry && *entry ? decoded(**entry) : fail(ErrorKind::missing, "");
  if (!event) return false;
  snapshot.state.event = *std::move(event);
  return true;
}

void RegenerationLog::keep_snapshot(const Wait& wait, std::uint64_t every) {
  const auto state = stream_.state(wait);
  if (!state) return;
  auto kept = snapshot(*state, wait);
  if (kept) {
    const auto entry = stream_.at(kept->sequence, wait);
    if (!entry || !*entry || !kept->is_of(**entry) || !complete(*kept, wait)) kept.reset();
  }
  if (state->last < (kept ? kept->sequence : 0) + every) return;
  LogSnapshot made = kept.value_or(LogSnapshot{.created = state->created});
  const auto now = clock_.now();
  const Wait reading = wait.at_most(now, std::chrono::floor<std::chrono::milliseconds>(wait.until - now) / 2);
  for (std::uint64_t sequence = std::max(made.sequence + 1, state->first); sequence <= state->last;
       ++sequence) {
    const auto entry = stream_.at(sequence, reading);
    if (!entry) break;
    if (!*entry) continue;
    const auto event = decoded(**entry);
    if (!event) break;
    made.take(**entry, *event);
  }
  nats::Publication publication{
      .subject = names_.snapshot, .id = nats::random_hex(random_, 16), .bytes = made.encode()};
  if (made.sequence > (kept ? kept->sequence : 0) && publication.bytes.size() <= LogSnapshot::size_max)
    static_cast<void>(bucket_.publish(publication, wait));
}

Result<bool> RegenerationLog::append(RegenerationEvent& event, const LogView& seen, const Wait& wait) {
  event.nonce = nats::random_hex(random_, 16);
  event.at = clock_.unix_seconds();
  const nats::Publication publication{.subject = subject_of(event.kind, names_),
                                      .id = event.nonce,
                                      .bytes = event.encode(),
                                      .expected_last = seen.last};
  for (;;) {
    const nats::Appended appended = stream_.publish(publication, wait);
    if (appended.fate == nats::Fate::denied) return fail(ErrorKind::refused, appended.text);
    const bool is_new = appended.fate == nats::Fate::stored && !appended.duplicate;
    if (is_new && appended.sequence == seen.last + 1) return true;
    const Fate fate = look_up(event, seen.last, wait);
    if (fate != Fate::unknown) return fate == Fate::stored;
    if (!clock_.sleep(retry_pause, wait))
      return fail(ErrorKind::unknown,
                  fmt::format("whether {} was stored is not known: {}", publication.subject,
                              appended.text.empty() ? "no answer" : appended.text));
  }
}

// Whatever is next after what it expects tells: while there is nothing, a copy may still be under way.
RegenerationLog::Fate RegenerationLog::look_up(const RegenerationEvent& event, std::uint64_t expected_last,
                                               const Wait& wait) {
  const auto next = stream_.at(expected_last + 1, wait);
  if (!next) return Fate::unknown;
  if (*next) {
    const auto stored = decoded(**next);
    return stored && stored->nonce == event.nonce ? Fate::stored : Fate::not_stored;
  }
  const auto state = stream_.state(wait);
  if (!state || state->last == expected_last) return Fate::unknown;
  return Fate::not_stored;  // The next was removed, or the log is not the one that was read.
}

}  // namespace ghboot::regen
