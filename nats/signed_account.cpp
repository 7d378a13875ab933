// SPDX-License-Identifier: Apache-2.0
#include "nats/signed_account.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ghboot::nats {

Result<SignedAccount> parse_signed_account(std::string_view jwt, std::string_view account) {
  auto claims = AccountClaims::decode(jwt);
  if (!claims) return std::unexpected(claims.error());
  if (claims->subject() != account)
    return fail(ErrorKind::invalid, fmt::format("it is the JWT of account {}; that of {} is expected",
                                                claims->subject(), account));
  return SignedAccount{.claims = *std::move(claims), .jwt = std::string(jwt)};
}

Result<SignedAccount> sign_account(const AccountClaims& wanted, const SignedAccount* before,
                                   const KeyPair& signer, Clock& clock) {
  const auto known = before ? before->claims.problems() : std::vector<std::string>();
  if (auto checked = check_problems(wanted, known); !checked) return std::unexpected(checked.error());
  if (before && before->claims.same_content(wanted) && before->claims.issuer() == signer.public_key())
    return *before;
  const std::int64_t issued_at =
      std::max(clock.unix_seconds(), before ? before->claims.issued_at() + 1 : std::int64_t{0});
  return parse_signed_account(wanted.encode(signer, issued_at), wanted.subject());
}

Result<void> check_problems(const AccountClaims& claims, const std::vector<std::string>& known) {
  std::vector<std::string> problems = claims.problems();
  std::erase_if(problems, [&](const auto& problem) { return std::ranges::count(known, problem) > 0; });
  if (problems.empty()) return {};
  return fail(ErrorKind::invalid, fmt::format("the claims of account {} are wrong: {}", claims.subject(),
                                              fmt::join(problems, "; ")));
}

}  // namespace ghboot::nats
