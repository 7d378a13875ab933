// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_resource.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "github/account.h"
#include "nats/event_bus.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/text_parts.h"
#include "provider/bus_access.h"
#include "provider/public_key.h"
#include "provider/quiet_call.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

Doomed doomed(const EventBusModel& state) {
  return {.kind = "Event bus",
          .name = "of " + state.organization->text,
          .public_key = "streams of " + state.key.value_or(""),
          .in_store = false};
}

// The streams, as the user reaches them that the model names.
struct Bus {
  Bus(nats::ConnectOptions options, const nats::BusSettings& wanted, nats::Clock& clock)
      : connector(std::move(options), clock),
        lock(wanted.names.lock(), connector, clock),
        writer(lock, clock, nats::system_lock_clock(), nats::system_random()),
        streams(wanted, connector, clock) {}

  nats::Connector connector;
  nats::JetStreamLockStream lock;
  nats::LockWriter writer;
  nats::EventBus streams;
};

// Null, with an error.
std::unique_ptr<Bus> bus_of(const EventBusModel& model, Session& session, std::string_view summary,
                            Call& call) {
  const auto names = names_of(model, call.diagnostics);
  auto options = names ? connect_as({.account = model.account, .user = model.user}, session, summary, call)
                       : std::nullopt;
  if (!options) return nullptr;
  return std::make_unique<Bus>(*std::move(options), settings_of(model, *names), session.clock());
}

// More than one replica is a matter of all servers, which the system account alone can ask. Nothing, with an
// error.
std::optional<nats::Cluster> servers_for(const EventBusModel& model, Session& session,
                                         std::string_view summary, Call& call) {
  if (model.replicas.value_or(1) == 1) return nats::Cluster();
  auto* resolver = session.resolver(call);
  if (!resolver) return std::nullopt;
  auto cluster = resolver->described_servers(wait_of(call));
  if (cluster) return *std::move(cluster);
  report(call.diagnostics, std::string(summary), cluster.error(), Path({"replicas"}));
  return std::nullopt;
}

// False, with an error.
bool settle_host(EventBusModel& model, const Session& session, Call& call) {
  if (model.host.is_known()) return true;
  const auto host = session.github_host(call);
  if (host) model.host = tfplugin::CaseInsensitive{*host};
  return host.has_value();
}

bool same_text(const Value<tfplugin::CaseInsensitive>& a, const Value<tfplugin::CaseInsensitive>& b) {
  return a.is_known() && b.is_known() && tfplugin::Codec<tfplugin::CaseInsensitive>::same(a->text, b->text);
}

// Tokens rise although the stream may be made anew: no earlier one is remembered anywhere.
std::uint64_t new_generation(const Session& session) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(session.clock().unix_seconds(), 1));
}

// GitHub's id where it was not given. False, with an error.
bool settle_id(EventBusModel& model, Session& session, std::string_view summary, Call& call) {
  if (model.organization_id.is_known()) return true;
  auto* client = session.github(call);
  if (!client) return false;
  const auto account = github::find_account(*client, model.organization->text, wait_of(call));
  if (account) {
    model.organization_id = account->id;
    return true;
  }
  call.diagnostics.error(
      Path({"organization"}), std::string(summary),
      fmt::format("GitHub's id of {} is not known: {} Where GitHub cannot be asked, give organization_id.",
                  model.organization->text, sentence(account.error().message)));
  return false;
}

bool same_place(const EventBusModel& a, const EventBusModel& b) {
  return a.account == b.account && a.organization_id == b.organization_id && same_text(a.host, b.host) &&
         same_text(a.organization, b.organization);
}

bool same_settings(const EventBusModel& prior, const EventBusModel& planned) {
  const auto names = nats::BusNames::make(prior.organization->text, prior.host->text);
  if (!names) return false;
  const auto before = settings_of(prior, *names), after = settings_of(planned, *names);
  for (const nats::BusStream which : nats::bus_streams)
    if (nats::wanted_config(before, which) != nats::wanted_config(after, which)) return false;
  return true;
}

