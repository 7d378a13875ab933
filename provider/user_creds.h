// SPDX-License-Identifier: Apache-2.0
// Creds that a new user finds where its own will lie. Threads: any.
#pragma once

#include "nats/resolver.h"
#include "nats/store.h"
#include "provider/user_issuer.h"
#include "provider/user_model.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

// Those that no server takes any more go: of one that was revoked, or whose account is gone. Programs read
// that place, so the new ones must come there. All others are left alone. `resolver`: null where nobody is
// asked.
void clear_dead_creds(nats::Store& store, const nats::CredsPlace& place, const Home& home,
                      nats::Resolver* resolver, tfplugin::Call& call);

// Those of the very key that was given, which another tool or an earlier configuration made, are discarded
// when they say something else: what they say is not lost with them.
void set_aside_other_creds(nats::Store& store, const nats::CredsPlace& place, const UserModel& planned,
                           tfplugin::Call& call);

}  // namespace ghboot::provider
