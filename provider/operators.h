// SPDX-License-Identifier: Apache-2.0
// Which operator's servers a thing was made on. Servers of another operator know nothing of it, so their "not
// there" says nothing about it; the private state remembers the operators to tell the two apart. Threads:
// any.
#pragma once

#include <string>
#include <string_view>

#include "nats/account_claims.h"
#include "nats/resolver.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

void remember_operators(nats::Resolver& resolver, tfplugin::Call& call);

// Of an account that is only signed: the key that signs, as no server says whose it is.
void remember_operator(std::string_view public_key, tfplugin::Call& call);

// The public key of the operator whose servers these are, or that was remembered, where that can be told:
// what tells accounts of one name on two systems apart.
nats::Result<std::string> operator_of(nats::Resolver& resolver, const tfplugin::Call& call);
std::string remembered_operator(const tfplugin::Call& call);

// True: the servers are of an operator that was remembered, or nothing is known of either. False: with an
// error that names both, or says why the servers could not be asked.
bool same_system(nats::Resolver& resolver, std::string_view thing, tfplugin::Call& call);

// False, with a warning: stored, but signed by nobody whom the servers trust: they refuse every user of it.
bool is_trusted(nats::Resolver& resolver, const nats::AccountClaims& claims, tfplugin::Call& call);

}  // namespace ghboot::provider
