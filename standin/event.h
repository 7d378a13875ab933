// SPDX-License-Identifier: Apache-2.0
// What happens becomes deliveries: one for each active hook that listens to it, of the repository and of its
// organisation, all under one GUID. They are new entries of the state and of call.sent; sending is another's
// work. Source: docs.github.com, "Webhook events and payloads". Threads: those of the call.
#pragma once

#include <string>
#include <string_view>

#include "standin/call.h"

namespace ghboot::standin {

struct Event {
  std::string name, action;  // "workflow_run", "completed"
  Json payload;              // Without repository, organization and sender, which are added.
};

// To all hooks of the repository and its organisation. Without a repository: to the organisation's. The GUID.
std::string emit(Call& call, const Owner* owner, const Repository* repository, const Event& event);
// To one hook, whatever it listens to.
void send_ping(Call& call, const Hook& hook);
// A push that did not happen, to this hook alone, if it listens to pushes.
void send_test(Call& call, const Hook& hook);
// The hook goes: if it listens to `meta`, it hears of it.
void send_deleted(Call& call, const Hook& hook);
void redeliver(Call& call, const Delivery& delivery);

// A push to a branch, without commits: what the control API and /tests send.
Json push_payload(const Repository& repository, std::string_view ref, std::string_view before,
                  std::string_view after);

}  // namespace ghboot::standin
