// SPDX-License-Identifier: Apache-2.0
// A lock's stream in memory, as a NATS server has it, in simulated time. It judges as the server does (facts
// B2): first the message's id against those of the last two minutes, then the expected sequence, then the
// expected id of the last message. Between it
// and each contender lies a network that may fail at any request, by its number: legal faults are those of
// real networks, servers and machines. A lock has to survive each, and any two.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nats/lock_message.h"
#include "nats/lock_stream.h"
#include "nats/simulation.h"

namespace ghboot::nats {

enum class LockFault : std::uint8_t {
  none,
  lose_request,  // It never arrives.
  lose_answer,   // It is carried out, and nobody is told.
  delay,         // It arrives when the lease has passed.
  twice,         // It arrives, and again when the lease has passed.
  overtaken,     // It arrives after the next one, whoever sends that.
  unheard,       // It is carried out, and followers miss it. Of a read: it shows what was before.
  pause_before,  // The contender's process stands still for longer than a lease, before it sends,
  pause_after,   // or once the answer is there.
  restore,       // Before it arrives the log is put back by two messages, as from a backup.
};

class FakeLockStream;

class FakeLockServer {
 public:
  explicit FakeLockServer(Simulation& played) : simulation(played) {}

  Simulation& simulation;
  std::string created = "2026-11-26T08:00:00.1Z", domain;
  std::vector<LockEntry> log{};
  std::map<int, LockFault> faults{};                                // By the number of the request, from 0.
  std::chrono::nanoseconds latency = std::chrono::milliseconds(2);  // One way.
  std::chrono::nanoseconds fault_span = std::chrono::seconds(40);   // Longer than a lease.
  bool is_silent = false;                                           // Answers nobody, and nothing arrives.
  int requests = 0, appends = 0;
  bool is_last_id_forgotten = false;  // As 2.9 does at a restart; until the next message.
  int refusals = 0;                   // So many appends are refused, whatever they expect.
  std::string misuse{};  // An id that was sent with two contents or expectations; empty: none was.
  std::vector<FakeLockStream*> followers{};

  Appended store(const LockAppend& append, bool is_heard = true);
  void put_back(std::size_t messages);
  void make_anew() {
    log.clear();
    ids_.clear();
    created += "9";
  }
  void note(const LockAppend& append) {
    ++appends;
    const auto [at, is_new] = sent_.try_emplace(append.id, append);
    if (at->second.bytes != append.bytes || at->second.expected_last != append.expected_last)
      misuse = append.id;
  }
  LockFault next_fault() {
    const auto at = faults.find(requests++);
    return at == faults.end() ? LockFault::none : at->second;
  }
  // Carries out what was overtaken, once something else has been.
  void after_next(std::function<void()> held_back) { held_back_.push_back(std::move(held_back)); }
  void let_go() {
    for (auto& held_back : std::exchange(held_back_, {})) held_back();
  }
  LockMessage last() const { return *LockMessage::decode(log.back().bytes); }

 private:
  struct Stored {
    std::uint64_t sequence;
    Simulation::Time at;
  };
  std::string last_id() const {
    const auto is_last = [&](const auto& entry) { return entry.second.sequence == log.back().sequence; };
    const auto at = std::ranges::find_if(ids_, is_last);
    return at == ids_.end() || is_last_id_forgotten ? "" : at->first;
  }

  std::map<std::string, Stored> ids_;
  std::map<std::string, LockAppend> sent_;
  std::vector<std::function<void()>> held_back_;
};

// One contender's way to it.
class FakeLockStream final : public LockStream {
 public:
  FakeLockStream(FakeLockServer& server, SimulatedClock& clock) : server_(server), clock_(clock) {}
  FakeLockStream(const FakeLockStream&) = delete;
  FakeLockStream& operator=(const FakeLockStream&) = delete;
  ~FakeLockStream() override { std::erase(server_.followers, this); }

  bool is_deaf = false;  // Its following is broken.

