// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_model.h"

#include <string>
#include <variant>

#include <gmock/gmock.h>

namespace ghboot::provider {
namespace {

using std::chrono::hours;

nats::BusNames names() { return nats::BusNames::make("acme", "github.com").value(); }

// What the schema says that null means.
EventBusModel by_default() {
  EventBusModel out;
  tfplugin::for_each_field<EventBusModel>([&]<class M, class T>(const tfplugin::Field<M, T>& field) {
    if constexpr (std::is_same_v<T, Retention>) {
      if (const auto* text = std::get_if<std::string_view>(&field.flags.default_value))
        out.*field.at = Retention{std::string(*text)};
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (const auto* number = std::get_if<std::int64_t>(&field.flags.default_value)) out.*field.at = *number;
    }
  });
  out.events_duplicate_window = default_window(out);
  return out;
}

TEST(EventBusModel, TheWindowIsNoLongerThanEventsAreKept) {
  EventBusModel model;
  EXPECT_TRUE(default_window(model).is_unknown());
  for (const auto& [age, window] :
       {std::pair("168h", "72h"), {"24h", "24h"}, {"0s", "72h"}, {"90m", "90m"}}) {
    model.events_max_age = Retention{age};
    EXPECT_EQ(default_window(model)->text, window) << age;
  }
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
  model.events_max_age = Retention{"1h30m"};
  model.events_duplicate_window = Retention{"60m"};
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
  EXPECT_EQ(imported.events_max_age, (Value<Retention>(Retention{"90m"})));
  EXPECT_EQ(imported.events_duplicate_window, (Value<Retention>(Retention{"1h"})));
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
