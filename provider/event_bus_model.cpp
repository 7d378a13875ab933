// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "provider/exact_duration.h"
#include "provider/public_key.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using std::chrono::seconds;
using tfplugin::Diagnostics;
using tfplugin::Duration;
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
  Value<Duration> EventBusModel::* in_model;
  seconds nats::BusSettings::* in_settings;
};
constexpr std::array ages{
    Age{"events_max_age", &EventBusModel::events_max_age, &nats::BusSettings::events_age},
    Age{"events_duplicate_window", &EventBusModel::events_duplicate_window,
        &nats::BusSettings::events_window},
    Age{"requests_max_age", &EventBusModel::requests_max_age, &nats::BusSettings::requests_age},
    Age{"requests_duplicate_window", &EventBusModel::requests_duplicate_window,
        &nats::BusSettings::requests_window}};

std::optional<seconds> seconds_in(const Value<Duration>& value) {
  const auto time = value.is_known() ? tfplugin::parse_duration(value->text) : std::nullopt;
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<seconds>(*time);
}

std::string host_of(const EventBusModel& model) { return model.host.value_or("github.com"); }

bool has_unknown_setting(const EventBusModel& config) {
  return config.replicas.is_unknown() || config.events_max_bytes.is_unknown() ||
         config.requests_max_bytes.is_unknown() ||
         std::ranges::any_of(ages, [&](const Age& one) { return (config.*one.in_model).is_unknown(); });
}

void check_whole_seconds(const EventBusModel& config, Diagnostics& diagnostics) {
  for (const Age& one : ages) {
    const auto& value = config.*one.in_model;
    const auto time = value.is_known() ? tfplugin::parse_duration(value->text) : std::nullopt;
    if (time && *time % seconds(1) != seconds(0))
      diagnostics.error(Path({one.name}), "Duration that is not whole seconds",
                        fmt::format("{} is \"{}\"; whole seconds are expected.", one.name, value->text));
  }
}

}  // namespace

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
      model.*one.in_model = Duration{duration_text((there.*one.in_settings).count() * 1'000)};
}

void fill_names(const nats::BusNames& names, EventBusModel& model) {
  model.key = names.key();
  std::map<std::string, std::string> streams;
  for (const StreamName& one : stream_names) streams.emplace(one.called, names.stream(one.which));
  model.streams = std::move(streams);
}

void check(const EventBusModel& config, Diagnostics& diagnostics) {
  check_public_key(nats::KeyKind::account, config.account, "account", diagnostics);
  check_public_key(nats::KeyKind::user, config.user, "user", diagnostics);
  if (config.organization_id.is_known() && *config.organization_id < 1)
    diagnostics.error(Path({"organization_id"}), "Not an id of GitHub's",
                      fmt::format("It is {}; GitHub's ids are above 0 (`gh api users/LOGIN --jq .id`).",
                                  *config.organization_id));
  check_whole_seconds(config, diagnostics);
  if (!config.organization.is_known() || config.host.is_unknown()) return;
  const auto names = names_of(config, diagnostics);
  if (!names || has_unknown_setting(config)) return;
  nats::BusSettings settings = settings_of(config, *names);
  settings.organization_id = 1;  // Said above.
  for (const nats::Problem& one : nats::problems(settings))
    diagnostics.error(Path({one.setting}), "Setting that no stream can have", sentence(one.text));
}

}  // namespace ghboot::provider
