// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_model.h"

#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "github/event_names.h"
#include "github/login.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

std::set<std::string> events_of(const github::Hook& hook) { return {hook.events.begin(), hook.events.end()}; }

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

void IsLogin::check(const tfplugin::cty::Type&, const tfplugin::cty::Value& value, const Path& path,
                    Diagnostics& diagnostics) const {
  const auto* text = value.get<std::string>();
  if (!text || github::is_login(*text)) return;
  diagnostics.error(path, "Text of another form",
                    fmt::format("\"{}\" is \"{}\"; expected is the name of a user or an organisation: {}.",
                                path.text(), *text, github::login_words));
}

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

std::string differences(const WebhookModel& model, const github::Hook& hook) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& is, const std::string& wanted) {
    if (is != wanted) out += fmt::format("  {}: {}, wanted is {}\n", name, is, wanted);
  };
  add("content_type", hook.content_type, *model.content_type);
  add("events", fmt::format("{}", fmt::join(events_of(hook), ", ")),
      fmt::format("{}", fmt::join(*model.events, ", ")));
  add("active", fmt::format("{}", hook.active), fmt::format("{}", *model.active));
  add("insecure_ssl", fmt::format("{}", hook.insecure_ssl), fmt::format("{}", *model.insecure_ssl));
  if (has_secret(model) && !hook.has_secret) add("secret", "none", "one");
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
