// SPDX-License-Identifier: Apache-2.0
#include "provider/bus_access.h"

#include <utility>

#include <fmt/format.h>

#include "nats/creds.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"
#include "provider/public_key.h"
#include "provider/report.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

// Those of the store, or the provider's own. Nothing, with an error.
std::optional<nats::Creds> creds_of(const BusUser& user, Session& session, std::string_view summary,
                                    Call& call) {
  if (!user.user.is_known()) return session.user_creds(call);
  const auto store = session.store(call);
  if (!store) return std::nullopt;
  // The names of operator and account, below which a folder would look first, are not asked of a server.
  auto creds = store->creds_of("", "", *user.user);
  if (creds) return *std::move(creds);
  report(call.diagnostics, std::string(summary), creds.error(), Path({"user"}));
  return std::nullopt;
}

// What servers would answer to with little more than a no.
bool check_creds(const nats::Creds& creds, const BusUser& user, std::int64_t now, std::string_view summary,
                 Diagnostics& diagnostics) {
  const auto claims = nats::UserClaims::decode(creds.jwt.reveal());
  if (!claims) {
    report(diagnostics, std::string(summary), claims.error());
    return false;
  }
  if (user.account.is_known() && claims->account() != *user.account) {
    diagnostics.error(Path({"account"}), "Creds of another account",
                      fmt::format("User {} is of account {}, by its creds; one of {} is expected.",
                                  claims->subject, claims->account(), *user.account));
    return false;
  }
  if (claims->expires_at == 0 || claims->expires_at > now) return true;
  diagnostics.error(std::string(summary),
                    fmt::format("The creds of user {} expired at {}, and servers refuse them. An apply of "
                                "the user's resource renews those of the store.",
                                claims->subject, nats::time_text(claims->expires_at)));
  return false;
}

}  // namespace

void check_organization(const tfplugin::Value<std::string>& organization, Diagnostics& diagnostics) {
  if (!organization.is_known()) return;
  if (const auto names = nats::BusNames::make(*organization, "github.com"); !names)
    diagnostics.error(Path({"organization"}), "Not an organization's login", sentence(names.error().message));
}

std::optional<nats::BusNames> bus_names(const std::string& organization, const Session& session, Call& call) {
  const auto host = session.github_host(call);
  if (!host) return std::nullopt;
  auto names = nats::BusNames::make(organization, *host);
  if (names) return *std::move(names);
  call.diagnostics.error(Path({"organization"}), "No names for the organization's streams",
                         sentence(names.error().message));
  return std::nullopt;
}

void check_bus_user(const BusUser& user, Diagnostics& diagnostics) {
  check_public_key(nats::KeyKind::account, user.account, "account", diagnostics);
  check_public_key(nats::KeyKind::user, user.user, "user", diagnostics);
}

std::optional<nats::ConnectOptions> connect_as(const BusUser& user, Session& session,
                                               std::string_view summary, Call& call) {
  auto options = session.servers(call);
  auto creds = options ? creds_of(user, session, summary, call) : std::nullopt;
  if (!creds || !check_creds(*creds, user, session.clock().unix_seconds(), summary, call.diagnostics))
    return std::nullopt;
  options->creds = *std::move(creds);
  return options;
}

}  // namespace ghboot::provider
