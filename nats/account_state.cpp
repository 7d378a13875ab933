// SPDX-License-Identifier: Apache-2.0
#include "nats/account_state.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace ghboot::nats {

std::vector<std::string> absence_warnings(const std::vector<Server>& silent, const std::vector<Away>& away) {
  std::vector<std::string> warnings;
  for (const Server& server : silent)
    warnings.push_back(
        fmt::format("{} is connected and did not answer: what it stores is not known", shown(server)));
  for (const Away& absent : away)
    warnings.push_back(
        fmt::format("{} belongs to the cluster and is away: it learns of changes when it comes "
                    "back, and may bring back what was deleted meanwhile",
                    shown(absent)));
  return warnings;
}

Result<AccountState> read_account(Resolver& resolver, std::string_view account, const Wait& wait) {
  const auto stored = resolver.lookup(account, wait);
  if (!stored) return std::unexpected(stored.error());
  std::vector<std::string> texts = stored->jwts;
  std::ranges::sort(texts);
  texts.erase(std::ranges::unique(texts).begin(), texts.end());
  std::optional<AccountState> state;
  for (const std::string& text : texts) {
    auto claims = AccountClaims::decode(text);
    if (!claims)
      return fail(
          ErrorKind::invalid,
          fmt::format("what a server stores for account {} cannot be read: {}; push that account anew "
                      "with the tool that wrote it, or take its file out of the resolver's folder",
                      account, claims.error().message));
    if (claims->subject() != account)
      return fail(ErrorKind::invalid, fmt::format("a server answered with account {} when asked for {}",
                                                  claims->subject(), account));
    // Of equal age, the servers themselves would take either.
    if (state && claims->issued_at() <= state->newest_issued_at) continue;
    const std::int64_t issued_at = claims->issued_at();
    state = AccountState{
        .claims = *std::move(claims), .jwt = text, .newest_issued_at = issued_at, .warnings = {}};
  }
  if (!state) return fail(ErrorKind::unreachable, fmt::format("nobody showed account {}", account));
  state->in_sync = stored->equal_everywhere();
  state->warnings = absence_warnings(stored->silent, stored->away);
  return *std::move(state);
}

}  // namespace ghboot::nats
