// SPDX-License-Identifier: Apache-2.0
// Histories by chance, of seeds that are named: whatever several writers appended, and wherever each of them
// stopped, everybody who reads comes to one state.
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/log_snapshot.h"
#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using Chance = std::mt19937_64;

std::size_t below(Chance& chance, std::size_t count) { return chance() % count; }
template <class T>
const T& one_of(Chance& chance, const std::vector<T>& all) {
  return all.at(below(chance, all.size()));
}
const std::vector<std::string> targets{"a/x main", "a/y main", "a/z .github/workflows/w.yml"};

// By the protocol: each reads, decides, and appends under what it has read; it may stop for good between any
// two steps, as a process that dies does, and others go on.
class Writer {
 public:
  Writer(RegenPlay& play, Chance& chance, const std::string& name)
      : play_(play), chance_(chance), asker_(play.asker(name)), target_(one_of(chance, targets)) {}

  void step() {
    if (!seen_ || below(chance_, 3) == 0) {
      seen_ = asker_.log.read(target_, asker_.within()).value();
      return;
    }
    if (run_.empty() && seen_->state.run() == LastRun::running) {
      append({.kind = EventKind::failed,
              .run = seen_->state.event->nonce,
              .place = seen_->state.event->place,
              .error = "its holder did not say how it ended",
              .lost = true});
    } else if (run_.empty()) {
      const EventKind kind = below(chance_, 4) == 0 ? EventKind::asked : EventKind::started;
      const std::string target = below(chance_, 12) == 0 ? "" : target_;  // As before targets were named.
      if (append({.kind = kind, .target = target}) && kind == EventKind::started) run_ = last_;
    } else if (seen_->state.event->nonce != run_) {
      run_.clear();  // It was taken for lost.
    } else {
      const bool is_good = below(chance_, 2) == 0;
      if (append({.kind = is_good ? EventKind::completed : EventKind::failed,
                  .run = run_,
                  .error = is_good ? "" : "e",
                  .lost = !is_good && below(chance_, 2) == 0,
                  .parked = !is_good && below(chance_, 3) == 0}))
        run_.clear();
    }
  }
  void keep() { asker_.log.keep_snapshot(asker_.within(), 1); }

 private:
  bool append(RegenerationEvent event) {
    event.place = {.created = play_.server.requests.created, .sequence = play_.server.log.last + 1};
    const bool is_stored = asker_.log.append(event, *seen_, asker_.within()).value();
    seen_.reset();
    last_ = event.nonce;
    return is_stored;
  }

  RegenPlay& play_;
  Chance& chance_;
  RegenPlay::Asker& asker_;
  const std::string target_;
  std::optional<LogView> seen_;
  std::string run_, last_;
};

// What anybody wrote, by the protocol or not.
RegenerationEvent wild(Chance& chance) {
  static const std::vector<EventKind> kinds{EventKind::started, EventKind::started, EventKind::asked,
                                            EventKind::completed, EventKind::failed};
  static const std::vector<std::string> runs{"1", "2", "3", "4"};
  RegenerationEvent event{.kind = one_of(chance, kinds),
                          .nonce = one_of(chance, runs),
                          .run = one_of(chance, runs),
                          .place = {.created = "c", .sequence = 1 + below(chance, 5)}};
  if (event.kind == EventKind::started && below(chance, 4) != 0) event.target = one_of(chance, targets);
  if (event.kind == EventKind::failed) {
    event.lost = below(chance, 2) == 0;
    event.parked = below(chance, 3) == 0;
    if (event.parked) event.error = "given up";
  }
  return event;
}

LogState whole(const RegenPlay& play) {
  LogState state;
  for (const RegenerationEvent& event : play.events()) state.take(event);
  return state;
}

// Everybody's view, by the shortest way there is, is that of all events.
void expect_one_state(RegenPlay& play, RegenPlay::Asker& reader, const std::string& told) {
  const LogState all = whole(play);
  for (const std::string& target : targets) {
    const LogView view = reader.log.read(target, reader.within()).value();
    ASSERT_EQ(view.state.of(target), all.of(target)) << told << target << "\n" << play.log_text();
    ASSERT_EQ(view.state.run(), all.run()) << told;
    ASSERT_EQ(view.state.event.has_value(), all.event.has_value()) << told;
    if (all.event) {
      ASSERT_EQ(view.state.event->encode(), all.event->encode()) << told;
    }
  }
}

TEST(LogHistory, OfWritersThatStopAnywhereIsOneState) {
  std::size_t events = 0, kept = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Chance chance(seed);
    RegenPlay play;
    auto& reader = play.asker("reader");
    std::vector<std::unique_ptr<Writer>> writers;
    for (int number = 0; number < 4; ++number)
      writers.push_back(std::make_unique<Writer>(play, chance, "w" + std::to_string(number)));
    for (int step = 0; step < 60; ++step) {
      const std::size_t which = below(chance, writers.size());
      if (below(chance, 15) == 0) {  // It is no more, and another comes.
        writers.at(which) = std::make_unique<Writer>(play, chance, "n" + std::to_string(step));
      } else if (below(chance, 20) == 0) {
        writers.at(which)->keep();
      } else {
        writers.at(which)->step();
      }
      if (step % 6 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_one_state(
            play, reader, "seed " + std::to_string(seed) + ", step " + std::to_string(step)));
      }
    }
    events += play.server.log.entries.size();
    kept += play.server.bucket.entries.size();
    int running = 0;
    for (const RegenerationEvent& event : play.events()) {
      running += event.kind == EventKind::started ? 1 : event.kind == EventKind::asked ? 0 : -1;
      ASSERT_TRUE(running == 0 || running == 1) << "seed " << seed << ": " << play.log_text();
    }
  }
  EXPECT_GT(events, 1500U);
  EXPECT_GT(kept, 150U);
}

// A view that ends early, or begins with a snapshot of whatever event, says what all of the log does.
TEST(LogHistory, OfAnyEventsIsOneStateWhereverItIsCut) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Chance chance(seed);
    RegenPlay play;
    auto& reader = play.asker("reader");
    const std::size_t count = 1 + below(chance, 14);
    for (std::size_t index = 0; index < count; ++index) {
      const RegenerationEvent event = wild(chance);
      play.server.log.store({.subject = subject_of(event.kind, play.names.regeneration()),
                             .id = std::to_string(index),
                             .bytes = event.encode()},
                            {});
      if (below(chance, 4) == 0) reader.log.keep_snapshot(reader.within(), 1);
    }
    ASSERT_NO_FATAL_FAILURE(expect_one_state(play, reader, "seed " + std::to_string(seed)));
  }
}

}  // namespace
}  // namespace ghboot::regen
