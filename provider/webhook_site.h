// SPDX-License-Identifier: Apache-2.0
// What every step of a webhook's life works with: the client, the home, the time of the call; and how what
// GitHub refused is told. Threads: one call's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provider/session.h"
#include "provider/webhook_home.h"
#include "provider/webhook_model.h"

namespace ghboot::provider {

struct WebhookSite {
  Session& session;
  github::Client& client;
  github::HookHome home;
  github::Wait wait;

  github::Hooks hooks() const { return {client, home}; }
  // Of the whole listing, asked anew unless one of this process is still true.
  github::Result<github::HookList> list() const {
    return session.hook_listings().get(client, home, "", wait);
  }
  void forget() const { session.hook_listings().forget(home); }
};

// Nothing, with an error, where GitHub is not configured.
std::optional<WebhookSite> site_of(Session& session, github::HookHome home, tfplugin::Call& call);

std::vector<github::Hook> with_url(const github::HookList& list, std::string_view url);
const github::Hook* with_id(const github::HookList& list, std::int64_t id);

// `summary` says what did not happen. What the home has to do with it (archived, full) is said too.
void report(tfplugin::Diagnostics& diagnostics, std::string summary, const github::Error& error,
            const github::HookHome& home);

// Neither the configuration nor the provider says whose repository it is.
void refuse_no_owner(tfplugin::Call& call);

// "webhook 12 of repository acme/shop".
std::string described(std::int64_t id, const github::HookHome& home);

}  // namespace ghboot::provider
