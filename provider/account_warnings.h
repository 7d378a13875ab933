// SPDX-License-Identifier: Apache-2.0
// What a plan of an account, or of a user, warns of although the servers would take it. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nats/server_version.h"
#include "provider/account_model.h"
#include "provider/session.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

// Signing keys leave an account of this name: which users of the store lose their creds by that.
void warn_of_removed_keys(Session& session, std::string_view account_name,
                          const std::vector<std::string>& keys, tfplugin::Call& call);

struct NeededVersion {
  tfplugin::Path path;
  nats::ServerVersion since;
  std::string consequence;  // What servers before that make of it: "let users in as if it were not there".
};

// Of claims that not every supported server knows.
std::vector<NeededVersion> claims_of_newer_servers(const ClaimsModel& claims);
std::vector<NeededVersion> rights_of_newer_servers(const RightsModel& user);
// Asks each server for its version, for a few seconds. Where nobody can be asked nothing is said: the apply
// will say why.
void warn_of_old(Session& session, const std::vector<NeededVersion>& needed, tfplugin::Call& call);

}  // namespace ghboot::provider
