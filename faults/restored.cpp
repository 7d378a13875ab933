// SPDX-License-Identifier: Apache-2.0
#include "faults/restored.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/temp_folder.h"
#include "faults/history.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"

namespace ghboot::faults {

namespace fs = std::filesystem;
using acceptance::Passage, acceptance::Way;
using acceptance::within;
using std::chrono::nanoseconds;

namespace {

class Player {
 public:
  Player(std::string who, nats::ConnectOptions options, const nats::LockNames& names, HistoryFile& history)
      : who_(std::move(who)),
        history_(history),
        connector_(std::move(options), nats::system_clock()),
        stream_(names, connector_, nats::system_clock()),
        contender_({.holder = who_}, {},
                   {.stream = stream_,
                    .clock = nats::system_clock(),
                    .lock_clock = nats::system_lock_clock(),
                    .random = nats::system_random(),
                    .files = nats::system_files()}) {}

  nats::Lease acquire() {
    const nanoseconds begun = monotonic_now();
    add(Kind::invoked, begun);
    auto lease = contender_.acquire(within());
    if (!lease) throw std::runtime_error(who_ + " did not acquire: " + lease.error().message);
    add(Kind::acquired, begun, lease->token());
    return *std::move(lease);
  }

  // Until it is known what became of it: how it was lost, or nothing.
  std::string renew(nats::Lease& lease) {
    const nanoseconds before = monotonic_now();
    for (int tries = 0; tries < 5; ++tries) {
      const auto renewed = lease.renew(within(std::chrono::seconds(3)));
      if (renewed) add(Kind::renewed, before, lease.token());
      if (renewed) return "";
      if (renewed.error().error == nats::LeaseError::lost) return renewed.error().message;
    }
    throw std::runtime_error(who_ + "'s renewal was not answered");
  }

  void work(const nats::Lease& lease) {
    const nanoseconds before = monotonic_now();
    if (lease.held()) add(Kind::held, before, lease.token());
  }

 private:
  void add(Kind kind, nanoseconds from, nats::LockToken token = {}) {
    history_.add({{from, monotonic_now()}, who_, kind, token});
  }

  const std::string who_;
  HistoryFile& history_;
  nats::Connector connector_;
  nats::JetStreamLockStream stream_;
  nats::LockContender contender_;
};

void copy_over(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace

std::string play_restored(const fs::path& folder) {
  acceptance::LockPlace place;
  const acceptance::TempFolder kept;
  const fs::path data = place.server.jetstream_folder(), backup = kept.path() / "js";
  place.server.stop();
  copy_over(data, backup);
  place.server.start();

  acceptance::NatsProxy proxy(place.server.port());
  proxy.judge([](Way way, std::string_view subject) {
    const bool is_news = way == Way::down && subject.ends_with(".regeneration_lock");
    return Passage{.kind = is_news ? Passage::Kind::drop : Passage::Kind::pass};
  });
  nats::ConnectOptions by_proxy = place.options;
  by_proxy.servers = {proxy.url()};
  HistoryFile history(folder / "restored.history");
  Player deaf("deaf/0", by_proxy, place.names, history),
      fresh("fresh/0", place.options, place.names, history);
  nats::Lease old = deaf.acquire();
  if (const auto lost = deaf.renew(old); !lost.empty()) throw std::runtime_error(lost);

  place.server.stop();
  copy_over(backup, data);
  place.server.start();
  nats::Lease lease = fresh.acquire();
  fresh.work(lease);
  if (const auto lost = fresh.renew(lease); !lost.empty()) throw std::runtime_error(lost);
  std::string told = deaf.renew(old);
  fresh.work(lease);
  return told;
}

}  // namespace ghboot::faults
