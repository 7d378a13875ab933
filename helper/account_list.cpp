// SPDX-License-Identifier: Apache-2.0
#include "helper/account_list.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "nats/account_claims.h"
#include "nats/connection.h"
#include "nats/creds.h"
#include "nats/resolver.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds answer_max{10};
constexpr std::size_t names_max = 100;

std::string name_of(nats::Resolver& resolver, const std::string& account, const nats::Wait& wait) {
  const auto stored = resolver.lookup(account, wait);
  if (!stored || stored->jwts.empty()) return {};
  const auto claims = nats::AccountClaims::decode(stored->jwts.front());
  return claims ? claims->name() : std::string();
}

}  // namespace

Result<std::vector<ListedAccount>> list_accounts(const DataFolder& folder, const DevSettings& settings) {
  auto text = read_whole(folder.system_creds_file());
  if (!text) return std::unexpected(text.error());
  const nats::Secret secret(*std::move(text));
  auto creds = nats::Creds::parse(secret.reveal());
  if (!creds)
    return fail(ExitCode::failed,
                fmt::format("{}: {}", folder.system_creds_file().string(), creds.error().message));
  nats::Clock& clock = nats::system_clock();
  const nats::Wait wait{clock.now() + answer_max};
  nats::Connector connector({.servers = {settings.url()}, .creds = *std::move(creds)}, clock);
  nats::Resolver resolver(connector, clock);
  const auto listings = resolver.list(wait);
  if (!listings) return fail(ExitCode::failed, listings.error().message);
  std::vector<ListedAccount> found;
  for (const std::string& account : listings->front().accounts)
    found.push_back({account, found.size() < names_max ? name_of(resolver, account, wait) : std::string()});
  return found;
}

}  // namespace ghboot::helper
