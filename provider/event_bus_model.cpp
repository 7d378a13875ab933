// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/lock_contender.h"
#include "nats/lock_message.h"
#include "provider/exact_duration.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using std::chrono::seconds;
using tfplugin::Diagnostics;
using tfplugin::Path;

struct StreamName {
  nats::BusStream which;
  std::string_view called;
};
constexpr std::array stream_names{
    StreamName{nats::BusStream::events, "events"}, StreamName{nats::BusStream::requests, "requests"},
    StreamName{nats::BusStream::regeneration, "regeneration"}, StreamName{nats::BusStream::lock, "lock"},
    StreamName{nats::BusStream::bucket, "bucket"}};

struct Age {
  std::string_view name;
  Value<Retention> EventBusModel::* in_model;
  seconds nats::BusSettings::* in_settings;
};
constexpr std::array ages{
    Age{"events_max_age", &EventBusModel::events_max_age, &nats::BusSettings::events_age},
    Age{"events_duplicate_window", &EventBusModel::events_duplicate_window,
        &nats::BusSettings::events_window},
    Age{"requests_max_age", &EventBusModel::requests_max_age, &nats::BusSettings::requests_age},
    Age{"requests_duplicate_window", &EventBusModel::requests_duplicate_window,
        &nats::BusSettings::requests_window}};

std::optional<seconds> seconds_in(const Value<Retention>& value) {
  return value.is_known() ? parse_retention(value->text) : std::nullopt;
}

std::string host_of(const EventBusModel& model) {
  return model.host.is_known() ? model.host->text : "github.com";
}

std::string text_of(seconds time) { return time == seconds(0) ? "0s" : duration_text(time.count() * 1'000); }

bool has_unknown_setting(const EventBusModel& config) {
  return config.replicas.is_unknown() || config.events_max_bytes.is_unknown() ||
         config.requests_max_bytes.is_unknown() ||
         std::ranges::any_of(ages, [&](const Age& one) { return (config.*one.in_model).is_unknown(); });
}

}  // namespace

std::optional<seconds> parse_retention(std::string_view text) {
  if (text == "0" || text == "0s") return seconds(0);
  const auto time = parse_nanoseconds(text);
  constexpr std::int64_t second = 1'000'000'000;
  if (!time || *time % second != 0) return std::nullopt;
  return seconds(*time / second);
}

void IsRetention::check(const tfplugin::cty::Type&, const tfplugin::cty::Value& value, const Path& path,
                        Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (text && !parse_retention(*text))
    diagnostics.error(
        path, "Not a time",
        fmt::format("\"{}\" is no time like 90m or 168h: whole seconds are expected, of at most "
                    "292 years, or 0s.",
                    text->substr(0, 60)));
}

nats::BusSettings settings_of(const EventBusModel& model, const nats::BusNames& names) {
  nats::BusSettings out{.names = names,
                        .organization_id = static_cast<std::uint64_t>(model.organization_id.value_or(0))};
  out.replicas = static_cast<int>(model.replicas.value_or(out.replicas));
  out.events_bytes = model.events_max_bytes.value_or(out.events_bytes);
  out.requests_bytes = model.requests_max_bytes.value_or(out.requests_bytes);
  for (const Age& one : ages)
    if (const auto time = seconds_in(model.*one.in_model)) out.*one.in_settings = *time;
  return out;
}

std::optional<nats::BusNames> names_of(const EventBusModel& model, Diagnostics& diagnostics) {
  auto names = nats::BusNames::make(model.organization->text, host_of(model));
  if (names) return *std::move(names);
  const bool is_login = nats::BusNames::make(model.organization->text, "github.com").has_value();
  diagnostics.error(Path({is_login ? "host" : "organization"}),
                    is_login ? "Host that cannot be used" : "Not a login", sentence(names.error().message));
  return std::nullopt;
}

void fill(const nats::BusSettings& there, EventBusModel& model) {
  if (there.organization_id != 0) model.organization_id = static_cast<std::int64_t>(there.organization_id);
  model.replicas = there.replicas;
  model.events_max_bytes = there.events_bytes;
  model.requests_max_bytes = there.requests_bytes;
  for (const Age& one : ages)
    if (seconds_in(model.*one.in_model) != there.*one.in_settings)
      model.*one.in_model = Retention{text_of(there.*one.in_settings)};
}

void fill_names(const nats::BusNames& names, EventBusModel& model) {
  model.key = names.key();
  std::map<std::string, std::string> streams;
  for (const StreamName& one : stream_names) streams.emplace(one.called, names.stream(one.which));
  model.streams = std::move(streams);
}

Value<Retention> default_window(const EventBusModel& model) {
  if (!model.events_max_age.is_known()) return Value<Retention>::unknown();
  const seconds age = seconds_in(model.events_max_age).value_or(seconds(0));
  const seconds standard =
      nats::BusSettings{.names = *nats::BusNames::make("x", "github.com"), .organization_id = 0}
          .events_window;
  return Retention{text_of(age > seconds(0) ? std::min(age, standard) : standard)};
}

std::chrono::milliseconds lock_lease_of(const EventBusModel& model) {
  return tfplugin::parse_duration(model.lock_lease->text).value();
}

void check(const EventBusModel& config, Diagnostics& diagnostics) {
  if (config.organization_id.is_known() && *config.organization_id < 1)
    diagnostics.error(Path({"organization_id"}), "Not an id of GitHub's",
                      fmt::format("It is {}; GitHub's ids are above 0 (`gh api users/LOGIN --jq .id`).",
                                  *config.organization_id));
  if (const auto lease =
          config.lock_lease.is_known() ? tfplugin::parse_duration(config.lock_lease->text) : std::nullopt;
      lease && (*lease < nats::lease_min || *lease > nats::lock_lease_max))
    diagnostics.error(Path({"lock_lease"}), "Lease that no lock has",
                      fmt::format("It is \"{}\"; from 15s to 24h is expected.", config.lock_lease->text));
  if (!config.organization.is_known() || config.host.is_unknown()) return;
  const auto names = names_of(config, diagnostics);
  if (!names || has_unknown_setting(config)) return;
  EventBusModel whole = config;
  if (whole.events_max_age.is_null())
    whole.events_max_age = Retention{text_of(settings_of({}, *names).events_age)};
  if (whole.events_duplicate_window.is_null()) whole.events_duplicate_window = default_window(whole);
  nats::BusSettings settings = settings_of(whole, *names);
  settings.organization_id = 1;  // Said above.
  for (const nats::Problem& one : nats::problems(settings))
    diagnostics.error(Path({one.setting}), "Setting that no stream can have", sentence(one.text));
}

}  // namespace ghboot::provider

namespace ghboot::tfplugin {

bool Codec<provider::Retention>::same(const cty::Value& a, const cty::Value& b) {
  const auto* left = a.get<std::string>();
  const auto* right = b.get<std::string>();
  return left && right && provider::parse_retention(*left) == provider::parse_retention(*right);
}

}  // namespace ghboot::tfplugin
