// SPDX-License-Identifier: Apache-2.0
#include "nats/signing_keys.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr const char* member = "signing_keys";
constexpr std::string_view expected = "a list of public keys, or of objects with one as \"key\"";

// Nothing: it is no entry of such a list, or the fault says what is wrong inside.
std::optional<SigningKey> read_entry(const json& entry, const ClaimMembers& body, ClaimFault& fault) {
  SigningKey key;
  if (entry.is_string()) {
    key.public_key = entry.get<std::string>();
  } else {
    const ClaimMembers scope(entry, body.path_of(member), fault);
    key.scoped = true;
    key.public_key = scope.text("key");
    key.role = scope.text("role");
    key.description = scope.text("description");
    key.rights = read_rights(scope.object("template"));
  }
  return key.public_key.empty() ? std::nullopt : std::optional(std::move(key));
}

// Scopes that this library does not know all members of lose none of them.
json with(const SigningKey& key, json scope) {
  scope["kind"] = "user_scope";
  scope["key"] = key.public_key;
  scope["role"] = key.role;
  scope["description"] = key.description;
  json& rights = scope["template"];
  if (!rights.is_object()) rights = json::object();
  write_rights(key.rights, rights);
  return scope;
}

}  // namespace

std::vector<SigningKey> read_signing_keys(const ClaimMembers& body) {
  std::vector<SigningKey> keys;
  const json& list = body.at(member);
  if (!list.is_null() && !list.is_array()) body.expect(member, "a list of keys");
  if (!list.is_array()) return keys;
  for (const json& entry : list) {
    ClaimFault fault;
    auto key = read_entry(entry, body, fault);
    if (!key || fault) body.expect(member, expected);
    if (key) keys.push_back(*std::move(key));
  }
  return keys;
}

void write_signing_keys(std::vector<SigningKey> keys, json& body) {
  std::ranges::sort(keys, {}, &SigningKey::public_key);
  ClaimFault ignored;
  const ClaimMembers before(body, "", ignored);
  std::map<std::string, json> there;
  if (const json& old = before.at(member); old.is_array())
    for (const json& entry : old)
      if (const auto key = read_entry(entry, before, ignored)) there[key->public_key] = entry;
  json list = json::array();
  for (const SigningKey& key : keys) {
    const json& old = there[key.public_key];
    if (read_entry(old, before, ignored) == key)
      list.push_back(old);
    else if (!key.scoped)
      list.emplace_back(key.public_key);
    else
      list.push_back(with(key, old.is_object() ? old : json::object()));
  }
  if (list.empty())
    body.erase(member);
  else
    body[member] = std::move(list);
}

}  // namespace ghboot::nats
