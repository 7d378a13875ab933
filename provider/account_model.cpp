// SPDX-License-Identifier: Apache-2.0
#include "provider/account_model.h"

#include <algorithm>
#include <vector>

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

// As claims hold them: in lower case, without white space around, none that is empty.
std::set<std::string> stored_form(const std::set<std::string>& tags) {
  nats::AccountClaims claims("", "");
  claims.set_tags({tags.begin(), tags.end()});
  const auto stored = claims.tags();
  return {stored.begin(), stored.end()};
}

bool same_text(const Value<std::string>& a, const Value<std::string>& b) {
  return a.value_or("") == b.value_or("");
}
bool same_tags(const Value<std::set<std::string>>& a, const Value<std::set<std::string>>& b) {
  return stored_form(a.value_or({})) == stored_form(b.value_or({}));
}
bool same_limits(const Value<LimitsModel>& a, const Value<LimitsModel>& b) {
  return to_claims(a.value_or({})) == to_claims(b.value_or({}));
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

ClaimsModel ClaimsModel::of(const nats::AccountClaims& claims, const ClaimsModel& spelled) {
  ClaimsModel out;
  const auto text = [](std::string stored, const Value<std::string>& before) {
    const Value<std::string> read =
        stored.empty() ? Value<std::string>() : Value<std::string>(std::move(stored));
    return !before.is_unknown() && same_text(read, before) ? before : read;
  };
  out.name = claims.name();
  out.description = text(claims.description(), spelled.description);
  out.info_url = text(claims.info_url(), spelled.info_url);
  const Value<LimitsModel> limits = to_model(claims.limits());
  out.limits = spelled.limits.is_known() && same_limits(limits, spelled.limits) ? spelled.limits : limits;
  const auto stored_tags = claims.tags();
  const Value<std::set<std::string>> tags = std::set(stored_tags.begin(), stored_tags.end());
  out.tags = spelled.tags.is_known() && same_tags(tags, spelled.tags) ? spelled.tags : tags;
  return out;
}

bool ClaimsModel::means_the_same(const ClaimsModel& other) const {
  return same_text(name, other.name) && same_text(description, other.description) &&
         same_text(info_url, other.info_url) && same_limits(limits, other.limits) &&
         same_tags(tags, other.tags);
}

void ClaimsModel::apply_changes(const ClaimsModel& prior, nats::AccountClaims& claims) const {
  ClaimsModel changed;
  if (!same_text(name, prior.name)) changed.name = name;
  if (!same_text(description, prior.description)) changed.description = description;
  if (!same_text(info_url, prior.info_url)) changed.info_url = info_url;
  if (!prior.limits.is_known() || !same_limits(limits, prior.limits)) changed.limits = limits;
  if (!same_tags(tags, prior.tags)) changed.tags = tags;
  changed.apply_all(claims);
}

void ClaimsModel::apply_all(nats::AccountClaims& claims) const {
  if (name.is_known()) claims.set_name(*name);
  if (description.is_known()) claims.set_description(*description);
  if (info_url.is_known()) claims.set_info_url(*info_url);
  if (limits.is_known()) claims.set_limits(to_claims(*limits));
  if (tags.is_known()) claims.set_tags({tags->begin(), tags->end()});
}

std::string ClaimsModel::difference_from(const nats::AccountClaims& claims) const {
  const ClaimsModel there = of(claims, *this);
  std::string out;
  const auto compare = [&out](std::string_view field, const auto& stored, const auto& wanted) {
    if (wanted.is_known()) describe(Path({field}), tfplugin::encode(stored), tfplugin::encode(wanted), out);
  };
  compare("name", there.name, name);
  compare("description", there.description, description);
  compare("info_url", there.info_url, info_url);
  compare("limits", there.limits, limits);
  compare("tags", there.tags, tags);
  return out;
}

void check_name(const Value<std::string>& name, tfplugin::Diagnostics& diagnostics) {
  if (!name.is_known()) return;
  const auto refuse = [&](std::string_view found) {
    diagnostics.error(
        Path({"name"}), "Name that cannot be used",
        "The name \"" + *name + "\" " + std::string(found) +
            ". A name is 1 to 255 bytes without spaces, slashes and control characters: it stands in "
            "files and in subjects of templates.");
  };
  if (name->empty()) return refuse("is empty");
  if (name->size() > 255) return refuse("has " + std::to_string(name->size()) + " bytes");
  if (*name == "." || *name == "..") return refuse("means a folder");
  const auto unfit = [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '/' || c == '\\'; };
  const auto bad = std::ranges::find_if(*name, unfit);
  if (bad == name->end()) return;
  refuse(*bad == ' '                   ? "has a space"
         : *bad == '/' || *bad == '\\' ? "has a slash"
                                       : "has a control character");
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
