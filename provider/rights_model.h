// SPDX-License-Identifier: Apache-2.0
// What a user may do, as Terraform sees it: attributes that a user has itself, and the template of a scoped
// signing key too. Threads: any.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "nats/user_rights.h"
#include "provider/permissions_model.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

inline constexpr tfplugin::Matches time_of_day{"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
                                               "a time of day like `08:00:00`"};
inline constexpr tfplugin::Matches time_zone{"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*",
                                             "a time zone like `Europe/Berlin`"};
inline constexpr tfplugin::OneOf connection_type{"STANDARD", "WEBSOCKET", "LEAFNODE",  "LEAFNODE_WS",
                                                 "MQTT",     "MQTT_WS",   "IN_PROCESS"};
inline constexpr tfplugin::Each connection_type_each{&connection_type};

struct TimeRangeModel {
  Value<std::string> start, end;
  static constexpr auto fields() {
    using M = TimeRangeModel;
    return std::tuple{
        Field{"start",
              &M::start,
              Use::required,
              "From when on, like `08:00:00`.",
              {.validators = {&time_of_day}}},
        Field{"end",
              &M::end,
              Use::required,
              "Until when. Write a range across midnight as two.",
              {.validators = {&time_of_day}}},
    };
  }
  auto operator<=>(const TimeRangeModel&) const = default;
};

// Models that have these attributes among others derive from it, and join its fields with their own.
struct RightsModel {
  Value<PermissionsModel> permissions;
  Value<std::int64_t> subscriptions, data, payload;
  Value<std::set<std::string>> source_networks, connection_types;
  Value<std::vector<TimeRangeModel>> times;
  Value<std::string> times_location;
  Value<bool> bearer;

  static constexpr auto fields() {
    using M = RightsModel;
    constexpr auto use = Use::optional_computed;
    constexpr tfplugin::Flags unlimited{.default_value = std::int64_t{-1},
                                        .validators = {&minus_one_or_more}};
    return std::tuple{
        Field{"permissions", &M::permissions, Use::optional,
              "What the user may do; null: what the account's defaults say, else everything."},
        Field{"subscriptions", &M::subscriptions, use, "Subscriptions at one time; -1: no limit.", unlimited},
        Field{"data", &M::data, use, "Bytes in transit; -1: no limit.", unlimited},
        Field{"payload", &M::payload, use, "Bytes of one message; -1: no limit.", unlimited},
        Field{"source_networks", &M::source_networks, Use::optional,
              "Where it may connect from, as CIDR like `192.0.2.0/24`; null: anywhere."},
        Field{"times", &M::times, Use::optional, "When it may be connected, every day; null: always."},
        Field{"times_location",
              &M::times_location,
              Use::optional,
              "Time zone of `times`, like `Europe/Berlin`, which the servers must know; null: theirs.",
              {.validators = {&time_zone}}},
        Field{"connection_types",
              &M::connection_types,
              Use::optional,
              "How it may connect: `STANDARD`, `WEBSOCKET`, `LEAFNODE`, `LEAFNODE_WS`, `MQTT`, `MQTT_WS`, "
              "`IN_PROCESS`; null: in each way.",
              {.validators = {&connection_type_each}}},
        Field{"bearer",
              &M::bearer,
              use,
              "The JWT alone lets a client in, without a proof that it has the user's key.",
              {.default_value = false}},
    };
  }
  auto operator<=>(const RightsModel&) const = default;
};
static_assert(tfplugin::valid<TimeRangeModel>() && tfplugin::valid<RightsModel>());

nats::UserRights to_claims(const RightsModel& model);
RightsModel to_model(const nats::UserRights& rights);

// Errors, at `path` and below, of what a server would refuse, or would read as something else than it says.
void check_rights(const RightsModel& rights, const tfplugin::Path& path, tfplugin::Diagnostics& diagnostics);

// Names of the attributes that are not as by default.
std::vector<std::string_view> rights_set(const RightsModel& rights);

bool is_unknown(const RightsModel& rights);  // Any part of them.

}  // namespace ghboot::provider
