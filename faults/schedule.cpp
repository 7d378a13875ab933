// SPDX-License-Identifier: Apache-2.0
#include "faults/schedule.h"

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "acceptance/temp_folder.h"
#include "faults/contender.h"
#include "faults/crew.h"

namespace ghboot::faults {

namespace fs = std::filesystem;
using std::chrono::milliseconds, std::chrono::seconds;

namespace {

enum class Fault : std::uint8_t {
  kill,
  freeze_long,
  freeze_short,
  unanswered,
  deaf,
  late,
  cut_off,
  cut,
  last_word,
  server_frozen,
  server_stopped,
  server_killed,
  revoked,
  made_anew,
  dead_waiters,
  log_restored,  // Of a server that is alone.
  stepped_down,  // From here on of clusters.
  server_cut_off,
  follower_leads,
};
//                                 Of 100, and what clusters have beside.
constexpr std::array<double, 19> shares{7, 8, 7, 10, 8, 7, 16, 4, 9, 4, 4, 4, 7, 1, 2, 2, 8, 7, 5};

constexpr milliseconds lease = lease_of_contenders;

constexpr std::array lone_leader_steps{"appends in vain", "another led", "the lone leader led again",
                                       "the third led"};
constexpr seconds around_patience{24};  // What a lone leader's schedule takes before and after.

nats::SteadyTime end_of(const ScheduleOptions& options, nats::SteadyTime now) {
  return now + (options.has_lone_leader ? std::max(options.length, options.patience + around_patience)
                                        : options.length);
}

struct Later {
  nats::SteadyTime at;
  std::function<void()> act;
};

// What is drawn for one fault, whether it is used or not: so that a seed gives one schedule.
struct Drawn {
  Fault fault;
  std::size_t victim, server;
  bool is_holder_meant;
  milliseconds rest;
  double share;

  milliseconds part(milliseconds most) const {
    return milliseconds(static_cast<std::int64_t>(share * static_cast<double>(most.count())));
  }
};

class Schedule {
 public:
  explicit Schedule(const ScheduleOptions& options)
      : chance_(options.seed),
        servers_(options.shape),
        end_(end_of(options, clock_.now())),
        crew_({.program = options.program,
               .folder = options.folder,
               .seed = options.seed,
               .processes = options.processes,
               .contenders = options.contenders,
               .until = end_},
              servers_.ports(), servers_.creds()) {
    if (options.has_lone_leader) let_leader_be_alone(options.patience);
  }

  ScheduleDone run() {
    const bool is_drawn = later_.empty();
    auto next = is_drawn ? clock_.now() + seconds(1) : nats::SteadyTime::max();
    while (clock_.now() < end_) {
      clock_.sleep(milliseconds(20), {end_});
      do_what_is_due(clock_.now());
      if (clock_.now() < end_ && crew_.replace_ended() > 0) note("contender ended itself");
      if (clock_.now() < next) continue;
      const Drawn drawn = draw();
      do_fault(drawn);
      next = clock_.now() + drawn.rest;
    }
    do_what_is_due(nats::SteadyTime::max());
    crew_.expect_end();
    std::string missing = is_drawn ? "" : missing_step();
    return {.faults = std::move(done_), .difference = servers_.difference(), .missing = std::move(missing)};
  }

 private:
  Drawn draw() {
    const auto below = [&](double most) { return std::uniform_real_distribution<double>(0, most)(chance_); };
    const auto index = [&](std::size_t count) {
      return static_cast<std::size_t>(below(static_cast<double>(count)));
    };
    const auto kinds = shares.begin() + (servers_.count() > 1 ? 19 : 16);
    return {.fault = static_cast<Fault>(std::discrete_distribution<int>(shares.begin(), kinds)(chance_)),
            .victim = index(crew_.size()),
            .server = index(servers_.count()),
            .is_holder_meant = below(2) < 1,
            .rest = milliseconds(700 + static_cast<int>(below(3000))),
            .share = below(1)};
  }

