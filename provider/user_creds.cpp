// SPDX-License-Identifier: Apache-2.0
#include "provider/user_creds.h"

#include <fmt/format.h>

#include "nats/account_state.h"
#include "nats/creds.h"
#include "provider/report.h"
#include "provider/session.h"

namespace ghboot::provider {

using tfplugin::Call;
using tfplugin::Path;

void clear_dead_creds(nats::Store& store, const nats::CredsPlace& place, const Home& home,
                      nats::Resolver* resolver, Call& call) {
  const auto holder = store.holder(place);
  if (!holder || !*holder) return;
  const auto creds = store.creds(place, **holder);
  const auto claims = nats::claims_of(creds);
  if (!claims) return;
  const std::string& account = claims->account();
  bool dead = false;
  if (account == home.account.claims.subject()) {
    const auto revoked = nats::revoked_until(home.account.claims, **holder);
    dead = revoked && *revoked >= claims->issued_at;
  } else if (resolver) {
    const auto theirs = nats::read_account(*resolver, account, wait_of(call));
    dead = !theirs && theirs.error().kind == nats::ErrorKind::missing;
  }
  if (!dead) return;
  if (const auto discarded = store.discard_creds(place, **holder); !discarded)
    call.diagnostics.warning("Old creds left in the store", sentence(discarded.error().message));
}

void set_aside_other_creds(nats::Store& store, const nats::CredsPlace& place, const UserModel& planned,
                           Call& call) {
  const auto creds = store.creds(place, *planned.public_key);
  const auto there = nats::claims_of(creds);
  if (!there) return;
  const nats::UserClaims wanted = to_claims(planned);
  const bool of_role = there->rights == nats::UserRights::none() && rights_set(planned).empty();
  if ((of_role || there->rights == wanted.rights) && there->tags == wanted.tags &&
      there->issuer_account == wanted.issuer_account)
    return;
  const auto discarded = store.discard_creds(place, *planned.public_key);
  call.diagnostics.warning(
      Path({"public_key"}), "Creds that were there are replaced",
      fmt::format("The store has creds of user {} ({}) already, and they say something else than is "
                  "configured. {}. Copies of them work on until they expire or are revoked.",
                  planned.name.value_or(""), *planned.public_key,
                  discarded
                      ? "They were discarded: a folder has them in trash/, a program erased them"
                      : "They are overwritten, as moving them away failed: " + discarded.error().message));
}

}  // namespace ghboot::provider