std::string one_a_line(const std::vector<nats::Difference>& differences) {
  std::string out;
  for (const nats::Difference& one : differences)
    out += fmt::format("\n  {}: {} is {} and ought to be {}", one.stream, one.field, one.found, one.expected);
  return out;
}

std::string import_id(const EventBusModel& planned, const Session& session, Call& call) {
  const auto host = session.github_host(call);
  return fmt::format(
      "{}/{}{}{}", *planned.account, planned.user.is_known() ? *planned.user + "/" : "",
      planned.organization->text,
      host && same_text(planned.host, tfplugin::CaseInsensitive{*host}) ? "" : "@" + planned.host->text);
}

void say_existing(const EventBusModel& planned, const std::vector<nats::Difference>& differing,
                  const Session& session, Call& call) {
  call.diagnostics.error(
      "Event bus that is there already",
      fmt::format("Account {0} has streams of {1}, and they are not as configured; nothing was changed:{2}\n"
                  "Set adopt_existing = true to have them changed, or import them first:\n\n"
                  "import {{\n  to = ghboot_event_bus.NAME\n  id = \"{3}\"\n}}",
                  *planned.account, planned.organization->text, one_a_line(differing),
                  import_id(planned, session, call)));
}

constexpr auto is_as_configured =
    "They are as configured: the apply takes them, as after one that was cut off. If another configuration "
    "has "
    "them, both would have them.";

// What a create will find, where all that it takes is known.
void plan_takeover(const EventBusModel& planned, Session& session, Call& call) {
  if (!planned.account.is_known() || planned.user.is_unknown() || !planned.organization.is_known() ||
      !planned.host.is_known() || session.unknown_setting())
    return;
  QuietCall quiet(call);
  const auto bus = bus_of(planned, session, "", *quiet);
  const auto found = bus ? bus->streams.read(wait_of(call)) : nats::BusFound();
  if (!found || found->empty()) return;
  auto differing = nats::differences(bus->streams.settings(), *found);
  if (!planned.organization_id.is_known())
    std::erase_if(differing, [](const auto& one) { return one.field == "organization_id"; });
  call.diagnostics.warning(
      Path({"adopt_existing"}), "Event bus that is there already",
      fmt::format("Account {} has streams of {}. {}{}", *planned.account, planned.organization->text,
                  differing.empty()         ? is_as_configured
                  : *planned.adopt_existing ? "The apply takes them over, and changes this:"
                                            : "The apply will refuse them, as they are not as configured. "
                                              "Import them, or set adopt_existing = true:",
                  one_a_line(differing)));
}

void plan_new(const EventBusModel& config, EventBusModel& planned, Session& session, Call& call) {
  if (planned.host.is_unknown() && config.host.is_null() && session.github_is_known())
    settle_host(planned, session, call);
  if (planned.host.is_known() && planned.organization.is_known())
    if (const auto names = names_of(planned, call.diagnostics)) fill_names(*names, planned);
  planned.in_sync = true;
  if (planned.adopt_existing.is_known()) plan_takeover(planned, session, call);
}

void plan_window(const EventBusModel* prior, const EventBusModel& config, EventBusModel& planned) {
  if (!config.events_duplicate_window.is_null()) return;
  planned.events_duplicate_window = default_window(planned);
  const auto& now = planned.events_duplicate_window;
  if (prior && prior->events_duplicate_window.is_known() && now.is_known() &&
      parse_retention(prior->events_duplicate_window->text) == parse_retention(now->text))
    planned.events_duplicate_window = prior->events_duplicate_window;
}

void warn_of_trimming(const EventBusModel& prior, const EventBusModel& planned, Diagnostics& diagnostics) {
  const auto warn_if_shorter = [&](std::string_view name, const Value<Retention>& before,
                                   const Value<Retention>& after) {
    if (!before.is_known() || !after.is_known()) return;
    const auto was = parse_retention(before->text), is = parse_retention(after->text);
    if (!was || !is || *is == std::chrono::seconds(0)) return;
    if (*was != std::chrono::seconds(0) && *is >= *was) return;
    diagnostics.warning(
        Path({name}), "Messages that will be removed",
        fmt::format("{} becomes {} (it is {} now): what is older than that is removed, and not "
                    "to be had again.",
                    name, after->text, before->text));
  };
  warn_if_shorter("events_max_age", prior.events_max_age, planned.events_max_age);
  warn_if_shorter("requests_max_age", prior.requests_max_age, planned.requests_max_age);
}

