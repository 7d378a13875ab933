// SPDX-License-Identifier: Apache-2.0
#include "faults/contender.h"

#include <atomic>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "acceptance/counted_lock_stream.h"
#include "acceptance/temp_folder.h"
#include "faults/history.h"
#include "faults/pace.h"
#include "nats/bus_names.h"
#include "nats/lease.h"

namespace ghboot::faults {

using std::chrono::milliseconds, std::chrono::nanoseconds, std::chrono::seconds;

namespace {

constexpr milliseconds step_mean{25};

// How a turn with the lock goes.
enum class Manner : std::uint8_t {
  keeps,        // Renews beside the work.
  renews,       // Renews before each step, as before a step that cannot be undone.
  lets_go,      // Never renews, and works until the lock is lost.
  drops,        // Leaves the release to the end of the Lease.
  ends_itself,  // The whole process, while it holds the lock.
};

nats::ConnectOptions connect_options(const ContenderOptions& options) {
  auto creds = nats::Creds::parse(acceptance::read_file(options.creds));
  if (!creds) throw std::runtime_error(creds.error().message);
  nats::ConnectOptions made;
  made.servers = options.urls;
  made.try_max = seconds(2);
  made.creds = *std::move(creds);
  return made;
}

class Contender {
 public:
  Contender(const ContenderOptions& options, std::size_t number, HistoryFile& history)
      : who_(fmt::format("{}/{}", options.name, number)),
        until_(nanoseconds(options.until)),
        history_(history),
        chance_(options.seed * 1000 + number),
        lock_clock_(options.pace),
        connector_(connect_options(options), clock_),
        stream_(nats::BusNames::make("acme", "github.com").value().lock(), connector_, clock_),
        contender_({.holder = who_, .lease = lease_of_contenders, .is_short_lease_allowed = true}, {},
                   {.stream = stream_,
                    .clock = clock_,
                    .lock_clock = lock_clock_,
                    .random = nats::system_random(),
                    .files = nats::system_files()}) {}

  void run() {
    while (clock_.now() < until_) {
      turn();
      clock_.sleep(between(0, 200), {until_});
    }
  }

 private:
  milliseconds between(int least, int most) {
    return milliseconds(std::uniform_int_distribution<int>(least, most)(chance_));
  }

  void add(Kind kind, nanoseconds from, nats::LockToken token = {}) {
    history_.add({{from, monotonic_now()}, who_, kind, token});
  }

  void turn() {
    const nanoseconds begun = monotonic_now();
    add(Kind::invoked, begun);
    const int tries = stream_.tries();
    auto lease = contender_.acquire({until_});
    for (int tried = tries; tried < stream_.tries(); ++tried) add(Kind::tried, begun);
    if (!lease) {
      add(Kind::gave_up, begun);
      clock_.sleep(seconds(1), {until_});
      return;
    }
    add(Kind::acquired, begun, lease->token());
    spend(*std::move(lease));
  }

  void spend(nats::Lease lease) {
    const std::size_t drawn = std::discrete_distribution<std::size_t>({56, 24, 13, 5, 2})(chance_);
    const auto manner = static_cast<Manner>(drawn);
    const std::size_t length = std::discrete_distribution<std::size_t>({82, 11, 7})(chance_);
    const milliseconds span = manner == Manner::lets_go ? lease_of_contenders * 2
                              : length == 0             ? between(10, 300)
                              : length == 1             ? between(500, 3000)
                                                        : between(4000, 11000);
    is_loss_told_ = false;
    work(lease, manner, span);
    if (!lease.held()) {
      tell_loss(lease);
      return;
    }
    if (manner == Manner::ends_itself) {
      add(Kind::left, monotonic_now(), lease.token());
      ::_exit(exit_of_who_left);
    }
    give_back(std::move(lease), manner);
  }

  void work(nats::Lease& lease, Manner manner, milliseconds span) {
    // Counted in steps: who was frozen has not done them, and goes on.
    auto steps = span / step_mean;
    std::jthread keeper;
    if (manner == Manner::keeps || manner == Manner::drops)
      keeper = std::jthread([&](const std::stop_token& stop) { keep(lease, stop); });
    for (; steps >= 0 && clock_.now() < until_; --steps) {
      if (manner == Manner::renews && !renew(lease)) return;
      const nanoseconds before = monotonic_now();
      if (!lease.held()) return;
      add(Kind::held, before, lease.token());
      clock_.sleep(between(5, 45), {clock_.now() + seconds(1)});
    }
  }

  void keep(nats::Lease& lease, const std::stop_token& stop) {
    nanoseconds since = monotonic_now();
    const auto kept = lease.keep({clock_.now() + seconds(60), stop}, [&] {
      add(Kind::renewed, since, lease.token());
      since = monotonic_now();
    });
    if (!kept) tell_loss(lease);
  }

  bool renew(nats::Lease& lease) {
    const nanoseconds before = monotonic_now();
    const auto renewed = lease.renew({clock_.now() + seconds(1)});
    if (renewed) add(Kind::renewed, before, lease.token());
    if (!renewed && renewed.error().error == nats::LeaseError::unknown) clock_.sleep(seconds(1), {until_});
    return renewed || renewed.error().error == nats::LeaseError::unknown;
  }

  void give_back(nats::Lease lease, Manner manner) {
    const nats::LockToken token = lease.token();
    const nanoseconds before = monotonic_now();
    add(Kind::releasing, before, token);
    if (manner == Manner::drops) {
      const nats::Lease dropped(std::move(lease));
      return;
    }
    const auto released = lease.release({clock_.now() + lease_of_contenders});
    add(released ? Kind::released : Kind::lost, before, token);
  }

  void tell_loss(const nats::Lease& lease) {
    if (!is_loss_told_.exchange(true)) add(Kind::lost, monotonic_now(), lease.token());
  }

  const std::string who_;
  const nats::SteadyTime until_;
  HistoryFile& history_;
  std::mt19937_64 chance_;
  std::atomic<bool> is_loss_told_ = false;  // Of the turn.
  PacedClock lock_clock_;
  nats::Clock& clock_ = nats::system_clock();
  nats::Connector connector_;
  acceptance::CountedLockStream stream_;
  nats::LockContender contender_;
};

}  // namespace

void contend(const ContenderOptions& options) {
  HistoryFile history(options.history);
  std::vector<std::jthread> threads;
  for (std::size_t number = 0; number < options.contenders; ++number)
    threads.emplace_back([&options, number, &history] { Contender(options, number, history).run(); });
}

}  // namespace ghboot::faults
