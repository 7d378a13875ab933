// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_create.h"

#include <utility>

#include <fmt/format.h>

#include "provider/webhook_secret.h"

namespace ghboot::provider {
namespace {

constexpr auto summary = "Webhook not created";

using tfplugin::Path;

std::string lines_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

std::nullopt_t refuse_several(const WebhookSite& site, const std::vector<github::Hook>& hooks,
                              tfplugin::Call& call) {
  std::string ids;
  for (const github::Hook& hook : hooks) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", hook.id);
  call.diagnostics.error(
      Path({"url"}), "Several webhooks with this URL",
      fmt::format(
          "The {} has webhooks {} with this URL, and it cannot be told which one is meant. Import one "
          "of them, or delete all but one:\n\n{}",
          described(site.home), ids, import_block(site.home, hooks.front().id)));
  return std::nullopt;
}

void refuse_other(const WebhookSite& site, const github::Hook& hook,
                  const std::vector<std::string>& differing, tfplugin::Call& call) {
  call.diagnostics.error(
      Path({"url"}), "Webhook with this URL that is there already",
      fmt::format(
          "The {} has the webhook {} with this URL, and it is not as configured:\n{}Nothing was "
          "changed. Import it and see the plan:\n\n{}\n\nor set adopt_existing = true, which changes it "
          "as listed.",
          described(site.home), hook.id, lines_of(differing), import_block(site.home, hook.id)));
}

class Maker {
 public:
  Maker(const WebhookSite& site, const WebhookModel& planned, const nats::Secret& secret,
        tfplugin::Call& call)
      : site_(site), planned_(planned), secret_(secret), call_(call) {}

  std::optional<MadeWebhook> make() {
    // As a rule the second answer settles it: a write that was lost twice is left to the next apply.
    for (int sent = 0;; ++sent) {
      const auto list = site_.list();
      if (!list) return sent > 0 ? refused(lost_) : not_listed(list.error());
      const auto there = with_url(*list, *planned_.url);
      if (there.size() > 1) return refuse_several(site_, there, call_);
      if (there.size() == 1) return sent > 0 ? found_own(there.front()) : take(there.front());
      if (sent == 2) return refused(lost_);
      site_.forget();
      auto made = send();
      site_.forget();
      if (made) return MadeWebhook{.hook = *std::move(made)};
      if (made.error().kind != github::ErrorKind::unknown) return refused(made.error());
      lost_ = made.error();
    }
  }

 private:
  std::nullopt_t refused(const github::Error& error) {
    report(call_.diagnostics, summary, error, site_.home);
    return std::nullopt;
  }

  std::nullopt_t not_listed(const github::Error& error) {
    if (error.kind != github::ErrorKind::missing) return refused(error);
    const auto gone = is_gone(site_.client, site_.home, error, site_.wait);
    if (!gone) return refused(gone.error());
    call_.diagnostics.error(Path({site_.home.repository.empty() ? "organization" : "repository"}), summary,
                            fmt::format("There is no {} on GitHub.", described(site_.home)));
    return std::nullopt;
  }

  github::Result<github::Hook> send() {
    github::HookInput input = input_of(planned_);
    input.secret = secret_;
    return site_.hooks().create(input, site_.wait);
  }

  // What our own request made, although its answer was lost. Another's of the same moment is taken as any.
  std::optional<MadeWebhook> found_own(const github::Hook& hook) {
    if (!differences(planned_, hook).empty()) return take(hook);
    return MadeWebhook{.hook = hook};
  }

  std::optional<MadeWebhook> take(const github::Hook& hook) {
    const auto differing = differences(planned_, hook);
    const bool adopts = planned_.adopt_existing.value_or(false);
    if (!differing.empty() && !adopts) {
      refuse_other(site_, hook, differing, call_);
      return std::nullopt;
    }
    site_.forget();
    const auto changed = make_equal(site_, hook, planned_, secret_);
    site_.forget();
    if (!changed) {
      report(call_.diagnostics, summary, changed.error(), site_.home);
      return std::nullopt;
    }
    if (!adopts)
      call_.diagnostics.warning(
          "Webhook that was there already",
          fmt::format(
              "GitHub had {} as it is configured, as after a create that was cut off: it was taken{}.",
              described(hook.id, site_.home), secret_.empty() ? "" : ", and its secret set"));
    return MadeWebhook{.hook = hook, .was_there = true, .adopted = adopts};
  }

  const WebhookSite& site_;
  const WebhookModel& planned_;
  const nats::Secret& secret_;
  tfplugin::Call& call_;
  github::Error lost_{};
};

}  // namespace

std::string import_block(const github::HookHome& home, std::int64_t id) {
  return fmt::format("import {{\n  to = ghboot_webhook.NAME\n  id = \"{}/{}\"\n}}", shown_name(home), id);
}

github::Result<void> make_equal(const WebhookSite& site, const github::Hook& hook,
                                const WebhookModel& planned, const nats::Secret& secret) {
  github::ConfigChange config;
  if (hook.url != *planned.url) config.url = *planned.url;
  if (hook.content_type != *planned.content_type) config.content_type = *planned.content_type;
  if (hook.insecure_ssl != *planned.insecure_ssl) config.insecure_ssl = *planned.insecure_ssl;
  if (!secret.empty()) config.secret = secret;
  if (config.url || config.content_type || config.insecure_ssl || config.secret)
    if (auto changed = site.hooks().change_config(hook.id, config, site.wait); !changed) return changed;
  github::HookChange change;
  if (std::set(hook.events.begin(), hook.events.end()) != *planned.events)
    change.events = input_of(planned).events;
  if (hook.active != *planned.active) change.active = *planned.active;
  if (!change.events && !change.active) return {};
  const auto changed = site.hooks().change(hook.id, change, site.wait);
  if (!changed) return std::unexpected(changed.error());
  return {};
}

std::optional<MadeWebhook> make_webhook(const WebhookSite& site, const WebhookModel& planned,
                                        tfplugin::Call& call) {
  const auto secret = secret_of(planned, call);
  if (!secret) return std::nullopt;
  const auto turn = site.session.hook_listings().making(site.home, site.wait);
  if (!turn) {
    call.diagnostics.error(summary,
                           fmt::format("Other webhooks of the {} were made meanwhile, and the time ran "
                                       "out, or Terraform was stopped. Run it again.",
                                       described(site.home)));
    return std::nullopt;
  }
  return Maker(site, planned, *secret, call).make();
}

}  // namespace ghboot::provider
