// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "github/event_names.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

std::set<std::string> events_of(const github::Hook& hook) { return {hook.events.begin(), hook.events.end()}; }

std::string listed(const std::set<std::string>& events) {
  std::string out;
  for (const std::string& event : events) out += (out.empty() ? "" : ", ") + event;
  return out;
}

struct Difference {
  std::string_view name;
  std::string is, wanted;
};

std::vector<Difference> compared(const WebhookModel& model, const github::Hook& hook) {
  std::vector<Difference> out;
  const auto add = [&](std::string_view name, const std::string& is, const std::string& wanted) {
    if (is != wanted) out.push_back({name, is, wanted});
  };
  const auto word = [](bool value) { return value ? "true" : "false"; };
  add("content_type", hook.content_type, *model.content_type);
  add("events", listed(events_of(hook)), listed(*model.events));
  add("active", word(hook.active), word(*model.active));
  add("insecure_ssl", word(hook.insecure_ssl), word(*model.insecure_ssl));
  if (has_secret(model) && !hook.has_secret) out.push_back({"secret", "none", "one"});
  return out;
}

void check_event(const std::string& event, const WebhookModel& config, Diagnostics& diagnostics) {
  const bool of_organization = !config.organization.is_null();
  if (github::app_event(event))
    diagnostics.error(Path({"events"}), "Event that no webhook gets",
                      fmt::format("\"{}\" is sent to GitHub Apps alone; webhooks of repositories and "
                                  "organisations cannot have it. Runs of workflows are told by workflow_run "
                                  "and workflow_job.",
                                  event));
  else if (!of_organization && github::hook_event_known(event, true) &&
           !github::hook_event_known(event, false))
    diagnostics.error(
        Path({"events"}), "Event of organisations alone",
        fmt::format("\"{}\" is an event of organisations: a webhook of one, with `organization` in place "
                    "of `repository`, gets it.",
                    event));
  else if (!github::hook_event_known(event, of_organization))
    diagnostics.warning(
        Path({"events"}), "Event that is not known here",
        fmt::format(
            "\"{}\" is none of the events that were known when this provider was made. GitHub refuses "
            "the webhook if there is none of that name.",
            event));
}

}  // namespace

github::HookHome home_of(const WebhookModel& model) {
  if (!model.organization.is_null()) return {.owner = model.organization->text};
  return {.owner = model.owner->text, .repository = model.repository->text};
}

github::HookInput input_of(const WebhookModel& model) {
  return {.url = *model.url,
          .content_type = *model.content_type,
          .insecure_ssl = *model.insecure_ssl,
          .active = *model.active,
          .events = {model.events->begin(), model.events->end()}};
}

bool has_secret(const WebhookModel& model) {
  return !model.secret.is_null() || !model.secret_file.is_null() || !model.secret_wo_version.is_null();
}

bool same_secret(const WebhookModel& a, const WebhookModel& b) {
  return a.secret == b.secret && a.secret_file == b.secret_file && a.secret_wo_version == b.secret_wo_version;
}

std::vector<std::string> differences(const WebhookModel& model, const github::Hook& hook) {
  std::vector<std::string> out;
  for (const Difference& one : compared(model, hook))
    out.push_back(fmt::format("{}: {}, wanted is {}", one.name, one.is, one.wanted));
  return out;
}

std::vector<std::string> different(const WebhookModel& model, const github::Hook& hook) {
  std::vector<std::string> out;
  for (const Difference& one : compared(model, hook)) out.emplace_back(one.name);
  return out;
}

void fill(const github::Hook& hook, WebhookModel& model) {
  model.hook_id = hook.id;
  model.url = hook.url;
  model.content_type = hook.content_type;
  model.events = events_of(hook);
  model.active = hook.active;
  model.insecure_ssl = hook.insecure_ssl;
  model.ping_url = hook.ping_url;
  model.deliveries_url = hook.deliveries_url;
  if (hook.has_secret) return;
  model.secret = model.secret_file = Value<std::string>();
  model.secret_wo_version = Value<std::int64_t>();
}

void check_events(const WebhookModel& config, Diagnostics& diagnostics) {
  if (!config.events.is_known()) return;
  for (const std::string& event : *config.events) check_event(event, config, diagnostics);
}

void check_secrets(const WebhookModel& config, Diagnostics& diagnostics) {
  const auto check = [&](const char* name, const Value<std::string>& secret) {
    if (secret.is_known() && *secret == github::secret_mask)
      diagnostics.error(Path({name}), "Mask in a secret's place",
                        fmt::format("`{}` is \"{}\", which is what GitHub shows in the place of a secret and "
                                    "would take for a new one: give the secret itself, or leave it out.",
                                    name, github::secret_mask));
  };
  check("secret_wo", config.secret_wo);
  check("secret", config.secret);
}

}  // namespace ghboot::provider