// Another GitHub than the bus was made for has other organisations. True: `planned` has that.
bool plan_host(const EventBusModel& prior, const EventBusModel& config, EventBusModel& planned,
               const Session& session, Call& call) {
  if (!config.host.is_null() || !session.github_is_known()) return false;
  const auto host = session.github_host(call);
  if (!host || same_text(prior.host, tfplugin::CaseInsensitive{*host})) return false;
  planned.host = tfplugin::CaseInsensitive{*host};
  call.diagnostics.warning(
      Path({"host"}), "Event bus of another GitHub",
      fmt::format(
          "It was made for {} on {}, and the provider's github.base_url leads to {}, where that login may "
          "be another organisation: the plan is to replace it. To keep it, lead the provider to {} "
          "(github.base_url, GITHUB_BASE_URL), or set host = \"{}\".",
          prior.organization->text, prior.host->text, *host, prior.host->text, prior.host->text));
  return true;
}

// What no attribute shows.
void warn_of_drift(const std::vector<std::string>& missing, const std::vector<nats::Difference>& hidden,
                   const EventBusModel& model, Diagnostics& diagnostics) {
  std::string text;
  bool is_fixed = false;
  for (const std::string& one : missing) text += "\n  " + one;
  for (const nats::Difference& one : hidden) is_fixed = is_fixed || one.is_fixed;
  text += one_a_line(hidden);
  if (text.empty()) return;
  diagnostics.warning(
      "Event bus that is not as it ought to be",
      fmt::format("The streams of {}:{}\n{}", model.organization->text, text,
                  is_fixed
                      ? "JetStream cannot change all of that in place, so the apply will refuse it: keep "
                        "what the stream holds if it is needed, and remove it; the apply then makes it anew."
                      : "The plan mends that."));
}

// Each stream beside the settings that it shows itself: what is left has no attribute.
std::vector<nats::Difference> hidden_differences(const nats::BusFound& found,
                                                 const nats::BusSettings& expected) {
  std::vector<nats::Difference> out;
  for (const auto& [which, config] : found)
    std::ranges::move(
        nats::differences(config, nats::wanted_config(nats::settings_in({{which, config}}, expected), which)),
        std::back_inserter(out));
  return out;
}

// Takes what is there into `out`. False, with an error: it is another organisation's.
bool take(const nats::BusFound& found, const std::optional<nats::LockEntry>& lock,
          const nats::BusNames& names, EventBusModel& out, Diagnostics& diagnostics) {
  nats::BusSettings expected = settings_of(out, names);
  if (expected.organization_id == 0)  // An imported one.
    for (const auto& [which, config] : found)
      if (const auto id = nats::organization_of(config)) expected.organization_id = *id;
  if (const auto ours = nats::check_organization(expected, found); !ours) {
    report(diagnostics, "Event bus not read", ours.error(), Path({"organization_id"}));
    return false;
  }
  std::vector<std::string> missing;
  for (const nats::BusStream which : nats::bus_streams)
    if (!found.contains(which)) missing.push_back(names.stream(which) + " is not there");
  if (!found.contains(nats::BusStream::lock) || !lock)
    missing.push_back(
        fmt::format("the lock was lost: it is made anew, and nobody gets it for {}", out.lock_lease->text));
  const auto hidden = hidden_differences(found, expected);
  fill(nats::settings_in(found, expected), out);
  fill_names(names, out);
  out.in_sync = hidden.empty() && missing.empty();
  warn_of_drift(missing, hidden, out, diagnostics);
  return true;
}

struct Seen {
  nats::BusFound streams;
  std::optional<nats::LockEntry> lock;  // Its last message; nothing: its log has not begun, or is not there.
};
nats::Result<Seen> look(Bus& bus, const nats::Wait& wait) {
  auto streams = bus.streams.read(wait);
  if (!streams) return std::unexpected(streams.error());
  Seen out{.streams = *std::move(streams), .lock = {}};
  if (!out.streams.contains(nats::BusStream::lock)) return out;
  auto last = bus.lock.last(wait);
  if (!last) return std::unexpected(last.error());
  out.lock = *std::move(last);
  return out;
}

}  // namespace

