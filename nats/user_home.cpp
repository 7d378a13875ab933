// SPDX-License-Identifier: Apache-2.0
#include "nats/user_home.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ghboot::nats {

Result<UserHome> read_user_home(Resolver& resolver, std::string_view account, const Wait& wait) {
  auto there = read_account(resolver, account, wait);
  if (!there) return std::unexpected(there.error());
  const auto operators = resolver.operators(wait);
  if (!operators) return std::unexpected(operators.error());
  const auto of = std::ranges::find_if(
      *operators, [&](const auto& claims) { return claims.trusts(there->claims.issuer()); });
  UserHome home{.account = *std::move(there), .operator_name = "operator"};
  if (of == operators->end()) return home;
  if (!of->name.empty()) home.operator_name = of->name;
  home.strict = of->strict_signing_key_usage;
  return home;
}

std::optional<std::int64_t> revoked_until(const AccountClaims& account, std::string_view user) {
  std::optional<std::int64_t> latest;
  for (const auto& [key, at] : account.revocations())
    if (key == user || key == "*") latest = std::max(at, latest.value_or(at));
  return latest;
}

Result<void> check_standing(const UserClaims& user, const AccountClaims& account) {
  const auto signing_keys = account.signing_keys();
  if (!user.issuer_account.empty() && std::ranges::count(signing_keys, user.issuer) == 0)
    return fail(
        ErrorKind::refused,
        fmt::format("signing key {} is no key of account {} any more: servers refuse the creds of user "
                    "{} ({}), which it signed; give the user's resource another signing_key, and apply",
                    user.issuer, account.subject(), user.name, user.subject));
  const auto revoked = revoked_until(account, user.subject);
  if (!revoked || *revoked < user.issued_at) return {};
  return fail(ErrorKind::refused,
              fmt::format("account {} has revoked user {} ({}): servers refuse its creds; apply the user's "
                          "resource, which makes a new one",
                          account.subject(), user.name, user.subject));
}

}  // namespace ghboot::nats
