// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_create.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provider/webhook_gone.h"
#include "provider/webhook_secret.h"

namespace ghboot::provider {
namespace {

constexpr auto summary = "Webhook not created";

using tfplugin::Path;

std::nullopt_t refuse_own(const WebhookSite& site, const github::Hook& hook, tfplugin::Call& call) {
  call.diagnostics.error(Path({"url"}), "Webhook that another resource has",
                         fmt::format("Another resource of this configuration has {}, which has this URL: two "
                                     "would change and delete the same one. Leave one of them out, or give "
                                     "it another URL.",
                                     described(hook.id, site.home)));
  return std::nullopt;
}

void refuse_other(const WebhookSite& site, const github::Hook& hook, const std::string& differing,
                  tfplugin::Call& call) {
  call.diagnostics.error(
      Path({"url"}), "Webhook with this URL that is there already",
      fmt::format(
          "The {} has the webhook {} with this URL, and it is not as configured:\n{}Nothing was "
          "changed. Import it and see the plan:\n\n{}\n\nor set adopt_existing = true, which changes it "
          "as listed.",
          described(site.home), hook.id, differing, import_block(site.home, hook.id)));
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
      if (!list) return sent > 0 ? refused(lost_) : refuse_home(site_, list.error(), summary, call_);
      const auto there = with_url(*list, *planned_.url);
      if (there.size() > 1) return refuse_several(site_, there, call_);
      if (there.size() == 1) return sent > 0 ? found_own(there.front()) : take(there.front());
      if (sent == 2) return refused(lost_);
      site_.forget();
      auto made = send();
      site_.forget();
      if (made) return MadeWebhook{.hook = *std::move(made)};
      // After a lost one a conflict may be that one, which has come late.
      const bool is_open = made.error().kind == github::ErrorKind::unknown ||
                           (sent > 0 && made.error().kind == github::ErrorKind::conflict);
      if (!is_open) return refused(made.error());
      lost_ = made.error();
    }
  }

 private:
  std::nullopt_t refused(const github::Error& error) {
    report(call_.diagnostics, summary, error, site_.home);
    return std::nullopt;
  }

  github::Result<github::Hook> send() {
    github::HookInput input = input_of(planned_);
    input.secret = secret_;
    return site_.hooks().create(input, site_.wait);
  }

  // What our own request made, although its answer was lost; an equal one of another's in the same moment
  // would have another secret, so that ours is set.
  std::optional<MadeWebhook> found_own(const github::Hook& hook) {
    if (!differences(planned_, hook).empty()) return take(hook);
    if (!changed(hook)) return std::nullopt;
    return MadeWebhook{.hook = hook};
  }

  // False, with an error.
  bool changed(const github::Hook& hook) {
    const auto done = make_equal(site_, hook, planned_, secret_);
    if (!done) report(call_.diagnostics, "Webhook not changed", done.error(), site_.home);
    return done.has_value();
  }

  std::optional<MadeWebhook> take(const github::Hook& hook) {
    if (site_.session.hook_listings().is_ours(hook.id)) return refuse_own(site_, hook, call_);
    const auto differing = differences(planned_, hook);
    const bool adopts = planned_.adopt_existing.value_or(false);
    if (!differing.empty() && !adopts) {
      refuse_other(site_, hook, differing, call_);
      return std::nullopt;
    }
    if (!changed(hook)) return std::nullopt;
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

// The config is the last, as it may hold the secret: what fails before has not changed that.
github::Result<void> write(const WebhookSite& site, std::int64_t id, const github::HookChange& change,
                           const github::ConfigChange& config) {
  const bool has_change = change.events || change.active;
  const bool has_config = config.url || config.content_type || config.insecure_ssl || config.secret;
  if (!has_change && !has_config) return {};
  site.forget();
  github::Result<void> done;
  if (has_change)
    if (const auto changed = site.hooks().change(id, change, site.wait); !changed)
      done = std::unexpected(changed.error());
  if (done && has_config) done = site.hooks().change_config(id, config, site.wait);
  site.forget();
  return done;
}

}  // namespace

std::nullopt_t refuse_several(const WebhookSite& site, const std::vector<github::Hook>& hooks,
                              tfplugin::Call& call) {
  std::vector<std::int64_t> ids;
  for (const github::Hook& hook : hooks) ids.push_back(hook.id);
  call.diagnostics.error(
      Path({"url"}), "Several webhooks with this URL",
      fmt::format(
          "The {} has webhooks {} with this URL, and it cannot be told which one is meant. Import one "
          "of them, or delete all but one:\n\n{}",
          described(site.home), fmt::join(ids, ", "), import_block(site.home, hooks.front().id)));
  return std::nullopt;
}

std::string import_block(const github::HookHome& home, std::int64_t id) {
  return fmt::format("import {{\n  to = ghboot_webhook.NAME\n  id = \"{}/{}\"\n}}", shown_name(home), id);
}

github::Result<void> make_equal(const WebhookSite& site, const github::Hook& hook,
                                const WebhookModel& planned, const nats::Secret& secret) {
  github::HookChange change;
  if (std::set(hook.events.begin(), hook.events.end()) != *planned.events)
    change.events = input_of(planned).events;
  if (hook.active != *planned.active) change.active = *planned.active;
  github::ConfigChange config;
  if (hook.url != *planned.url) config.url = *planned.url;
  if (hook.content_type != *planned.content_type) config.content_type = *planned.content_type;
  if (hook.insecure_ssl != *planned.insecure_ssl) config.insecure_ssl = *planned.insecure_ssl;
  if (!secret.empty()) config.secret = secret;
  return write(site, hook.id, change, config);
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
  auto made = Maker(site, planned, *secret, call).make();
  if (made) site.session.hook_listings().keep(made->hook.id);
  return made;
}

}  // namespace ghboot::provider
