// SPDX-License-Identifier: Apache-2.0
#include "provider/account_model.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "nats/claim_name.h"
#include "provider/tags.h"
#include "provider/text_or_null.h"
#include "tfplugin/cty/json.h"

namespace ghboot::provider {
namespace {

using tfplugin::cty::Path;

nats::JetStreamLimits to_claims(const JetStreamModel& model) {
  return {.mem_storage = model.memory_storage.value_or(0),
          .disk_storage = model.disk_storage.value_or(0),
          .streams = model.streams.value_or(-1),
          .consumer = model.consumers.value_or(-1),
          .max_ack_pending = model.max_ack_pending.value_or(-1),
          .mem_max_stream_bytes = model.memory_max_stream_bytes.value_or(0),
          .disk_max_stream_bytes = model.disk_max_stream_bytes.value_or(0),
          .max_bytes_required = model.max_bytes_required.value_or(false)};
}

JetStreamModel to_model(const nats::JetStreamLimits& limits) {
  return {.memory_storage = limits.mem_storage,
          .disk_storage = limits.disk_storage,
          .streams = limits.streams,
          .consumers = limits.consumer,
          .max_ack_pending = limits.max_ack_pending,
          .memory_max_stream_bytes = limits.mem_max_stream_bytes,
          .disk_max_stream_bytes = limits.disk_max_stream_bytes,
          .max_bytes_required = limits.max_bytes_required};
}

// "limits.connections: 5 there, 10 wanted" for each leaf in which the two values differ.
void describe(const Path& path, const tfplugin::cty::Value& there, const tfplugin::cty::Value& wanted,
              std::string& out) {
  if (there == wanted) return;
  const auto* a = there.get<tfplugin::cty::Value::Map>();
  const auto* b = wanted.get<tfplugin::cty::Value::Map>();
  if (a && b) {
    for (const auto& [name, value] : *b) describe(path.attribute(name), there[name], value, out);
    return;
  }
  const auto text = [](const tfplugin::cty::Value& value) {
    return tfplugin::cty::encode_json(tfplugin::cty::Type::dynamic(), value);
  };
  out += "  " + path.text() + ": " + text(there) + " there, " + text(wanted) + " wanted\n";
}

}  // namespace

nats::AccountLimits to_claims(const LimitsModel& model) {
  nats::AccountLimits out{.subs = model.subscriptions.value_or(-1),
                          .data = model.data.value_or(-1),
                          .payload = model.payload.value_or(-1),
                          .imports = model.imports.value_or(-1),
                          .exports = model.exports.value_or(-1),
                          .conn = model.connections.value_or(-1),
                          .leaf = model.leaf_connections.value_or(-1),
                          .wildcards = model.wildcard_exports.value_or(true),
                          .disallow_bearer = model.disallow_bearer.value_or(false),
                          .jetstream = {},
                          .tiers = {}};
  if (model.jetstream.is_known()) out.jetstream = to_claims(*model.jetstream);
  if (model.jetstream_tiers.is_known())
    for (const auto& [name, tier] : *model.jetstream_tiers) out.tiers.emplace(name, to_claims(tier));
  return out;
}

LimitsModel to_model(const nats::AccountLimits& limits) {
  LimitsModel out{.subscriptions = limits.subs,
                  .data = limits.data,
                  .payload = limits.payload,
                  .imports = limits.imports,
                  .exports = limits.exports,
                  .connections = limits.conn,
                  .leaf_connections = limits.leaf,
                  .wildcard_exports = limits.wildcards,
                  .disallow_bearer = limits.disallow_bearer,
                  .jetstream = {},
                  .jetstream_tiers = {}};
  if (limits.jetstream != nats::JetStreamLimits()) out.jetstream = to_model(limits.jetstream);
  if (!limits.tiers.empty()) {
    std::map<std::string, JetStreamModel> tiers;
    for (const auto& [name, tier] : limits.tiers) tiers.emplace(name, to_model(tier));
    out.jetstream_tiers = std::move(tiers);
  }
  return out;
}

namespace {

// One claim: its attribute, and the way from and to an account's claims.
template <class T>
struct Claim {
  std::string_view name;
  Value<T> ClaimsModel::* at;
  Value<T> (*read)(const nats::AccountClaims&);
  bool (*same)(const T&, const T&);  // To a server. Null stands for T{}.
  void (*write)(const T&, nats::AccountClaims&);
  // Of a set, of which some elements may mean the same and others not. Null: as of one value.
  T (*spell)(const T& before, const T& there) = nullptr;
  std::string (*difference)(const T& there, const T& wanted) = nullptr;
};

bool same_text(const std::string& a, const std::string& b) { return a == b; }
template <class T>
bool same_claims(const T& a, const T& b) {
  return to_claims(a) == to_claims(b);
}
bool same_tags(const std::set<std::string>& a, const std::set<std::string>& b) {
  return stored_tags(a) == stored_tags(b);
}

using Text = Claim<std::string>;

// A claim that others write too: its entries are read and written beside theirs.
struct SharedEntries {
  std::string_view name;
  Value<Revocations> ClaimsModel::* at;
};

constexpr std::tuple claims_table{
    Text{"name", &ClaimsModel::name,
         [](const nats::AccountClaims& claims) { return Value<std::string>(claims.name()); }, &same_text,
         [](const std::string& text, nats::AccountClaims& claims) { claims.set_name(text); }},
    Text{"description", &ClaimsModel::description,
         [](const nats::AccountClaims& claims) { return text_or_null(claims.description()); }, &same_text,
         [](const std::string& text, nats::AccountClaims& claims) { claims.set_description(text); }},
    Text{"info_url", &ClaimsModel::info_url,
         [](const nats::AccountClaims& claims) { return text_or_null(claims.info_url()); }, &same_text,
         [](const std::string& text, nats::AccountClaims& claims) { claims.set_info_url(text); }},
    Claim<LimitsModel>{
        "limits", &ClaimsModel::limits,
        [](const nats::AccountClaims& claims) {
          return Value<LimitsModel>(provider::to_model(claims.limits()));
        },
        &same_claims<LimitsModel>,
        [](const LimitsModel& limits, nats::AccountClaims& claims) { claims.set_limits(to_claims(limits)); }},
    Claim<ExportsModel>{"exports", &ClaimsModel::exports,
                        [](const nats::AccountClaims& claims) {
                          return Value<ExportsModel>(provider::to_model(claims.exports()));
                        },
                        &same_claims<ExportsModel>,
                        [](const ExportsModel& exports, nats::AccountClaims& claims) {
                          claims.set_exports(to_claims(exports));
                        },
                        &spelled_as, &difference_of},
    Claim<ImportsModel>{"imports", &ClaimsModel::imports,
                        [](const nats::AccountClaims& claims) {
                          return Value<ImportsModel>(provider::to_model(claims.imports()));
                        },
                        &same_claims<ImportsModel>,
                        [](const ImportsModel& imports, nats::AccountClaims& claims) {
                          claims.set_imports(to_claims(imports));
                        },
                        &spelled_as, &difference_of},
    // None are `{}`, so that they can be told from what is not managed.
    Claim<PermissionsModel>{"default_permissions", &ClaimsModel::default_permissions,
                            [](const nats::AccountClaims& claims) {
                              return Value<PermissionsModel>(
                                  provider::to_model(claims.default_permissions()).value_or({}));
                            },
                            &same_claims<PermissionsModel>,
                            [](const PermissionsModel& permissions, nats::AccountClaims& claims) {
                              claims.set_default_permissions(to_claims(permissions));
                            }},
    Claim<std::set<std::string>>{"tags", &ClaimsModel::tags,
                                 [](const nats::AccountClaims& claims) {
                                   const auto tags = claims.tags();
                                   return Value(std::set(tags.begin(), tags.end()));
                                 },
                                 &same_tags,
                                 [](const std::set<std::string>& tags, nats::AccountClaims& claims) {
                                   claims.set_tags({tags.begin(), tags.end()});
                                 }},
    Claim<SigningKeys>{"signing_keys", &ClaimsModel::signing_keys,
                       [](const nats::AccountClaims& claims) {
                         return Value<SigningKeys>(provider::to_model(claims.signing_key_scopes()));
                       },
                       &same_claims<SigningKeys>,
                       [](const SigningKeys& keys, nats::AccountClaims& claims) {
                         claims.set_signing_keys(to_claims(keys));
                       },
                       &spelled_as},
    Claim<Mappings>{"mappings", &ClaimsModel::mappings,
                    [](const nats::AccountClaims& claims) {
                      return Value<Mappings>(provider::to_model(claims.mappings()));
                    },
                    &same_claims<Mappings>,
                    [](const Mappings& mappings, nats::AccountClaims& claims) {
                      claims.set_mappings(to_claims(mappings));
                    }},
    Claim<AuthorizationModel>{"authorization", &ClaimsModel::authorization,
                              [](const nats::AccountClaims& claims) {
                                return Value<AuthorizationModel>(provider::to_model(claims.authorization()));
                              },
                              &same_claims<AuthorizationModel>,
                              [](const AuthorizationModel& authorization, nats::AccountClaims& claims) {
                                claims.set_authorization(to_claims(authorization));
                              }},
    SharedEntries{"revocations", &ClaimsModel::revocations},
};

template <class Do>
void for_each_claim(Do act) {
  std::apply([&](const auto&... claim) { (act(claim), ...); }, claims_table);
}

// Nothing unknown in it: what is unknown inside would be read as its default.
template <class T>
bool is_whole(const Value<T>& value) {
  return tfplugin::encode(value).is_wholly_known();
}

template <class T>
bool same(const Claim<T>& claim, const Value<T>& a, const Value<T>& b) {
  return claim.same(a.value_or({}), b.value_or({}));
}

// What is there, in the spelling of `before` where that means the same.
template <class T>
Value<T> read(const Claim<T>& claim, const nats::AccountClaims& claims, const Value<T>& before) {
  const auto there = claim.read(claims);
  if (before.is_known() && same(claim, there, before)) return before;
  if (before.is_known() && claim.spell) return claim.spell(*before, *there);
  return there;
}

template <class T>
void write(const Claim<T>& claim, const Value<T>& wanted, const Value<T>& /*before*/,
           nats::AccountClaims& claims) {
  claim.write(*wanted, claims);
}

template <class T>
void describe(const Claim<T>& claim, const Value<T>& there, const Value<T>& wanted, std::string& out) {
  if (claim.difference)
    out += claim.difference(*there, *wanted);
  else
    describe(Path({claim.name}), tfplugin::encode(there), tfplugin::encode(wanted), out);
}

bool same(const SharedEntries&, const Value<Revocations>& a, const Value<Revocations>& b) {
  return same_revocations(a.value_or({}), b.value_or({}));
}
Value<Revocations> read(const SharedEntries&, const nats::AccountClaims& claims,
                        const Value<Revocations>& before) {
  return stored_of(before, claims.revocations());
}
void write(const SharedEntries&, const Value<Revocations>& wanted, const Value<Revocations>& before,
           nats::AccountClaims& claims) {
  apply_revocations(*wanted, before.value_or({}), claims);
}
void describe(const SharedEntries& claim, const Value<Revocations>& there, const Value<Revocations>& wanted,
              std::string& out) {
  describe(Path({claim.name}), tfplugin::encode(there), tfplugin::encode(wanted), out);
}

}  // namespace

ClaimsModel ClaimsModel::of(const nats::AccountClaims& claims, const ClaimsModel& spelled) {
  ClaimsModel out;
  for_each_claim([&](const auto& claim) { out.*claim.at = read(claim, claims, spelled.*claim.at); });
  return out;
}

bool ClaimsModel::means_the_same(const ClaimsModel& other) const {
  bool all = true;
  for_each_claim([&](const auto& claim) { all = all && same(claim, this->*claim.at, other.*claim.at); });
  return all;
}

bool ClaimsModel::may_differ_from(const ClaimsModel& prior) const {
  bool unknown = false;
  for_each_claim([&](const auto& claim) { unknown = unknown || !is_whole(this->*claim.at); });
  return unknown || !means_the_same(prior);
}

void ClaimsModel::keep_spelling_of(const ClaimsModel& prior) {
  for_each_claim([&](const auto& claim) {
    const auto& before = prior.*claim.at;
    auto& planned = this->*claim.at;
    if (before.is_known() && planned.is_known() && is_whole(planned) && same(claim, before, planned))
      planned = before;
  });
}

void ClaimsModel::fill_unknown(const ClaimsModel& there) {
  for_each_claim([&](const auto& claim) {
    if ((this->*claim.at).is_unknown()) this->*claim.at = there.*claim.at;
  });
}

void ClaimsModel::apply_changes(const ClaimsModel& prior, nats::AccountClaims& claims) const {
  for_each_claim([&](const auto& claim) {
    const auto& before = prior.*claim.at;
    const auto& planned = this->*claim.at;
    if (planned.is_known() && (!before.is_known() || !same(claim, planned, before)))
      write(claim, planned, before, claims);
  });
}

void ClaimsModel::apply_all(nats::AccountClaims& claims) const {
  for_each_claim([&](const auto& claim) {
    const auto& wanted = this->*claim.at;
    if (wanted.is_known()) write(claim, wanted, {}, claims);
  });
}

std::string ClaimsModel::difference_from(const nats::AccountClaims& claims) const {
  const ClaimsModel there = of(claims, *this);
  std::string out;
  for_each_claim([&](const auto& claim) {
    const auto& wanted = this->*claim.at;
    if (wanted.is_known()) describe(claim, there.*claim.at, wanted, out);
  });
  return out;
}

void check_name(const Value<std::string>& name, tfplugin::Diagnostics& diagnostics) {
  if (!name.is_known()) return;
  const std::string problem = nats::problem_of_claim_name(*name);
  if (problem.empty()) return;
  diagnostics.error(Path({"name"}), "Name that cannot be used",
                    "The name \"" + *name + "\" " + problem + ". A name is " +
                        std::string(nats::claim_name_rule) +
                        ": it stands in files and in subjects of templates.");
}

void check_texts(const ClaimsModel& config, tfplugin::Diagnostics& diagnostics) {
  const auto check = [&](std::string_view name, const Value<std::string>& text,
                         void (nats::AccountClaims::*set)(std::string_view)) {
    if (!text.is_known()) return;
    nats::AccountClaims claims("", "");
    (claims.*set)(*text);
    for (const std::string& problem : claims.problems())
      diagnostics.error(Path({name}), "Text that servers refuse", problem + ".");
  };
  check("description", config.description, &nats::AccountClaims::set_description);
  check("info_url", config.info_url, &nats::AccountClaims::set_info_url);
}

void check_limits(const Value<LimitsModel>& limits, tfplugin::Diagnostics& diagnostics) {
  if (!limits.is_known() || !limits->jetstream_tiers.is_known() || limits->jetstream_tiers->empty()) return;
  if (!limits->jetstream.is_null())
    diagnostics.error(
        Path({"limits", "jetstream_tiers"}), "Flat and tiered JetStream limits together",
        "Both `jetstream` and `jetstream_tiers` are set. A server would take one of them and not say "
        "which: keep `jetstream_tiers` for limits by replicas, or `jetstream` for one limit on all.");
  for (const auto& [tier, _] : *limits->jetstream_tiers) {
    const bool fits = tier.size() == 2 && tier[0] == 'R' && tier[1] >= '1' && tier[1] <= '5';
    if (!fits)
      diagnostics.error(Path({"limits", "jetstream_tiers"}).key(tier), "Unknown tier",
                        "\"" + tier + "\" is no tier; expected R1 to R5, the number of replicas.");
  }
}

}  // namespace ghboot::provider
