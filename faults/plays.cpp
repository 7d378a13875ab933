// SPDX-License-Identifier: Apache-2.0
#include "faults/plays.h"

#include <array>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "acceptance/nats_manager.h"
#include "faults/crew.h"
#include "faults/player.h"
#include "nats/lock_trust.h"

namespace ghboot::faults {

namespace fs = std::filesystem;
using acceptance::within;
using std::chrono::milliseconds, std::chrono::nanoseconds, std::chrono::seconds;

namespace {

// The clock of who holds the lock is as slow, that of the other as fast as the margin allows: by the
// machine's clock the holder believes for 2.8 s, and the other gets in 2.84 s after its first sight.
constexpr milliseconds lease = lease_of_contenders, trust = lease - nats::trust_margin(lease);
constexpr double ratio = pace_fast / pace_slow;
static_assert(trust * ratio < lease && trust * ratio * 1.1 > lease);

// Between a message of the holder and its next one: as long as the trust in the first is sure to last.
constexpr milliseconds between_messages{1000};

nanoseconds by_slow(milliseconds span) { return std::chrono::duration_cast<nanoseconds>(span / pace_slow); }

struct Scene {
  explicit Scene(const fs::path& folder) : history(folder / ("play" + std::string(history_extension))) {
    // To connect and to begin to follow takes longer than all that comes then.
    holder.look(seconds(1));
    other.look(seconds(1));
  }

  Servers servers{Shape{}};
  HistoryFile history;
  Player holder{{.who = "holder/0", .pace = pace_slow}, servers, history};
  Player other{{.who = "other/0", .pace = pace_fast}, servers, history};
};

// The other gets in as soon as it may, and the holder works if it believes. Without the guard it would have
// believed until `believed_until`, of CLOCK_MONOTONIC.
void take_over(Scene& scene, const nats::Lease& old, nanoseconds believed_until) {
  if (!scene.holder.work(old)) throw ShownNothing("the holder's trust ended before the other waited");
  const nats::Lease taken = scene.other.acquire();
  scene.other.work(taken);
  scene.holder.work(old);
  scene.other.work(taken);
  if (monotonic_now() > believed_until) throw ShownNothing("the other got in too late");
}

std::string play_margin(const fs::path& folder) {
  Scene scene(folder);
  const nanoseconds sent = monotonic_now();
  const nats::Lease old = scene.holder.acquire();
  scene.holder.be(Trouble::cut_off);
  take_over(scene, old, sent + by_slow(lease));
  return "";
}

std::string play_first_sending(const fs::path& folder) {
  Scene scene(folder);
  nats::Lease old = scene.holder.acquire();
  scene.holder.be(Trouble::unanswered);
  scene.holder.renew_unanswered(old);
  scene.other.look();
  nats::system_clock().sleep(between_messages, within());
  const nanoseconds sent_again = monotonic_now();
  scene.holder.be(Trouble::deaf);
  scene.holder.renew(old);
  scene.holder.be(Trouble::cut_off);
  take_over(scene, old, sent_again + by_slow(trust));
  return "";
}

// The other hears nothing of the renewal, and reads it shortly before it would get in.
std::string play_first_sight(const fs::path& folder) {
  Scene scene(folder);
  nats::Lease old = scene.holder.acquire();
  scene.other.look();
  scene.other.be(Trouble::deaf);
  nats::system_clock().sleep(between_messages, within());
  scene.holder.renew(old);
  scene.holder.be(Trouble::cut_off);
  take_over(scene, old, nanoseconds::max());
  return "";
}

std::string play_revoked(const fs::path& folder) {
  Scene scene(folder);
  const nats::Lease old = scene.holder.acquire();
  scene.holder.be(Trouble::cut_off);
  if (!scene.servers.revoke()) throw std::runtime_error("the lock was not revoked");
  take_over(scene, old, nanoseconds::max());
  return "";
}

// A holder hears nothing of the log, which goes back to a backup; another who never saw what was lost
// acquires and renews up to the holder's sequence, and then the holder renews. Not promised: that the two do
// not work at once, as that backup's `free` is believed. Promised: that the renewal is not stored over the
// other's.
std::string play_restored(const fs::path& folder) {
  Servers servers{Shape{}};
  servers.program().stop();
  servers.back_up();
  servers.program().start();

  HistoryFile history(folder / ("play" + std::string(history_extension)));
  constexpr seconds long_lease{30};
  Player holder({.who = "holder/0", .lease = long_lease}, servers, history);
  Player other({.who = "other/0", .lease = long_lease}, servers, history);
  holder.be(Trouble::deaf);
  nats::Lease old = holder.acquire();
  holder.renew(old);

  servers.program().stop();
  servers.restore();
  servers.program().start();
  nats::Lease taken = other.acquire();
  other.work(taken);
  other.renew(taken);
  if (!old.held()) throw ShownNothing("the holder's trust ended before it renewed");
  std::string told = holder.expect_loss(old);
  other.work(taken);
  return "the holder is told " + told;
}

constexpr std::array all{
    Play{.name = "margin",
         .shows = "a holder that is cut off, by clocks that run unequally",
         .run = play_margin},
    Play{.name = "first-sending",
         .shows = "a renewal that was stored is answered when it is sent again, and then nothing is",
         .run = play_first_sending},
    Play{.name = "first-sight",
         .shows = "a renewal is read shortly before the lease of the message before it has passed",
         .run = play_first_sight},
    Play{.name = "revoked",
         .shows = "a forced release of which the holder hears nothing",
         .run = play_revoked},
    Play{.name = "restored",
         .shows = "a log that goes back to a backup under a holder that hears nothing",
         .only = Rule::renewals_are_alone,
         .run = play_restored},
};

}  // namespace

std::span<const Play> plays() { return all; }

}  // namespace ghboot::faults
