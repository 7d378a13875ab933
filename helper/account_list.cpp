// SPDX-License-Identifier: Apache-2.0
#include "helper/account_list.h"

#include <chrono>
#include <utility>

#include "helper/system_access.h"
#include "nats/account_search.h"
#include "nats/account_state.h"
#include "nats/connection.h"
#include "nats/resolver.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds answer_max{10};
constexpr std::size_t names_max = 100;

}  // namespace

Result<std::vector<ListedAccount>> list_accounts(const DataFolder& folder, const DevSettings& settings) {
  auto creds = creds_in(folder.system_creds_file());
  if (!creds) return std::unexpected(creds.error());
  nats::Clock& clock = nats::system_clock();
  const nats::Wait wait{clock.now() + answer_max};
  nats::Connector connector({.servers = settings.urls(), .creds = *std::move(creds)}, clock);
  nats::Resolver resolver(connector, clock);
  const auto accounts = nats::all_accounts(resolver, wait);
  if (!accounts) return fail(ExitCode::failed, accounts.error().message);
  std::vector<ListedAccount> found;
  for (const std::string& account : *accounts) {
    found.push_back({account, ""});
    if (found.size() > names_max) continue;
    if (const auto there = nats::read_account(resolver, account, wait))
      found.back().name = there->claims.name();
  }
  return found;
}

}  // namespace ghboot::helper
