// SPDX-License-Identifier: Apache-2.0
// What a client sends to make or change a hook, read and checked. A member that was not sent is nothing,
// which is not the same as an empty one: a PATCH whose `config` lacks `secret` removes the secret. Source:
// docs.github.com, REST API, repository and organisation webhooks. Threads: any.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "standin/call.h"

namespace ghboot::standin {

struct ConfigInput {
  std::optional<std::string> url, content_type, secret, insecure_ssl;
};

struct HookInput {
  std::optional<std::string> name;
  std::optional<ConfigInput> config;
  std::optional<std::vector<std::string>> events, add_events, remove_events;
  std::optional<bool> active;
};

// The error is the 422 to answer.
std::expected<HookInput, Response> read_hook(const Json& body);
std::expected<ConfigInput, Response> read_config(const Json& config);

// As PATCH …/config and PATCH of the hook: what is not in it stays, or goes back to its default.
void merge_config(Hook& hook, const ConfigInput& config);
void replace_config(Hook& hook, const ConfigInput& config);
// Each event once, in the order given.
void set_events(Hook& hook, const std::vector<std::string>& events);

// Whether the state may have the hook: URL, events, duplicates, the number per event. The hook itself does
// not count.
std::expected<void, Response> check_hook(const State& state, const Hook& hook);

}  // namespace ghboot::standin
