// SPDX-License-Identifier: Apache-2.0
// The attributes of an account that are claims, as Terraform sees them, and the way to NATS's own form and
// back. Each is named once, here; the resource and the data source add what is theirs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "nats/account_claims.h"
#include "provider/exports_model.h"
#include "provider/imports_model.h"
#include "provider/mappings_model.h"
#include "provider/permissions_model.h"
#include "provider/revocations_model.h"
#include "provider/signing_keys_model.h"
#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

struct JetStreamModel {
  Value<std::int64_t> memory_storage, disk_storage, streams, consumers, max_ack_pending;
  Value<std::int64_t> memory_max_stream_bytes, disk_max_stream_bytes;
  Value<bool> max_bytes_required;

  static constexpr auto fields() {
    using M = JetStreamModel;
    constexpr auto use = Use::optional_computed;
    constexpr tfplugin::Flags none{.default_value = std::int64_t{0}, .validators = {&minus_one_or_more}};
    constexpr tfplugin::Flags unlimited{.default_value = std::int64_t{-1},
                                        .validators = {&minus_one_or_more}};
    return std::tuple{
        Field{"memory_storage", &M::memory_storage, use, "Bytes of memory storage; 0: none, -1: no limit.",
              none},
        Field{"disk_storage", &M::disk_storage, use, "Bytes of file storage; 0: none, -1: no limit.", none},
        Field{"streams", &M::streams, use, "Streams; -1: no limit.", unlimited},
        Field{"consumers", &M::consumers, use, "Consumers; -1: no limit.", unlimited},
        Field{"max_ack_pending", &M::max_ack_pending, use,
              "Messages that a consumer may leave unacknowledged; -1: no limit.", unlimited},
        Field{"memory_max_stream_bytes", &M::memory_max_stream_bytes, use,
              "Largest memory stream in bytes; 0: no limit.", none},
        Field{"disk_max_stream_bytes", &M::disk_max_stream_bytes, use,
              "Largest file stream in bytes; 0: no limit.", none},
        Field{"max_bytes_required",
              &M::max_bytes_required,
              use,
              "Streams must say their largest size.",
              {.default_value = false}},
    };
  }
  bool operator==(const JetStreamModel&) const = default;
};
static_assert(tfplugin::valid<JetStreamModel>());

struct LimitsModel {
  Value<std::int64_t> subscriptions, data, payload, imports, exports, connections, leaf_connections;
  Value<bool> wildcard_exports, disallow_bearer;
  Value<JetStreamModel> jetstream;
  Value<std::map<std::string, JetStreamModel>> jetstream_tiers;

  static constexpr auto fields() {
    using M = LimitsModel;
    constexpr auto use = Use::optional_computed;
    constexpr tfplugin::Flags unlimited{.default_value = std::int64_t{-1},
                                        .validators = {&minus_one_or_more}};
    return std::tuple{
        Field{"subscriptions", &M::subscriptions, use, "Subscriptions; -1: no limit.", unlimited},
        Field{"data", &M::data, use, "Bytes in transit; -1: no limit.", unlimited},
        Field{"payload", &M::payload, use, "Bytes of one message; -1: no limit.", unlimited},
        Field{"imports", &M::imports, use, "Imports; -1: no limit.", unlimited},
        Field{"exports", &M::exports, use, "Exports; -1: no limit.", unlimited},
        Field{"connections", &M::connections, use, "Open connections; -1: no limit.", unlimited},
        Field{"leaf_connections", &M::leaf_connections, use, "Open leaf node connections; -1: no limit.",
              unlimited},
        Field{"wildcard_exports",
              &M::wildcard_exports,
              use,
              "Exports may have wildcards.",
              {.default_value = true}},
        Field{"disallow_bearer",
              &M::disallow_bearer,
              use,
              "Refuse users that need no key (bearer tokens).",
              {.default_value = false}},
        Field{"jetstream", &M::jetstream, Use::optional,
              "JetStream for all streams alike; null: off. Not beside `jetstream_tiers`."},
        Field{"jetstream_tiers", &M::jetstream_tiers, Use::optional,
              "JetStream by number of replicas: keys `R1`, `R3`. Not beside `jetstream`."},
    };
  }
  bool operator==(const LimitsModel&) const = default;
};
static_assert(tfplugin::valid<LimitsModel>());

nats::AccountLimits to_claims(const LimitsModel& model);
LimitsModel to_model(const nats::AccountLimits& limits);

// The claims that Terraform may manage. Null: not managed, or not there. A claim is named here and in the
// table of account_model.cpp; its attribute in the fields() of the resource and of the data source.
struct ClaimsModel {
  Value<std::string> name, description, info_url;
  Value<LimitsModel> limits;
  Value<ExportsModel> exports;
  Value<ImportsModel> imports;
  Value<PermissionsModel> default_permissions;
  Value<std::set<std::string>> tags;
  Value<SigningKeys> signing_keys;
  Value<Mappings> mappings;
  Value<AuthorizationModel> authorization;
  Value<Revocations> revocations;  // Ours: revocations_model.h.

  // `spelled` where it means the same as what is stored (tags have no case, an empty text is none): only a
  // material difference is one.
  static ClaimsModel of(const nats::AccountClaims& claims, const ClaimsModel& spelled);
  bool means_the_same(const ClaimsModel& other) const;
  // Some claim is unknown, or means something else than in `prior`.
  bool may_differ_from(const ClaimsModel& prior) const;
  // `prior`'s way to write what means the same.
  void keep_spelling_of(const ClaimsModel& prior);
  // What is unknown gets what is there.
  void fill_unknown(const ClaimsModel& there);
  // Sets in `claims` what is known here and differs in meaning from `prior`.
  void apply_changes(const ClaimsModel& prior, nats::AccountClaims& claims) const;
  void apply_all(nats::AccountClaims& claims) const;
  // One line for each claim in which what is stored differs from this, as "limits.connections: 5 there, 10
  // wanted".
  std::string difference_from(const nats::AccountClaims& claims) const;
};

void check_name(const Value<std::string>& name, tfplugin::Diagnostics& diagnostics);
void check_texts(const ClaimsModel& config, tfplugin::Diagnostics& diagnostics);
void check_limits(const Value<LimitsModel>& limits, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