EventBusResource::EventBusResource(const Sessions& sessions)
    : Resource(
          "The event bus of an organisation: the streams of JetStream that carry its GitHub events, requests "
          "for regenerations, the log of these and their lock; and a bucket."),
      sessions_(sessions) {}

void EventBusResource::check(const EventBusModel& config, Diagnostics& diagnostics) const {
  check_bus_user({.account = config.account, .user = config.user}, diagnostics);
  provider::check(config, diagnostics);
}

void EventBusResource::plan_change(PlannedChange change) const {
  const EventBusModel* prior = change.prior;
  const auto session = sessions_.current(change.call);
  if (!session) return;
  if (prior && change.planned && plan_host(*prior, *change.config, *change.planned, *session, change.call))
    change.requires_replace.push_back(Path({"host"}));
  const bool replaces = prior && change.planned && !same_place(*prior, *change.planned);
  if (prior && (replaces || !change.planned) &&
      !may_go(prior->deletion_policy, doomed(*prior), replaces ? "replaced" : "deleted",
              change.call.diagnostics))
    return;
  if (!change.planned) return;
  plan_window(prior, *change.config, *change.planned);
  if (!prior) return plan_new(*change.config, *change.planned, *session, change.call);
  if (!replaces) warn_of_trimming(*prior, *change.planned, change.call.diagnostics);
  if (!replaces && !prior->in_sync.value_or(true)) change.planned->in_sync = true;
}

std::optional<EventBusModel> EventBusResource::create_thing(const EventBusModel& planned, Call& call) const {
  static constexpr auto summary = "Event bus not made";
  const auto session = sessions_.current(call);
  EventBusModel out = planned;
  if (!session || !settle_host(out, *session, call) || !settle_id(out, *session, summary, call))
    return std::nullopt;
  const auto bus = bus_of(out, *session, summary, call);
  const auto servers = bus ? servers_for(out, *session, summary, call) : std::nullopt;
  if (!servers) return std::nullopt;
  const auto found = bus->streams.read(wait_of(call));
  const auto& settings = bus->streams.settings();
  auto ours = found ? nats::check_organization(settings, *found) : std::unexpected(found.error());
  if (ours && *out.adopt_existing) {
    ours = bus->streams.update(*servers, wait_of(call));
  } else if (ours) {
    if (const auto differing = nats::differences(settings, *found); !differing.empty()) {
      say_existing(out, differing, *session, call);
      return std::nullopt;
    }
  }
  if (ours)
    ours = bus->streams.create(*servers, bus->writer, new_generation(*session), wait_of(call),
                               lock_lease_of(out));
  if (!ours) {
    // Nothing is tainted: what was made is equal to what is wanted, and the next apply goes on with it.
    report(call.diagnostics, summary, ours.error());
    return std::nullopt;
  }
  fill_names(settings.names, out);
  // Fewer are what a create that was cut off has left.
  out.adopted = *out.adopt_existing ? !found->empty() : found->size() == nats::bus_streams.size();
  if (out.deletion_policy.is_unknown()) out.deletion_policy = *out.adopted ? "retain" : "prevent";
  return out;
}

