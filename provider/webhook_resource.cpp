// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_resource.h"

#include <utility>

#include <fmt/format.h>

#include "provider/report.h"
#include "provider/webhook_create.h"
#include "provider/webhook_import.h"
#include "provider/webhook_ping.h"
#include "provider/webhook_plan.h"
#include "provider/webhook_secret.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

// Entries of the private state: the listing that the state agrees with, and who asked for it.
constexpr std::string_view etag_entry = "etag";
constexpr std::string_view asker_entry = "asker";

Doomed doomed(const WebhookModel& state) {
  return {.kind = "Webhook",
          .name = "of " + described(home_of(state)),
          .public_key = std::to_string(state.hook_id.value_or(0)),
          .in_store = false};
}

void forget_listing(Call& call) {
  call.private_state.erase(etag_entry);
  call.private_state.erase(asker_entry);
}

void remember_listing(const std::string& etag, const std::string& asker, Call& call) {
  if (etag.empty() || asker.empty()) return forget_listing(call);
  call.private_state.set(etag_entry, etag);
  call.private_state.set(asker_entry, asker);
}

std::string remembered_etag(const std::string& asker, const Call& call) {
  if (asker.empty() || call.private_state.get(asker_entry) != asker) return "";
  return call.private_state.get(etag_entry).value_or("");
}

// The home does not show its webhooks: true, it is gone. False, with an error.
bool is_gone_with_home(const WebhookSite& site, const github::Error& error, std::string_view summary,
                       Call& call) {
  if (error.kind != github::ErrorKind::missing) {
    report(call.diagnostics, std::string(summary), error, site.home);
    return false;
  }
  const auto gone = is_gone(site.client, site.home, error, site.wait);
  if (!gone) report(call.diagnostics, std::string(summary), gone.error(), site.home);
  return gone.value_or(false);
}

// Follows a rename or a transfer. False, with an error.
bool follow(const WebhookSite& site, WebhookModel& out, Call& call) {
  const auto now = present_name(site.client, site.home, site.wait);
  if (!now) {
    report(call.diagnostics, "Webhook not read", now.error(), site.home);
    return false;
  }
  if (same_home(*now, site.home)) return true;
  call.diagnostics.warning("Repository that was renamed or transferred",
                           fmt::format("{} is {} now; the webhook {} is still there, and the state follows.",
                                       sentence(described(site.home)), shown_name(*now), *out.hook_id));
  remember_name(site.home, call);
  out.owner = tfplugin::CaseInsensitive{now->owner};
  out.repository = tfplugin::CaseInsensitive{now->repository};
  return true;
}

std::nullopt_t say_gone(const WebhookSite& site, const WebhookModel& state, Call& call) {
  call.diagnostics.warning(
      "Webhook that is gone",
      fmt::format(
          "GitHub has no {} any more: it was deleted elsewhere. Where the token is of another kind than "
          "before, look first: an OAuth app and a user do not see each other's webhooks of an "
          "organisation.",
          described(*state.hook_id, site.home)));
  return std::nullopt;
}

// Drift that no attribute shows by its name.
void take_over(const github::Hook& hook, WebhookModel& out, Call& call) {
  const bool had_secret = has_secret(out);
  fill(hook, out);
  if (had_secret && !hook.has_secret)
    call.diagnostics.warning(
        "Webhook that lost its secret",
        fmt::format(
            "The secret of {} was removed elsewhere, and GitHub signs nothing: the plan sets it again.",
            described(hook.id, home_of(out))));
}

// All of a change but the secret's removal, which GitHub knows only as a whole new config.
github::Result<void> change_hook(const WebhookSite& site, const WebhookModel& prior,
                                 const WebhookModel& planned, const nats::Secret& secret) {
  if (!has_secret(planned) && has_secret(prior)) {
    const auto replaced = site.hooks().replace(*prior.hook_id, input_of(planned), site.wait);
    if (!replaced) return std::unexpected(replaced.error());
    return {};
  }
  github::Hook before;
  before.id = *prior.hook_id;
  before.active = *prior.active;
  before.events = {prior.events->begin(), prior.events->end()};
  before.url = *prior.url;
  before.content_type = *prior.content_type;
  before.insecure_ssl = *prior.insecure_ssl;
  return make_equal(site, before, planned, same_secret(prior, planned) ? nats::Secret() : secret);
}

bool changes_at_github(const WebhookModel& prior, const WebhookModel& planned) {
  return prior.url != planned.url || prior.content_type != planned.content_type ||
         prior.events != planned.events || prior.active != planned.active ||
         prior.insecure_ssl != planned.insecure_ssl || !same_secret(prior, planned);
}

}  // namespace

WebhookResource::WebhookResource(const Sessions& sessions)
    : Resource(
          "A webhook of a repository or an organisation on GitHub. Its secret is in no plan and no state "
          "unless `secret` is used.",
          {.identity_changes = true}),
      sessions_(sessions) {}

