// SPDX-License-Identifier: Apache-2.0
#include "provider/signing_keys_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "nats/nkey.h"
#include "provider/report.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

const Path& path() {
  static const Path at({"signing_keys"});
  return at;
}

// How messages call it: a set's elements have no place that a path could name.
std::string name_of(const SigningKeyModel& key) {
  const std::string public_key = key.public_key.value_or("that is not known yet");
  return key.role.is_known() ? fmt::format("signing key {} (role {})", public_key, *key.role)
                             : fmt::format("signing key {}", public_key);
}

void check_key(const SigningKeyModel& key, const Value<std::string>& account, Diagnostics& diagnostics) {
  if (!key.public_key.is_known()) return;
  const auto kind = nats::parse_public_key(*key.public_key);
  if (!kind)
    diagnostics.error(path(), "Signing key that is no public key", sentence(kind.error().message));
  else if (*kind != nats::KeyKind::account)
    diagnostics.error(path(), "Signing key of another kind",
                      fmt::format("{} is a key of kind {}. A signing key of an account is a further key of "
                                  "kind account (A…).",
                                  *key.public_key, nats::to_string(*kind)));
  else if (key.public_key == account)
    diagnostics.error(path(), "Account's own key among its signing keys",
                      fmt::format("{} is the account's own key, which signs users anyway. A signing key is "
                                  "another key of kind account: leave this one out, or make one with "
                                  "ghboot_nats_key.",
                                  *key.public_key));
}

// The rights' own errors, with the key's name in front.
void check_template(const SigningKeyModel& key, Diagnostics& diagnostics) {
  if (key.description.is_known() && key.role.is_null() && key.rights.is_null())
    diagnostics.error(path(), "Description of a plain signing key",
                      fmt::format("Claims have no place for a description of {}, which is plain. Give it a "
                                  "role or a template, or leave the description out.",
                                  name_of(key)));
  if (key.role.is_known() && key.role->empty())
    diagnostics.error(path(), "Empty role",
                      fmt::format("The role of {} is empty. Name it, or leave `role` out.", name_of(key)));
  if (!key.rights.is_known()) return;
  Diagnostics inside;
  check_rights(*key.rights, Path({"template"}), inside);
  for (const auto& found : inside.list())
    diagnostics.add({found.severity, path(), found.summary,
                     fmt::format("In {} of {}: {}", found.path.text(), name_of(key), found.detail)});
}

template <class T>
void check_once(const SigningKeys& keys, Value<T> SigningKeyModel::* member, std::string_view summary,
                std::string_view what_to_do, Diagnostics& diagnostics) {
  std::set<T> seen, told;
  for (const auto& key : keys)
    if (const auto& value = key.*member; value.is_known() && !seen.insert(*value).second)
      if (told.insert(*value).second)
        diagnostics.error(path(), std::string(summary),
                          fmt::format("Several entries have {}. {}", *value, what_to_do));
}

nats::SigningKey to_claims(const SigningKeyModel& key) {
  nats::SigningKey out{.public_key = *key.public_key,
                       .scoped = !key.role.is_null() || !key.rights.is_null(),
                       .role = {},
                       .description = {},
                       .rights = {}};
  if (!out.scoped) return out;
  out.role = key.role.value_or("");
  out.description = key.description.value_or("");
  if (key.rights.is_known()) out.rights = provider::to_claims(*key.rights);
  return out;
}

}  // namespace

std::vector<nats::SigningKey> to_claims(const SigningKeys& keys) {
  std::vector<nats::SigningKey> out;
  for (const auto& key : keys)
    if (key.public_key.is_known()) out.push_back(to_claims(key));
  return out;
}

SigningKeys to_model(const std::vector<nats::SigningKey>& keys) {
  SigningKeys out;
  for (const nats::SigningKey& key : keys) {
    SigningKeyModel model;
    model.public_key = key.public_key;
    if (key.scoped) {
      model.role = text_or_null(key.role);
      model.description = text_or_null(key.description);
      model.rights = provider::to_model(key.rights);
    }
    out.insert(std::move(model));
  }
  return out;
}

SigningKeys spelled_as(const SigningKeys& before, const SigningKeys& there) {
  std::map<std::string, const SigningKeyModel*> known;
  for (const auto& key : before)
    if (key.public_key.is_known()) known.emplace(*key.public_key, &key);
  SigningKeys out;
  for (const auto& key : there) {
    const auto found = known.find(*key.public_key);
    out.insert(found != known.end() && to_claims(*found->second) == to_claims(key) ? *found->second : key);
  }
  return out;
}

void check_signing_keys(const Value<SigningKeys>& keys, const Value<std::string>& account,
                        Diagnostics& diagnostics) {
  if (!keys.is_known()) return;
  for (const auto& key : *keys) {
    check_key(key, account, diagnostics);
    check_template(key, diagnostics);
  }
  check_once(*keys, &SigningKeyModel::public_key, "Signing key that is listed twice",
             "One key is plain or has one role: keep one entry.", diagnostics);
  check_once(*keys, &SigningKeyModel::role, "Role of several signing keys",
             "People tell signing keys by their roles: give each its own.", diagnostics);
}

std::vector<std::string> removed_keys(const Value<SigningKeys>& before, const Value<SigningKeys>& planned) {
  std::vector<std::string> gone;
  if (!before.is_known() || !planned.is_known()) return gone;
  // A key that is not known yet may be any of those before.
  if (std::ranges::any_of(*planned, [](const auto& key) { return key.public_key.is_unknown(); })) return gone;
  for (const auto& key : *before)
    if (std::ranges::none_of(*planned, [&](const auto& kept) { return kept.public_key == key.public_key; }))
      gone.push_back(*key.public_key);
  return gone;
}

}  // namespace ghboot::provider
