// SPDX-License-Identifier: Apache-2.0
#include "nats/authorization.h"

#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

constexpr const char* member = "authorization";

}  // namespace

Authorization read_authorization(const ClaimMembers& body) {
  const ClaimMembers from = body.object(member);
  return {.auth_users = from.texts("auth_users"),
          .allowed_accounts = from.texts("allowed_accounts"),
          .xkey = from.text("xkey")};
}

void write_authorization(const Authorization& authorization, nlohmann::json& body) {
  ClaimFault ignored;
  if (read_authorization(ClaimMembers(body, "", ignored)) == authorization) return;
  nlohmann::json& into = body[member];
  if (!into.is_object()) into = nlohmann::json::object();
  const auto set = [&](const char* name, const auto& value) {
    if (value.empty())
      into.erase(name);
    else
      into[name] = value;
  };
  set("auth_users", authorization.auth_users);
  set("allowed_accounts", authorization.allowed_accounts);
  set("xkey", authorization.xkey);
  if (into.empty()) body.erase(member);
}

}  // namespace ghboot::nats