void WebhookResource::check(const WebhookModel& config, Diagnostics& diagnostics) const {
  check_events(config, diagnostics);
  check_secrets(config, diagnostics);
}

void WebhookResource::plan_change(PlannedChange change) const {
  const auto session = sessions_.current(change.call);
  if (!session) return;
  const WebhookModel* prior = change.prior;
  if (!prior) {
    plan_new(*change.config, *change.planned, *session, change.call);
    return;
  }
  const auto moves = change.planned
                         ? plan_place(*prior, *change.config, *change.planned, *session, change.call)
                         : std::nullopt;
  if ((moves || !change.planned) && !may_go(prior->deletion_policy, doomed(*prior),
                                            moves ? "replaced" : "deleted", change.call.diagnostics))
    return;
  if (moves)
    change.requires_replace.push_back(*moves);
  else if (change.planned)
    warn_of_lost_secret(*prior, *change.planned, change.call);
}

std::optional<WebhookModel> WebhookResource::create_thing(const WebhookModel& planned, Call& call) const {
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  WebhookModel out = planned;
  if (!settle_owner(out, *session, call)) return std::nullopt;
  const auto site = site_of(*session, home_of(out), call);
  const auto made = site ? make_webhook(*site, out, call) : std::nullopt;
  if (!made) return std::nullopt;
  out.hook_id = made->hook.id;
  out.ping_url = made->hook.ping_url;
  out.deliveries_url = made->hook.deliveries_url;
  if (out.adopted.is_unknown()) out.adopted = made->adopted;
  if (out.deletion_policy.is_unknown()) out.deletion_policy = *out.adopted ? "retain" : "delete";
  forget_listing(call);
  if (*out.verify_delivery)
    (made->was_there ? verify_changed : verify_new)(*site, made->hook.id, call.diagnostics);
  return out;
}

std::optional<WebhookModel> WebhookResource::read_thing(const WebhookModel& state, Call& call) const {
  static constexpr auto summary = "Webhook not read";
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (!session->can_refresh_github("Webhook not refreshed", call)) return state;
  const auto site = site_of(*session, home_of(state), call);
  if (!site) return std::nullopt;
  const std::string asker = session->github_asker();
  const auto list =
      session->hook_listings().get(site->client, site->home, remembered_etag(asker, call), site->wait);
  if (!list) {
    if (is_gone_with_home(*site, list.error(), summary, call))
      call.diagnostics.warning(
          "Webhook that is gone",
          fmt::format("The {} was deleted, and its webhooks with it.", described(site->home)));
    return std::nullopt;
  }
  WebhookModel out = state;
  if (!list->moved_to.empty() && !state.repository.is_null() && !follow(*site, out, call))
    return std::nullopt;
  if (list->not_modified) return out;
  const github::Hook* hook = with_id(*list, *state.hook_id);
  if (!hook) return say_gone(*site, state, call);
  take_over(*hook, out, call);
  remember_listing(list->etag, asker, call);
  return out;
}

std::optional<WebhookModel> WebhookResource::update_thing(const WebhookModel& prior,
                                                          const WebhookModel& planned, Call& call) const {
  static constexpr auto summary = "Webhook not changed";
  if (!changes_at_github(prior, planned)) return planned;
  const auto session = sessions_.current(call);
  const auto site = session ? site_of(*session, home_of(planned), call) : std::nullopt;
  const auto secret = site ? secret_of(planned, call) : std::nullopt;
  if (!secret) return std::nullopt;
  site->forget();
  forget_listing(call);
  const auto changed = change_hook(*site, prior, planned, *secret);
  site->forget();
  if (!changed) {
    // What was changed before it failed is seen by the next read.
    report(call.diagnostics, summary, changed.error(), site->home);
    return std::nullopt;
  }
  if (*planned.verify_delivery) verify_changed(*site, *prior.hook_id, call.diagnostics);
  return planned;
}

void WebhookResource::destroy_thing(const WebhookModel& state, Call& call) const {
  static constexpr auto summary = "Webhook not deleted";
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  const auto site = session ? site_of(*session, home_of(state), call) : std::nullopt;
  if (!site) return;
  // GitHub answers 404 to a delete also where rights are missing: that it is gone is what a listing says.
  const auto list = site->list();
  if (!list) {
    is_gone_with_home(*site, list.error(), summary, call);
    return;
  }
  if (!with_id(*list, *state.hook_id)) return;
  const auto removed = site->hooks().remove(*state.hook_id, site->wait);
  site->forget();
  if (!removed) report(call.diagnostics, summary, removed.error(), site->home);
}

std::optional<WebhookModel> WebhookResource::import_thing(const std::string& id, Call& call) const {
  const auto session = sessions_.current(call);
  return session ? import_webhook(*session, id, call) : std::nullopt;
}

std::optional<WebhookModel> WebhookResource::import_identity_thing(const WebhookModel& known,
                                                                   Call& /*call*/) const {
  return imported(known);
}

}  // namespace ghboot::provider
