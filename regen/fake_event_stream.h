// SPDX-License-Identifier: Apache-2.0
// Two streams in memory, requests and the log of regenerations, as a NATS server has them, in simulated time.
// It judges as the server does (facts B2): first the message's id against those of the last two minutes, then
// the expected sequence. Between it and each asker lies a network that may fail at any request, by its
// number: an asker has to survive each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nats/event_stream.h"
#include "nats/simulation.h"

namespace ghboot::regen {

enum class EventFault : std::uint8_t {
  none,
  lose_request,  // It never arrives.
  lose_answer,   // It is carried out, and nobody is told.
  delay,         // It arrives when nobody waits for it any more.
  twice,         // It arrives, and again then.
  pause,         // The asker's process stands still for longer than a lease once the answer is there.
};

struct FakeEventLog {
  std::string name{}, created{};
  std::vector<nats::EventEntry> entries{};
  std::uint64_t last = 0;
  struct Stored {
    std::uint64_t sequence;
    nats::Simulation::Time at;
  };
  std::map<std::string, Stored> ids{};

  nats::Appended store(const nats::Publication& publication, nats::Simulation::Time now) {
    const auto known = ids.find(publication.id);
    if (known != ids.end() && now - known->second.at < std::chrono::minutes(2))
      return {.fate = nats::Fate::stored, .sequence = known->second.sequence, .duplicate = true};
    if (publication.expected_last && *publication.expected_last != last)
      return {.fate = nats::Fate::not_stored, .text = "wrong last sequence"};
    entries.push_back({.sequence = ++last, .subject = publication.subject, .bytes = publication.bytes});
    ids.insert_or_assign(publication.id, Stored{.sequence = last, .at = now});
    return {.fate = nats::Fate::stored, .sequence = last};
  }
  void make_anew() {
    entries.clear();
    ids.clear();
    last = 0;
    created += "9";
  }
  void put_back(std::uint64_t sequence) {  // As from a backup.
    std::erase_if(entries, [&](const auto& entry) { return entry.sequence > sequence; });
    std::erase_if(ids, [&](const auto& id) { return id.second.sequence > sequence; });
    last = sequence;
  }
};

struct FakeEventServer {
  explicit FakeEventServer(nats::Simulation& played) : simulation(played) {}

  nats::Simulation& simulation;
  FakeEventLog requests{.name = "GITHUB_REQUESTS_acme", .created = "2026-11-26T08:00:00.1Z"};
  FakeEventLog log{.name = "GITHUB_REGENERATION_acme", .created = "2026-11-26T08:00:00.2Z"};
  FakeEventLog bucket{.name = "KV_ghboot_acme", .created = "2026-11-26T08:00:00.3Z"};
  std::map<int, EventFault> faults{};             // By the number of the request, from 0.
  std::map<int, std::function<void()>> before{};  // What others do just before it arrives, likewise.
  int asked = 0;
  bool is_silent = false;
  std::chrono::nanoseconds latency = std::chrono::milliseconds(2);  // One way.
  std::chrono::nanoseconds fault_span = std::chrono::seconds(40);   // Longer than a lease.

  EventFault next_fault() {
    const auto at = faults.find(asked++);
    return at == faults.end() ? EventFault::none : at->second;
  }
};

// One asker's way to one of them.
class FakeEventStream final : public nats::EventStream {
 public:
  FakeEventStream(FakeEventServer& server, FakeEventLog& log, nats::SimulatedClock& clock)
      : server_(server), log_(log), clock_(clock) {}

  const std::string& name() const override { return log_.name; }
  nats::Result<nats::StreamState> state(const nats::Wait& wait) override {
    return read<nats::StreamState>(wait, [this]() -> nats::Result<nats::StreamState> {
      if (log_.created.empty()) return nats::fail(nats::ErrorKind::missing, "stream not found (10059)");
      const std::uint64_t first = log_.entries.empty() ? log_.last + 1 : log_.entries.front().sequence;
      return nats::StreamState{.created = log_.created, .first = first, .last = log_.last};
    });
  }
  nats::Result<std::optional<nats::EventEntry>> at(std::uint64_t sequence, const nats::Wait& wait) override {
    using Found = std::optional<nats::EventEntry>;
    return read<Found>(wait, [this, sequence]() -> nats::Result<Found> {
      for (const nats::EventEntry& entry : log_.entries)
        if (entry.sequence == sequence) return Found(entry);
      return Found();
    });
  }
  nats::Result<std::optional<nats::EventEntry>> last_on(std::string_view subject,
                                                        const nats::Wait& wait) override {
    using Found = std::optional<nats::EventEntry>;
    return read<Found>(wait, [this, subject = std::string(subject)]() -> nats::Result<Found> {
      for (auto entry = log_.entries.rbegin(); entry != log_.entries.rend(); ++entry)
        if (entry->subject == subject) return Found(*entry);
      return Found();
    });
  }
  nats::Appended publish(const nats::Publication& publication, const nats::Wait& wait) override {
    return ask<nats::Appended>(
               wait, [this, publication] { return log_.store(publication, server_.simulation.now()); })
        .value_or(nats::Appended{.text = "no answer came"});
  }

 private:
  template <class Found>
  nats::Result<Found> read(const nats::Wait& wait, std::function<nats::Result<Found>()> look) {
    auto answer = ask<nats::Result<Found>>(wait, std::move(look));
    if (!answer) return nats::fail(nats::ErrorKind::unknown, "no answer came");
    return *std::move(answer);
  }
  template <class Answer>
  std::optional<Answer> ask(const nats::Wait& wait, std::function<Answer()> carry_out) {
    const nats::Wait patience = wait.at_most(clock_.now(), std::chrono::seconds(5));
    const EventFault fault = server_.next_fault();
    auto answer = std::make_shared<std::optional<Answer>>();
    const auto arrive = [this, answer, fault, number = server_.asked - 1, carry_out = std::move(carry_out)] {
      if (server_.is_silent) return;
      if (const auto others = server_.before.extract(number)) others.mapped()();
      Answer result = carry_out();
      if (fault == EventFault::lose_answer) return;
      server_.simulation.at(server_.simulation.now() + server_.latency,
                            [answer, result = std::move(result)] { answer->emplace(result); });
    };
    const auto now = server_.simulation.now();
    if (fault != EventFault::lose_request)
      server_.simulation.at(now + (fault == EventFault::delay ? server_.fault_span : server_.latency),
                            arrive);
    if (fault == EventFault::twice) server_.simulation.at(now + server_.fault_span, arrive);
    clock_.block_until(patience.until, [&] { return answer->has_value() || wait.stop.stop_requested(); });
    auto heard = *answer;
    if (fault == EventFault::pause)
      clock_.block_until(clock_.now() + server_.fault_span, [] { return false; });
    return heard;
  }

  FakeEventServer& server_;
  FakeEventLog& log_;
  nats::SimulatedClock& clock_;
};

}  // namespace ghboot::regen
