// SPDX-License-Identifier: Apache-2.0
#include "provider/revocations_model.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "nats/nkey.h"
#include "nats/time_text.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;
using tfplugin::Value;

Path path_of(const std::string& key) { return Path({"revocations"}).key(key); }

std::string_view remedy(nats::KeyKind kind) {
  switch (kind) {
    case nats::KeyKind::operator_key:
      return " An operator's key cannot be revoked: change the servers' configuration.";
    case nats::KeyKind::account:
      return " An account's key cannot be revoked: take a signing key out of signing_keys, or give the "
             "account up.";
    default:
      return "";
  }
}

void check_key(const std::string& key, Diagnostics& diagnostics) {
  if (key == "*") return;
  const auto kind = nats::parse_public_key(key);
  if (!kind)
    diagnostics.error(Path({"revocations"}), "Revocation of no key",
                      fmt::format("A revocation is of a user's public key (U…), or of all users by \"*\". {}",
                                  sentence(kind.error().message)));
  else if (*kind != nats::KeyKind::user)
    diagnostics.error(path_of(key), "Revocation of a key of another kind",
                      fmt::format("{} is a key of kind {}; a revocation is of a user's public key (U…), or "
                                  "of all users by \"*\".{}",
                                  key, nats::to_string(*kind), remedy(*kind)));
}

// Nobody has revoked them later than this state knows.
bool is_ours(std::int64_t stored, const std::string& before) {
  return stored <= revocation_time(before).value_or(0);
}

}  // namespace

std::optional<std::int64_t> revocation_time(const std::string& text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size())
    return seconds > 0 ? std::optional(seconds) : std::nullopt;
  const auto time = nats::parse_time(text);
  return time && *time > 0 ? time : std::nullopt;
}

bool same_revocations(const Revocations& a, const Revocations& b) {
  if (a.size() != b.size()) return false;
  for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y)
    if (x->first != y->first || revocation_time(x->second) != revocation_time(y->second)) return false;
  return true;
}

void check_revocations(const Value<Revocations>& revocations, Diagnostics& diagnostics) {
  if (!revocations.is_known()) return;
  for (const auto& [key, time] : *revocations) {
    check_key(key, diagnostics);
    if (!revocation_time(time))
      diagnostics.error(nats::parse_public_key(key) || key == "*" ? path_of(key) : Path({"revocations"}),
                        "Revocation at no time",
                        fmt::format("\"{}\" is no time in RFC 3339, like \"2026-11-26T08:00:00Z\", and no "
                                    "number of seconds since 1970. Users whose JWT was issued until then are "
                                    "refused.",
                                    time));
  }
}

bool moves_any_back(const Value<Revocations>& before, const Value<Revocations>& planned) {
  if (!before.is_known() || !planned.is_known()) return false;
  return std::ranges::any_of(*planned, [&](const auto& entry) {
    const auto was = before->find(entry.first);
    return was != before->end() && revocation_time(entry.second) < revocation_time(was->second);
  });
}

void warn_of_later(const Value<Revocations>& before, const Value<Revocations>& planned,
                   const std::map<std::string, std::int64_t>& stored, Diagnostics& diagnostics) {
  if (!before.is_known() || !planned.is_known()) return;
  for (const auto& [key, time] : *planned) {
    const auto was = before->find(key);
    const auto there = stored.find(key);
    if (was == before->end() || there == stored.end() || is_ours(there->second, was->second)) continue;
    if (revocation_time(time) >= revocation_time(was->second)) continue;
    const std::string until = nats::time_text(there->second);
    diagnostics.warning(
        path_of(key), "Revocation that stays as it was",
        fmt::format("{} is to be moved back to {}, but servers store {}, which somebody has set since it was "
                    "{} here: that stays, and JWTs that were issued until then are refused. To take it back "
                    "all the same, write {} here, apply, and then move it to {}.",
                    key == "*" ? "The revocation of all users" : "The revocation of " + key, time, until,
                    was->second, until, time));
  }
}

Value<Revocations> stored_of(const Value<Revocations>& ours,
                             const std::map<std::string, std::int64_t>& stored) {
  if (!ours.is_known()) return {};
  Revocations out;
  for (const auto& [key, time] : *ours)
    if (const auto found = stored.find(key); found != stored.end())
      out[key] = found->second >= revocation_time(time).value_or(0) ? time : nats::time_text(found->second);
  return out;
}

Revocations all_of(const std::map<std::string, std::int64_t>& stored) {
  Revocations out;
  for (const auto& [key, time] : stored) out[key] = nats::time_text(time);
  return out;
}

void apply_revocations(const Revocations& wanted, const Revocations& before, nats::AccountClaims& claims) {
  const auto stored = claims.revocations();
  for (const auto& [key, time] : before) {
    const auto found = stored.find(key);
    if (found == stored.end() || !is_ours(found->second, time)) continue;
    const auto now = wanted.find(key);
    if (now == wanted.end() || revocation_time(now->second) < found->second) claims.take_back_revocation(key);
  }
  for (const auto& [key, time] : wanted)
    if (const auto at = revocation_time(time)) claims.revoke(key, *at);
}

}  // namespace ghboot::provider
