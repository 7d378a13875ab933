// SPDX-License-Identifier: Apache-2.0
// `revocations` of an account: entries of ours among those of others, which are neither shown nor taken away.
// The time of an entry of ours is the configured one, earlier or later than it was; but an entry that
// somebody else has stored with a later time does what ours wants, and more, and is left alone. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "nats/account_claims.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/value.h"

namespace ghboot::provider {

// Public key of a user, or "*" for all, and the time: RFC 3339, or seconds since 1970.
using Revocations = std::map<std::string, std::string>;

std::optional<std::int64_t> revocation_time(const std::string& text);
bool same_revocations(const Revocations& a, const Revocations& b);

void check_revocations(const tfplugin::Value<Revocations>& revocations, tfplugin::Diagnostics& diagnostics);
// Whether a time of the plan is earlier than that of the state.
bool moves_any_back(const tfplugin::Value<Revocations>& before, const tfplugin::Value<Revocations>& planned);
// Of those, where somebody has stored a time that is later than the state's, which stays: a warning.
void warn_of_later(const tfplugin::Value<Revocations>& before, const tfplugin::Value<Revocations>& planned,
                   const std::map<std::string, std::int64_t>& stored, tfplugin::Diagnostics& diagnostics);

// What servers store of ours: of each key, ours where theirs is not earlier, else theirs; without keys that
// they do not have.
tfplugin::Value<Revocations> stored_of(const tfplugin::Value<Revocations>& ours,
                                       const std::map<std::string, std::int64_t>& stored);
// Everything that is stored.
Revocations all_of(const std::map<std::string, std::int64_t>& stored);
// Keys of `before` that `wanted` has no more are taken back, and those that it has with an earlier time are
// moved to it, unless somebody revoked them later than that.
void apply_revocations(const Revocations& wanted, const Revocations& before, nats::AccountClaims& claims);

}  // namespace ghboot::provider