  void do_fault(const Drawn& drawn) {
    switch (drawn.fault) {
      case Fault::kill:
        crew_.kill(victim(drawn));
        return note("contender killed");
      case Fault::freeze_long:
        return freeze(victim(drawn), lease + seconds(1) + drawn.part(seconds(2)));
      case Fault::freeze_short:
        return freeze(victim(drawn), milliseconds(200) + drawn.part(lease - seconds(1)));
      case Fault::unanswered:
      case Fault::deaf:
      case Fault::late:
      case Fault::cut_off:
      case Fault::cut:
      case Fault::last_word:
        return trouble(drawn);
      case Fault::server_frozen:
      case Fault::server_stopped:
      case Fault::server_killed:
      case Fault::server_cut_off:
        return take_server_away(drawn);
      case Fault::follower_leads:
        return let_follower_lead(drawn);
      case Fault::log_restored:
        return restore_log();
      default:
        return operate(drawn.fault);
    }
  }

  void note(std::string what) { done_.push_back({monotonic_now(), std::move(what)}); }

  std::size_t victim(const Drawn& drawn) const {
    return drawn.is_holder_meant ? crew_.holder().value_or(drawn.victim) : drawn.victim;
  }

  void freeze(std::size_t index, milliseconds span) {
    crew_.freeze(index);
    note(span > lease ? "contender frozen for more than a lease" : "contender frozen");
    later(span, [this, index, life = crew_.life(index)] { crew_.thaw(index, life); });
  }

  void trouble(const Drawn& drawn) {
    // Of who does not hold the lock little is to be learnt.
    Wire& wire = crew_.wire(crew_.holder().value_or(drawn.victim));
    switch (drawn.fault) {
      case Fault::unanswered:
        wire.be(Trouble::unanswered, seconds(1) + drawn.part(lease));
        return note("unanswered");
      case Fault::deaf:
        wire.be(Trouble::deaf, lease + drawn.part(lease));
        return note("contender deaf for more than a lease");
      case Fault::late:
        wire.be(Trouble::late, seconds(1) + drawn.part(lease));
        return note("appends late");
      case Fault::cut_off:
        wire.be(Trouble::cut_off, lease + drawn.part(seconds(3)));
        return note("contender cut off for more than a lease");
      case Fault::cut:
        wire.be(Trouble::cut, milliseconds(300));
        return note("connections cut");
      default:
        for (std::size_t index = 0; index < crew_.size(); ++index)
          crew_.wire(index).be(Trouble::last_word, lease + seconds(5));
        return note("a retry's answer the last");
    }
  }

  void operate(Fault fault) {
    if (is_server_away()) return;
    switch (fault) {
      case Fault::revoked:
        if (servers_.revoke()) note("revoked");
        return;
      case Fault::made_anew:
        if (servers_.make_anew()) note("stream made anew");
        return;
      case Fault::dead_waiters:
        servers_.announce_dead();
        return note("dead waiters");
      default:
        if (servers_.step_down()) note("leader stepped down");
        return;
    }
  }

  bool is_server_away() const { return clock_.now() < server_back_at_; }

  // Not while one is away, and not soon after: who never gets on shows nothing.
  bool takes_server_away() {
    if (is_server_away() || clock_.now() - server_back_at_ < lease) return false;
    server_back_at_ = nats::SteadyTime::max();
    return true;
  }

  void take_server_away(const Drawn& drawn) {
    if (!takes_server_away()) return;
    acceptance::NatsServer& program = servers_.program();
    const std::size_t index = drawn.server;
    if (drawn.fault == Fault::server_frozen) {
      program.freeze(index);
      note("server frozen");
      return later(seconds(1) + drawn.part(seconds(9)), [this, index] {
        servers_.program().thaw(index);
        server_back_at_ = clock_.now();
      });
    }
    if (drawn.fault == Fault::server_cut_off) {
      program.cut_off(index);
      note("server cut off for more than a lease");
      return later(lease + seconds(1) + drawn.part(lease), [this] {
        servers_.program().mend();
        server_back_at_ = clock_.now();
      });
    }
    const bool is_killed = drawn.fault == Fault::server_killed;
    is_killed ? program.kill(index) : program.stop(index);
    if (!is_killed && servers_.count() == 1) servers_.back_up();
    note(is_killed ? "server killed" : "server restarted");
    later(drawn.part(seconds(2)), [this, index] {
      servers_.program().start(index);
      server_back_at_ = clock_.now();
    });
  }