std::optional<EventBusModel> EventBusResource::read_thing(const EventBusModel& state, Call& call) const {
  static constexpr auto summary = "Event bus not read";
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (!session->can_refresh("Event bus not refreshed", call)) return state;
  EventBusModel out = state;
  if (!settle_host(out, *session, call)) return std::nullopt;
  Diagnostics why;
  Call asking{
      .diagnostics = why, .private_state = call.private_state, .stop = call.stop, .deadline = call.deadline};
  const auto bus = bus_of(out, *session, summary, asking);
  if (!bus) {
    // An apply may be what mends that: creds that have expired are renewed by it, or another user is named.
    const bool is_import = state.key.is_null();
    for (const tfplugin::Diagnostic& one : why.list())
      if (is_import)
        call.diagnostics.error(one.path, one.summary, one.detail);
      else
        call.diagnostics.warning("Event bus not refreshed",
                                 fmt::format("{}: {} The plan goes by the state.", one.summary, one.detail));
    return is_import ? std::nullopt : std::optional(state);
  }
  const auto seen = look(*bus, wait_of(call));
  if (!seen) {
    report(call.diagnostics, summary, seen.error());
    return std::nullopt;
  }
  if (!seen->streams.empty())
    return take(seen->streams, seen->lock, bus->streams.settings().names, out, call.diagnostics)
               ? std::optional(out)
               : std::nullopt;
  call.diagnostics.warning(
      "Event bus that is gone",
      fmt::format(
          "JetStream of account {} has none of the streams of {}: they were removed elsewhere, with "
          "all that they held, the lock included. Whoever had it may still be at work: before it is made "
          "anew, let the longest lease pass in which nobody regenerates.",
          *out.account, out.organization->text));
  return std::nullopt;
}

std::optional<EventBusModel> EventBusResource::update_thing(const EventBusModel& prior,
                                                            const EventBusModel& planned, Call& call) const {
  static constexpr auto summary = "Event bus not changed";
  const bool was_in_sync = prior.in_sync.value_or(true);
  if (was_in_sync && same_settings(prior, planned)) return planned;
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  const auto bus = bus_of(planned, *session, summary, call);
  // Who only changes settings needs not have every server there.
  const bool asks_servers = !was_in_sync || prior.replicas != planned.replicas;
  const auto servers = !bus           ? std::nullopt
                       : asks_servers ? servers_for(planned, *session, summary, call)
                                      : std::optional(nats::Cluster());
  if (!servers) return std::nullopt;
  auto changed = bus->streams.update(*servers, wait_of(call));
  // Those that are missing.
  if (changed && !was_in_sync)
    changed = bus->streams.create(*servers, bus->writer, new_generation(*session), wait_of(call),
                                  lock_lease_of(planned));
  if (changed) return planned;
  report(call.diagnostics, summary, changed.error());
  return std::nullopt;  // What was changed before that, the next read sees.
}

void EventBusResource::destroy_thing(const EventBusModel& state, Call& call) const {
  static constexpr auto summary = "Event bus not removed";
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  if (!session) return;
  const auto bus = bus_of(state, *session, summary, call);
  if (!bus) return;
  if (const auto removed = bus->streams.remove(wait_of(call)); !removed)
    report(call.diagnostics, summary, removed.error());
}

std::optional<EventBusModel> EventBusResource::import_thing(const std::string& id, Call& call) const {
  const auto parts = nats::parts_of(id, '/');
  EventBusModel known;
  if (parts.size() == 2 || parts.size() == 3) {
    known.account = std::string(parts.front());
    const auto at = parts.back().find('@');
    known.organization = tfplugin::CaseInsensitive{std::string(parts.back().substr(0, at))};
    if (at != std::string_view::npos)
      known.host = tfplugin::CaseInsensitive{std::string(parts.back().substr(at + 1))};
    if (parts.size() == 3) known.user = std::string(parts[1]);
  }
  const bool are_keys = known.account.is_known() && is_key_of(nats::KeyKind::account, *known.account) &&
                        (known.user.is_null() || is_key_of(nats::KeyKind::user, *known.user));
  if (are_keys &&
      nats::BusNames::make(known.organization->text, known.host.is_known() ? known.host->text : "github.com"))
    return import_identity_thing(known, call);
  call.diagnostics.error(
      "Not the id of an event bus",
      "An event bus is imported by the public key of its account and the organisation's "
      "login, as A…/acme; or as A…/U…/acme, with the user whose creds reach it. @HOST behind the "
      "login says of which GitHub, where that is not the provider's.");
  return std::nullopt;
}

std::optional<EventBusModel> EventBusResource::import_identity_thing(const EventBusModel& known,
                                                                     Call& /*call*/) const {
  EventBusModel out = known;
  out.lock_lease = tfplugin::Duration{std::string(standard_lock_lease)};
  out.adopt_existing = false;
  out.adopted = true;
  out.deletion_policy = "retain";
  return out;
}

}  // namespace ghboot::provider
