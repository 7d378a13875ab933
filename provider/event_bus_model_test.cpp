// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_model.h"

#include <string>
#include <variant>

#include <gmock/gmock.h>

namespace ghboot::provider {
namespace {

using std::chrono::hours;
using tfplugin::Duration;

nats::BusNames names() { return nats::BusNames::make("acme", "github.com").value(); }

// What the schema says that null means.
EventBusModel by_default() {
  EventBusModel out;
  tfplugin::for_each_field<EventBusModel>([&]<class M, class T>(const tfplugin::Field<M, T>& field) {
    if constexpr (std::is_same_v<T, Duration>) {
      out.*field.at = Duration{std::string(std::get<std::string_view>(field.flags.default_value))};
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (const auto* number = std::get_if<std::int64_t>(&field.flags.default_value)) out.*field.at = *number;
    }
  });
  return out;
}

TEST(EventBusModel, DefaultsAreThoseOfTheStreams) {
  const auto by_schema = settings_of(by_default(), names()), own = settings_of({}, names());
  for (const nats::BusStream which : nats::bus_streams)
    EXPECT_EQ(nats::wanted_config(by_schema, which), nats::wanted_config(own, which));
  EXPECT_TRUE(by_default().replicas.is_known() && by_default().events_max_bytes.is_known());
}

TEST(EventBusModel, IsReadBackAsItWasWrittenInItsOwnSpelling) {
  EventBusModel model = by_default();
  model.organization_id = 5;
  model.replicas = 3;
  model.events_max_age = Duration{"1h30m"};
  model.events_duplicate_window = Duration{"60m"};
  model.requests_max_bytes = 7;
  const nats::BusSettings settings = settings_of(model, names());
  EXPECT_EQ(settings.organization_id, 5U);
  EXPECT_EQ(settings.events_age, std::chrono::minutes(90));
  EventBusModel back = model;
  fill(settings, back);
  EXPECT_EQ(back.events_max_age, model.events_max_age);
  EXPECT_EQ(back.replicas, model.replicas);
  EventBusModel imported;
  fill(settings, imported);
  EXPECT_EQ(imported.events_max_age, (Value<Duration>(Duration{"90m"})));
  EXPECT_EQ(imported.events_duplicate_window, (Value<Duration>(Duration{"1h"})));
  EXPECT_EQ(imported.requests_max_bytes, (Value<std::int64_t>(7)));
  EXPECT_EQ(imported.organization_id, (Value<std::int64_t>(5)));
}

TEST(EventBusModel, NamesOfItsStreamsAreOutputs) {
  EventBusModel model;
  fill_names(names(), model);
  EXPECT_EQ(*model.key, "acme");
  EXPECT_EQ(model.streams->at("lock"), "GITHUB_LOCK_acme");
  EXPECT_EQ(model.streams->size(), nats::bus_streams.size());
}

}  // namespace
}  // namespace ghboot::provider
