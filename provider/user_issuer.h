// SPDX-License-Identifier: Apache-2.0
// Who signs a user, and whether servers would take what is signed: the account's own key or one of its
// signing keys, as account and operator have it. Threads: any.
#pragma once

#include <optional>
#include <string>

#include "nats/nkey.h"
#include "nats/resolver.h"
#include "nats/store.h"
#include "nats/user_home.h"
#include "provider/user_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

using Home = nats::UserHome;

// Null, with an error: nobody can be asked, or the account is certainly not there. `resolver`: null where the
// user brings its account's JWT.
std::optional<Home> home_of(nats::Resolver* resolver, const UserModel& user, std::string summary,
                            tfplugin::Call& call);

// False, with an error at the attribute: the account does not list the key, or servers would refuse the user.
bool check_issuer(const UserModel& user, const Home& home, tfplugin::Diagnostics& diagnostics);
// The same in a plan, where the account's JWT is known: it does not change in this apply then. What servers
// store may change in it, before the user is made, so nobody else's account is judged here.
void plan_issuer(const UserModel& planned, tfplugin::Diagnostics& diagnostics);

struct Signer {
  nats::KeyPair key;
  bool scoped = false;  // Its role says what the user may do, and the user's claims must not.
};

// Nothing, with an error: as check_issuer(), or the seed is not to be had.
std::optional<Signer> signer_of(const UserModel& user, const Home& home, const nats::Store& store,
                                const std::string& summary, tfplugin::Call& call);

// The key pair whose public key is `public_key`: of the given seed, else of the store. Nothing, with an
// error.
std::optional<nats::KeyPair> signing_pair(const std::string& public_key, const Value<std::string>& seed,
                                          const nats::Store& store, const std::string& summary,
                                          tfplugin::Call& call);

}  // namespace ghboot::provider
