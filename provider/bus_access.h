// SPDX-License-Identifier: Apache-2.0
// What leads to the streams of an organisation: their names, and a user of the account that has them. That
// user is the one that is named, whose creds are in the store, else the provider's own. No server is asked.
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nats/bus_names.h"
#include "nats/connection.h"
#include "provider/session.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/value.h"

namespace ghboot::provider {

// An error unless it is a login; while planning it may be unknown.
void check_organization(const tfplugin::Value<std::string>& organization, tfplugin::Diagnostics& diagnostics);

// Names of the organisation on the GitHub that the provider block leads to. Nothing, with an error.
std::optional<nats::BusNames> bus_names(const std::string& organization, const Session& session,
                                        tfplugin::Call& call);

// As a configuration names it: `account` is compared with that of the creds where it is set.
struct BusUser {
  tfplugin::Value<std::string> account, user;  // Known, or null.
};

// Errors for keys of another kind, and for an account's key in place of a user's.
void check_bus_user(const BusUser& user, tfplugin::Diagnostics& diagnostics);

// How to connect as that user. Nothing, with an error under `summary`.
std::optional<nats::ConnectOptions> connect_as(const BusUser& user, Session& session,
                                               std::string_view summary, tfplugin::Call& call);

}  // namespace ghboot::provider