  const std::string& domain() const override { return domain_; }
  Appended append(const LockAppend& append, const Wait& wait) override {
    server_.note(append);
    return ask<Appended>(wait, [this, append](bool is_heard) { return server_.store(append, is_heard); })
        .value_or(Appended{.text = "no answer came"});
  }
  Result<std::optional<LockEntry>> last(const Wait& wait) override {
    using Last = std::optional<LockEntry>;
    const auto answer = ask<Last>(wait, [this](bool is_current) {
      const auto& log = server_.log;
      const std::size_t size = log.size() - (is_current || log.size() < 2 ? 0 : 1);
      return size == 0 ? Last() : Last(log[size - 1]);
    });
    if (!answer) return nats::fail(ErrorKind::unreachable, "no answer came");
    return *answer;
  }
  Result<LockNews> news(const Wait& wait) override {
    if (std::ranges::find(server_.followers, this) == server_.followers.end()) {
      server_.followers.push_back(this);
      if (!server_.log.empty()) hear(server_.log.back());
    }
    if (is_deaf) return nats::fail(ErrorKind::unreachable, "the following broke");
    clock_.block_until(wait.until, [&] { return !news_.empty() || wait.stop.stop_requested(); });
    if (news_.empty()) return LockNews();
    LockNews first = std::move(news_.front());
    news_.pop_front();
    return first;
  }
  void announce(std::string_view bytes) override {
    if (server_.is_silent) return;
    for (FakeLockStream* follower : server_.followers) follower->hear(Announced{std::string(bytes)});
  }
  void hear(LockNews news) {
    server_.simulation.at(server_.simulation.now() + server_.latency, [this, news = std::move(news)] {
      if (std::ranges::find(server_.followers, this) != server_.followers.end()) news_.push_back(news);
    });
  }

 private:
  void pause() {
    clock_.block_until(clock_.now() + server_.fault_span, [] { return false; });
  }

  template <class Answer>
  std::optional<Answer> ask(const Wait& wait, std::function<Answer(bool)> carry_out) {
    const LockFault fault = server_.next_fault();
    if (fault == LockFault::pause_before) pause();
    auto answer = std::make_shared<std::optional<Answer>>();
    Simulation& simulation = server_.simulation;
    const auto latency = server_.latency;
    const auto arrive = [this, answer, fault, latency, carry_out = std::move(carry_out)] {
      if (server_.is_silent) return;
      if (fault == LockFault::restore) server_.put_back(2);
      Answer result = carry_out(fault != LockFault::unheard);
      if (fault == LockFault::lose_answer) return;
      server_.simulation.at(server_.simulation.now() + latency, [answer, result = std::move(result)] {
        if (!*answer) *answer = result;
      });
    };
    if (fault == LockFault::overtaken)
      server_.after_next(arrive);
    else if (fault != LockFault::lose_request)
      simulation.at(simulation.now() + (fault == LockFault::delay ? server_.fault_span : latency),
                    [this, arrive] {
                      arrive();
                      server_.let_go();
                    });
    if (fault == LockFault::twice) simulation.at(simulation.now() + server_.fault_span, arrive);
    clock_.block_until(wait.until, [&] { return answer->has_value() || wait.stop.stop_requested(); });
    if (fault == LockFault::pause_after) pause();
    return *answer;
  }

  FakeLockServer& server_;
  SimulatedClock& clock_;
  std::string domain_{};
  std::deque<LockNews> news_{};
};

inline Appended FakeLockServer::store(const LockAppend& append, bool is_heard) {
  const std::uint64_t last = log.empty() ? 0 : log.back().sequence;
  const auto known = ids_.find(append.id);
  if (known != ids_.end() && simulation.now() - known->second.at < std::chrono::minutes(2))
    return {.fate = Fate::stored, .sequence = known->second.sequence, .duplicate = true, .domain = domain};
  if (refusals > 0 && refusals-- > 0) return {.fate = Fate::not_stored, .text = "wrong last sequence"};
  if (append.expected_last != last) return {.fate = Fate::not_stored, .text = "wrong last sequence"};
  if (const std::string id = last_id(); !append.expected_last_id.empty() && append.expected_last_id != id)
    return {.fate = id.empty() ? Fate::id_unknown : Fate::not_stored, .text = "wrong last msg ID: " + id};
  is_last_id_forgotten = false;
  ids_.insert_or_assign(append.id, Stored{.sequence = last + 1, .at = simulation.now()});
  log.push_back({.created = created, .sequence = last + 1, .bytes = append.bytes});
  for (FakeLockStream* follower : followers)
    if (is_heard) follower->hear(log.back());
  return {.fate = Fate::stored, .sequence = last + 1, .domain = domain};
}

inline void FakeLockServer::put_back(std::size_t messages) {
  while (messages-- > 0 && log.size() > 1) {
    const std::uint64_t gone = log.back().sequence;
    std::erase_if(ids_, [&](const auto& entry) { return entry.second.sequence == gone; });
    log.pop_back();
  }
}

}  // namespace ghboot::nats
