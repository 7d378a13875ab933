// SPDX-License-Identifier: Apache-2.0
#include "faults/player.h"

#include <utility>

#include <fmt/format.h>

#include "acceptance/nats_manager.h"

namespace ghboot::faults {

using acceptance::within;
using std::chrono::milliseconds, std::chrono::nanoseconds, std::chrono::seconds;

namespace {

nats::ConnectOptions options_by(const acceptance::NatsProxy& proxy, const Servers& servers) {
  nats::ConnectOptions options;
  options.servers = {proxy.url()};
  options.creds = servers.creds();
  return options;
}

// Nobody else has written, so that what is lost was lost by time.
[[noreturn]] void fail_renewal(const std::string& who, const nats::LeaseResult<void>& renewed) {
  const std::string text = fmt::format(
      "{}'s renewal: {}", who, renewed ? "it was answered, and was not to be" : renewed.error().message);
  if (!renewed && renewed.error().error == nats::LeaseError::lost) throw ShownNothing(text);
  throw std::runtime_error(text);
}

}  // namespace

Player::Player(PlayerTerms terms, const Servers& servers, HistoryFile& history)
    : who_(std::move(terms.who)),
      history_(history),
      lock_clock_(terms.pace),
      proxy_(servers.ports().front()),
      connector_(options_by(proxy_, servers), nats::system_clock()),
      stream_(servers.names(), connector_, nats::system_clock()),
      contender_({.holder = who_, .lease = terms.lease, .is_short_lease_allowed = true}, {},
                 {.stream = stream_,
                  .clock = nats::system_clock(),
                  .lock_clock = lock_clock_,
                  .random = nats::system_random(),
                  .files = nats::system_files()}) {
  proxy_.judge([this](acceptance::Way way, std::string_view subject) {
    return sure_passage(trouble_, way, subject).value_or(acceptance::Passage{});
  });
}

nats::Lease Player::acquire() {
  const nanoseconds begun = monotonic_now();
  add(Kind::invoked, begun);
  auto lease = contender_.acquire(within());
  if (!lease) throw std::runtime_error(who_ + " did not acquire: " + lease.error().message);
  add(Kind::acquired, begun, lease->token());
  return *std::move(lease);
}

void Player::look(milliseconds span) {
  for (const nats::Wait longest = within();;) {
    const auto seen = contender_.follow(within(span));
    if (seen) return;
    if (!nats::system_clock().sleep(milliseconds(100), longest))
      throw std::runtime_error(who_ + " saw nothing: " + seen.error().message);
  }
}

void Player::renew(nats::Lease& lease) {
  const nanoseconds before = monotonic_now();
  const auto renewed = lease.renew(within(seconds(3)));
  if (!renewed) fail_renewal(who_, renewed);
  add(Kind::renewed, before, lease.token());
}

void Player::renew_unanswered(nats::Lease& lease) {
  const auto renewed = lease.renew(within(milliseconds(300)));
  if (renewed || renewed.error().error != nats::LeaseError::unknown) fail_renewal(who_, renewed);
}

std::string Player::expect_loss(nats::Lease& lease) {
  const nanoseconds before = monotonic_now();
  for (int tries = 0; tries < 5; ++tries) {
    const auto renewed = lease.renew(within(seconds(3)));
    if (renewed) add(Kind::renewed, before, lease.token());
    if (renewed) return "that it holds the lock";
    if (renewed.error().error == nats::LeaseError::lost) return renewed.error().message;
  }
  throw std::runtime_error(who_ + "'s renewal was not answered");
}

bool Player::work(const nats::Lease& lease) {
  const nanoseconds before = monotonic_now();
  const bool is_held = lease.held();
  if (is_held) add(Kind::held, before, lease.token());
  return is_held;
}

void Player::add(Kind kind, nanoseconds from, nats::LockToken token) {
  history_.add({{from, monotonic_now()}, who_, kind, token});
}

}  // namespace ghboot::faults