  // A log that went back is begun anew as docs/lock.md says, while no contender reaches the server: after
  // that nothing of what is promised is left out.
  void restore_log() {
    if (!servers_.has_backup() || is_server_away()) return;
    const auto generation = servers_.generation();
    if (!generation || !takes_server_away()) return;
    for (std::size_t index = 0; index < crew_.size(); ++index)
      crew_.wire(index).be(Trouble::cut_off, std::chrono::minutes(10));
    servers_.program().stop();
    servers_.restore();
    servers_.program().start();
    servers_.begin_generation(*generation);
    for (std::size_t index = 0; index < crew_.size(); ++index)
      crew_.wire(index).be(Trouble::none, milliseconds(0));
    server_back_at_ = clock_.now();
    note("log restored");
  }

  // Frozen for longer than a lease, and then made leader.
  void let_follower_lead(const Drawn& drawn) {
    if (servers_.replicas() < 2 || is_server_away()) return;
    const auto leader = servers_.leader();
    if (!leader || !takes_server_away()) return;
    const std::size_t follower = (*leader + 1 + drawn.victim % (servers_.count() - 1)) % servers_.count();
    servers_.program().freeze(follower);
    note("follower frozen for more than a lease");
    later(lease + seconds(1), [this, follower] {
      servers_.program().thaw(follower);
      server_back_at_ = clock_.now();
      lead(follower, "and made leader", seconds(5));
    });
  }

  // What gave one token to two holders on three replicas before 2.11: a leader alone takes appends that it
  // can't answer, another is elected and stores, the first leads again while the third is away, and then that
  // one leads.
  void let_leader_be_alone(seconds patience) {
    const auto leader = servers_.leader();
    if (!leader || servers_.count() != 3) throw std::runtime_error("it takes a leader and two others");
    const std::size_t first = *leader, second = (first + 1) % 3, third = (first + 2) % 3;
    acceptance::NatsServer& program = servers_.program();
    server_back_at_ = nats::SteadyTime::max();
    later(seconds(3), [this, &program, first, second, third] {
      program.freeze(second);
      program.freeze(third);
      if (servers_.append_in_vain(first)) note("appends in vain");
    });
    later(seconds(5), [&program, first, second, third] {
      program.freeze(first);
      program.thaw(second);
      program.thaw(third);
    });
    const seconds led = seconds(5) + patience;
    later(led, [this, &program, first, third, patience] {
      const auto other = servers_.leader();
      if (other && *other != first) note("another led");
      program.freeze(third);
      program.thaw(first);
      lead(first, "the lone leader led again", patience);
    });
    later(led + seconds(8), [this, &program, third, patience] {
      program.thaw(third);
      lead(third, "the third led", patience);
    });
    later(led + seconds(9), [&program, first] { program.freeze(first); });
    later(led + seconds(17), [&program, first] { program.thaw(first); });
  }

  std::string missing_step() const {
    for (const std::string step : lone_leader_steps)
      if (std::ranges::find(done_, step, &DoneFault::what) == done_.end()) return step;
    return "";
  }

  void lead(std::size_t index, const std::string& what, seconds longest) {
    const nats::Wait wait{clock_.now() + longest};
    while (servers_.leader() != index && clock_.sleep(milliseconds(500), wait)) servers_.step_down(index);
    if (servers_.leader() == index) note(what);
  }

  void later(milliseconds span, std::function<void()> act) {
    later_.push_back({clock_.now() + span, std::move(act)});
  }

  void do_what_is_due(nats::SteadyTime now) {
    for (std::size_t i = 0; i < later_.size();) {
      if (later_[i].at > now) {
        ++i;
        continue;
      }
      const auto act = std::move(later_[i].act);
      later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
      act();
    }
  }

  std::mt19937_64 chance_;
  nats::Clock& clock_ = nats::system_clock();
  Servers servers_;
  nats::SteadyTime end_;
  Crew crew_;
  std::vector<Later> later_;
  nats::SteadyTime server_back_at_{};  // In the future: one is away.
  std::vector<DoneFault> done_;
};

}  // namespace

ScheduleDone run_schedule(const ScheduleOptions& options) { return Schedule(options).run(); }

std::vector<Event> read_histories(const fs::path& folder) {
  std::vector<Event> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != history_extension) continue;
    auto events = parse_history(acceptance::read_file(entry.path()));
    if (!events)
      throw std::runtime_error(fmt::format("{}: {}", entry.path().filename().string(), events.error()));
    std::ranges::move(*events, std::back_inserter(all));
  }
  return all;
}

}  // namespace ghboot::faults
