// SPDX-License-Identifier: Apache-2.0
#include "nats/account_search.h"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ghboot::nats {

Result<std::set<std::string>> all_accounts(Resolver& resolver, const Wait& wait) {
  const auto listings = resolver.list(wait);
  if (!listings) return std::unexpected(listings.error());
  std::set<std::string> accounts;
  for (const auto& listing : *listings) accounts.insert(listing.accounts.begin(), listing.accounts.end());
  return accounts;
}

Result<AccountState> read_account_named(Resolver& resolver, std::string_view name, const Wait& wait) {
  const auto accounts = all_accounts(resolver, wait);
  if (!accounts) return std::unexpected(accounts.error());
  std::vector<AccountState> found;
  std::vector<std::string> keys;
  for (const std::string& account : *accounts) {
    auto there = read_account(resolver, account, wait);
    if (!there && there.error().kind == ErrorKind::missing) continue;  // Deleted since it was listed.
    if (!there) return there;
    if (there->claims.name() != name) continue;
    keys.push_back(account);
    found.push_back(*std::move(there));
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty())
    return fail(ErrorKind::missing,
                fmt::format("none of the servers' {} accounts has the name \"{}\"", accounts->size(), name));
  return fail(ErrorKind::invalid,
              fmt::format("{} accounts have the name \"{}\": take one of them by its public key, {}",
                          found.size(), name, fmt::join(keys, ", ")));
}

}  // namespace ghboot::nats
