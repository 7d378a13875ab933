// SPDX-License-Identifier: Apache-2.0
#include "provider/lock_data_source.h"

#include <chrono>

#include <fmt/format.h>

#include "nats/duration_text.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lock_status.h"
#include "nats/time_text.h"
#include "provider/bus_access.h"
#include "provider/report.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;
using tfplugin::cty::Number;

constexpr auto summary = "Lock not read";
constexpr std::chrono::seconds answer_max{10};

Value<std::string> time_or_null(const std::optional<std::int64_t>& unix_seconds) {
  return unix_seconds ? Value<std::string>(nats::time_text(*unix_seconds)) : Value<std::string>();
}

// The message of a free lock still says whose it was.
void tell_holder(const nats::LockStatus& status, LockModel& out) {
  const nats::LockMessage& last = status.message;
  if (last.state == nats::LockState::free) return;
  if (status.token) out.token = status.token->text();
  out.holder = text_or_null(last.holder);
  out.host = text_or_null(last.host);
  if (last.pid != 0) out.pid = last.pid;
  out.reason = text_or_null(last.reason);
  out.since = time_or_null(status.since);
  out.lease = nats::duration_text(last.lease);
}

void tell(const nats::LockStatus& status, LockModel& out) {
  const nats::LockMessage& last = status.message;
  out.state = std::string(nats::to_string(last.state));
  tell_holder(status, out);
  out.by = text_or_null(last.by);
  out.why = text_or_null(last.why);
  out.waiting = static_cast<std::int64_t>(last.next.size());
  out.generation = Number::from_unsigned(last.generation);
  out.sequence = Number::from_unsigned(status.sequence);
  out.stored_at = time_or_null(status.stored);
}

nats::Result<nats::LockStatus> status_of(const nats::ConnectOptions& options, const nats::LockNames& names,
                                         nats::Clock& clock, const nats::Wait& wait) {
  nats::Connector connector(options, clock);
  nats::JetStreamLockStream stream(names, connector, clock);
  const auto last = nats::last_of(stream, names, wait.at_most(clock.now(), answer_max));
  if (!last) return std::unexpected(last.error());
  return nats::LockStatus::of(*last);
}

// What the words of servers and of the log leave open.
std::string advice(nats::ErrorKind kind, const nats::BusNames& names) {
  switch (kind) {
    case nats::ErrorKind::missing:
      return fmt::format(": the account of this user has no lock of {}", names.key());
    case nats::ErrorKind::invalid:
      return ": whoever may publish there can break the lock; `ghboot lock new-generation` leaves it behind";
    default:
      return "";
  }
}

}  // namespace

LockDataSource::LockDataSource(const Sessions& sessions)
    : DataSource("Who holds the lock of an organisation's regeneration, since when and what for."),
      sessions_(sessions) {}

void LockDataSource::check(const LockModel& config, Diagnostics& diagnostics) const {
  check_organization(config.organization, diagnostics);
  check_bus_user({.account = config.account, .user = config.user}, diagnostics);
}

std::optional<LockModel> LockDataSource::read_thing(const LockModel& config, Call& call) const {
  const auto session = sessions_.current(call);
  const auto names = session ? bus_names(*config.organization, *session, call) : std::nullopt;
  const auto options =
      names ? connect_as({.account = config.account, .user = config.user}, *session, summary, call)
            : std::nullopt;
  if (!options) return std::nullopt;
  auto status = status_of(*options, names->lock(), session->clock(), wait_of(call));
  if (!status) {
    status.error().message += advice(status.error().kind, *names);
    report(call.diagnostics, summary, status.error(), Path({"organization"}));
    return std::nullopt;
  }
  LockModel out = config;
  tell(*status, out);
  return out;
}

}  // namespace ghboot::provider
