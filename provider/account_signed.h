// SPDX-License-Identifier: Apache-2.0
// Accounts that are only signed, `push = "none"`: their JWT is for the preload of servers that need not exist
// yet, so the state's JWT is the truth, and no server is asked for anything. Threads: any.
#pragma once

#include <optional>

#include "provider/account_resource.h"

namespace ghboot::provider {

bool is_only_signed(const AccountModel& account);

// What makes no sense with this `push`.
void check_push(const AccountModel& config, tfplugin::Diagnostics& diagnostics);

// Sets what follows from `push`: jwt, in_sync. `prior`: null when the account is made.
void plan_push(const AccountModel* prior, AccountModel& planned, tfplugin::Diagnostics& diagnostics);

// Nothing, with an error, from all three.
std::optional<AccountModel> create_signed(Session& session, const AccountModel& planned,
                                          tfplugin::Call& call);
// What was pushed so far is read once more, and stays on the servers.
std::optional<AccountModel> update_signed(Session& session, const AccountModel& prior,
                                          const AccountModel& planned, tfplugin::Call& call);
// The first push of what was only signed: what is managed counts, also where servers were preloaded with an
// older JWT and store it by now.
nats::Result<nats::Change> push_signed(nats::AccountWriter& writer, const AccountModel& prior,
                                       const AccountModel& planned, const nats::Wait& wait);

}  // namespace ghboot::provider
