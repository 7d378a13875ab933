// SPDX-License-Identifier: Apache-2.0
// The attributes of an organisation's event bus, as Terraform sees them, and the way to the settings of its
// streams and back. Threads: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "nats/bus_config.h"
#include "provider/deletion_policy.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/field.h"
#include "tfplugin/timeouts.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr tfplugin::Between one_to_five{1, 5};

struct Retention {  // How long a stream keeps something: whole seconds; "0s" is for ever, "60s" is "1m".
  std::string text;
  auto operator<=>(const Retention&) const = default;
};
std::optional<std::chrono::seconds> parse_retention(std::string_view text);

class IsRetention final : public tfplugin::Validator {
 public:
  bool takes(const tfplugin::cty::Type& type) const override {
    return type.kind() == tfplugin::cty::Kind::string;
  }
  void check(const tfplugin::cty::Type& type, const tfplugin::cty::Value& value, const tfplugin::Path& path,
             tfplugin::Diagnostics& diagnostics) const override;
};
inline constexpr IsRetention is_retention{};

}  // namespace ghboot::provider

template <>
struct ghboot::tfplugin::Codec<ghboot::provider::Retention> : TextCodec<ghboot::provider::Retention> {
  static bool same(const cty::Value& a, const cty::Value& b);
  static const Validator* validator() { return &provider::is_retention; }
};

namespace ghboot::provider {

inline constexpr std::string_view standard_lock_lease = "1h";

struct EventBusModel {
  Value<tfplugin::CaseInsensitive> organization, host;
  Value<std::string> account, user, key, deletion_policy;
  Value<std::int64_t> organization_id, replicas, events_max_bytes, requests_max_bytes;
  Value<Retention> events_max_age, events_duplicate_window, requests_max_age, requests_duplicate_window;
  Value<tfplugin::Duration> lock_lease;
  Value<std::map<std::string, std::string>> streams;
  Value<bool> in_sync, adopt_existing, adopted;
  Value<tfplugin::Timeouts> timeouts;

 private:
  using M = EventBusModel;
  static constexpr tfplugin::Flags age(std::string_view standard) { return {.default_value = standard}; }
  static constexpr tfplugin::Flags no_limit{.default_value = std::int64_t{-1}};

  static constexpr auto place_fields() {
    return std::tuple{
        Field{"account",
              &M::account,
              Use::required,
              "Public key, `A…`, of the account whose JetStream has the streams.",
              {.requires_replace = true, .identity = tfplugin::IdentityUse::required}},
        Field{"user", &M::user, Use::optional,
              "Public key, `U…`, of the user of that account that makes and changes the streams; its creds "
              "are in the store. Null: the provider's `nats.creds`."},
        Field{"organization",
              &M::organization,
              Use::required,
              "Login of the organisation, or of the user, on GitHub; case means nothing.",
              {.requires_replace = true, .identity = tfplugin::IdentityUse::required}},
        Field{"organization_id",
              &M::organization_id,
              Use::optional_computed,
              "GitHub's numeric id of it, which stays when the login changes and is kept with the streams. "
              "Null: GitHub is asked when the bus is made.",
              {.requires_replace = true, .keep = true}},
        Field{"host",
              &M::host,
              Use::optional_computed,
              "Host of the GitHub that the organisation is on, as `github.com` or `ghe.example.com:8443`. "
              "Null: that of the provider's `github.base_url`.",
              {.requires_replace = true, .keep = true, .identity = tfplugin::IdentityUse::optional}},
        Field{"key",
              &M::key,
              Use::computed,
              "What the names of streams and subjects have for the organisation, `acme` or "
              "`acme__ghe_example_com`.",
              {.keep = true}},
        Field{"streams",
              &M::streams,
              Use::computed,
              "Names of its streams, by `events`, `requests`, `regeneration`, `lock` and `bucket`.",
              {.keep = true}},
    };
  }
  static constexpr auto stream_fields() {
    constexpr auto use = Use::optional_computed;
    return std::tuple{
        Field{"replicas",
              &M::replicas,
              use,
              "Servers that have a copy of each stream: 1, 3 or 5. More than one needs servers of 2.11 or "
              "newer, all of them.",
              {.default_value = std::int64_t{1}, .validators = {&one_to_five}}},
        Field{"events_max_age", &M::events_max_age, use, "How long events are kept; `0s`: for ever.",
              age("168h")},
        Field{"events_max_bytes", &M::events_max_bytes, use,
              "Bytes of events at most; new ones are refused then. -1: no limit.", no_limit},
        Field{"events_duplicate_window", &M::events_duplicate_window, use,
              "Within which an event that is delivered again is known as the same. Null: the three days in "
              "which GitHub does so, or as long as events are kept where that is less."},
        Field{"requests_max_age", &M::requests_max_age, use,
              "How long requests for regenerations are kept; `0s`: for ever.", age("720h")},
        Field{"requests_max_bytes", &M::requests_max_bytes, use,
              "Bytes of requests at most; new ones are refused then. -1: no limit.", no_limit},
        Field{"requests_duplicate_window", &M::requests_duplicate_window, use,
              "Within which a request of the same reason is known as the same.", age("2m")},
    };
  }
  static constexpr auto own_fields() {
    return std::tuple{
        Field{"lock_lease",
              &M::lock_lease,
              Use::optional_computed,
              "The longest lease that holders of the lock use. Where the lock was lost and has to be made "
              "anew, "
              "nobody gets it for so long, as somebody may still be at work under the old one.",
              {.default_value = standard_lock_lease}},
        Field{"in_sync",
              &M::in_sync,
              Use::computed,
              "Whether all streams are there and, in what no attribute shows, as they ought to be; "
              "otherwise the plan mends it.",
              {.keep = true}},
        Field{"adopt_existing",
              &M::adopt_existing,
              Use::optional_computed,
              "Whether streams that are there already and differ are taken over and changed; otherwise they "
              "are an error.",
              {.default_value = false}},
        Field{"adopted",
              &M::adopted,
              Use::computed,
              "Whether streams were there before, and were taken over or imported.",
              {.keep = true}},
        Field{"deletion_policy",
              &M::deletion_policy,
              Use::optional_computed,
              "What destroying does: `prevent` (nothing, with an error; the default), `retain` (leave the "
              "streams; the default for adopted and imported ones) or `delete` (all that they hold).",
              {.keep = true, .validators = {&deletion_policies}}},
        Field{"timeouts", &M::timeouts, Use::optional, "Longest times; 2 minutes each by default."},
    };
  }

 public:
  static constexpr auto fields() { return std::tuple_cat(place_fields(), stream_fields(), own_fields()); }
};
static_assert(tfplugin::valid<EventBusModel>());

// What is known of it; what is not has the default.
nats::BusSettings settings_of(const EventBusModel& model, const nats::BusNames& names);
// Nothing, with an error at the attribute, where it is no login or no host. `host` and the login are known.
std::optional<nats::BusNames> names_of(const EventBusModel& model, tfplugin::Diagnostics& diagnostics);

// What is there, in `model`; durations that mean the same stay as they are written.
void fill(const nats::BusSettings& there, EventBusModel& model);
void fill_names(const nats::BusNames& names, EventBusModel& model);

// What null means for events_duplicate_window: unknown where events_max_age is.
Value<Retention> default_window(const EventBusModel& model);
std::chrono::milliseconds lock_lease_of(const EventBusModel& model);

// Errors at what can never work.
void check(const EventBusModel& config, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
