// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_resource.h"

#include <utility>

#include <fmt/format.h>

#include "provider/report.h"
#include "provider/webhook_create.h"
#include "provider/webhook_gone.h"
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

void forget_listing(Call& call) { call.private_state.erase(etag_entry); }

void remember_asker(const std::string& asker, Call& call) {
  if (asker.empty())
    call.private_state.erase(asker_entry);
  else
    call.private_state.set(asker_entry, asker);
}

void remember_listing(const std::string& etag, const std::string& asker, Call& call) {
  remember_asker(asker, call);
  if (etag.empty() || asker.empty()) return forget_listing(call);
  call.private_state.set(etag_entry, etag);
}

std::string remembered_etag(const std::string& asker, const Call& call) {
  if (asker.empty() || call.private_state.get(asker_entry) != asker) return "";
  return call.private_state.get(etag_entry).value_or("");
}

// Follows a rename or a transfer. False, with an error.
bool follow(const WebhookSite& site, WebhookModel& out, Call& call) {
  const auto now = present_name(site.client, site.home, site.wait);
  if (!now) {
    report(call.diagnostics, "Webhook not read", now.error(), site.home);
    return false;
  }
  if (same_home(*now, site.home)) return true;
  call.diagnostics.warning(
      "Repository that was renamed or transferred",
      fmt::format("The {} is {} now; the webhook {} is still there, and the state follows.",
                  described(site.home), shown_name(*now), *out.hook_id));
  remember_name(site.home, call);
  out.owner = tfplugin::CaseInsensitive{now->owner};
  out.repository = tfplugin::CaseInsensitive{now->repository};
  return true;
}

// Not among those that its home has. An OAuth app and a user do not see each other's webhooks of an
// organisation, so that only who has seen it before can tell.
std::nullopt_t say_not_listed(const WebhookSite& site, const WebhookModel& state, const std::string& asker,
                              Call& call) {
  if (site.home.repository.empty() && (asker.empty() || call.private_state.get(asker_entry) != asker)) {
    call.diagnostics.error(
        "Webhook not read",
        fmt::format("GitHub shows no {} to this token, and it is not the token that has seen it before: an "
                    "OAuth app and a user do not see each other's webhooks of an organisation. Use that "
                    "token again, or, where the webhook was deleted, remove it from the state (terraform "
                    "state rm).",
                    described(*state.hook_id, site.home)));
    return std::nullopt;
  }
  call.diagnostics.warning(
      "Webhook that is gone",
      fmt::format("GitHub has no {}: where it was there, it was deleted elsewhere{}.",
                  described(*state.hook_id, site.home),
                  site.home.repository.empty()
                      ? ""
                      : ", or this name belongs to another repository now and it is at the former one"));
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
    site.forget();
    const auto replaced = site.hooks().replace(*prior.hook_id, input_of(planned), site.wait);
    site.forget();
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
  return make_equal(site, before, planned, secret);
}

// Whether no other webhook of the home has the URL that this one is to get: two with one URL would be sent
// everything twice. False, with an error.
bool is_free(const WebhookSite& site, const WebhookModel& planned, Call& call) {
  const auto list = site.list();
  if (!list) return true;  // The change itself will say what that is.
  for (const github::Hook& other : with_url(*list, *planned.url)) {
    if (other.id == *planned.hook_id) continue;
    call.diagnostics.error(
        Path({"url"}), "Webhook with this URL that is there already",
        fmt::format(
            "GitHub has {} with the URL that this one, {}, is to get. Nothing was changed: delete one "
            "of them, or give this one another URL.",
            described(other.id, site.home), *planned.hook_id));
    return false;
  }
  return true;
}

// So that the next plan sets it again.
WebhookModel without_secret(WebhookModel model) {
  model.secret = model.secret_file = {};
  model.secret_wo_version = {};
  return model;
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
    warn_of_secret_file(*change.planned, change.call);
    return;
  }
  const auto moves = change.planned
                         ? plan_place(*prior, *change.config, *change.planned, *session, change.call)
                         : std::nullopt;
  if ((moves || !change.planned) && !may_go(prior->deletion_policy, doomed(*prior),
                                            moves ? "replaced" : "deleted", change.call.diagnostics))
    return;
  if (moves) {
    change.requires_replace.push_back(*moves);
    warn_of_missing_home(*change.planned, *session, change.call);
  } else if (change.planned) {
    warn_of_lost_secret(*prior, *change.planned, change.call);
  }
  if (change.planned && (moves || !same_secret(*prior, *change.planned)))
    warn_of_secret_file(*change.planned, change.call);
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
  remember_asker(session->github_asker(), call);
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
          fmt::format("The {} is not there any more: it was deleted, and its webhooks with it; or it was "
                      "transferred to where this token sees nothing, and they went along.",
                      described(site->home)));
    return std::nullopt;
  }
  WebhookModel out = state;
  if (!list->moved_to.empty() && !state.repository.is_null() && !follow(*site, out, call))
    return std::nullopt;
  if (list->not_modified) return out;
  const github::Hook* hook = with_id(*list, *state.hook_id);
  if (!hook) return say_not_listed(*site, state, asker, call);
  take_over(*hook, out, call);
  remember_listing(list->etag, asker, call);
  return out;
}

std::optional<WebhookModel> WebhookResource::update_thing(const WebhookModel& prior,
                                                          const WebhookModel& planned, Call& call) const {
  static constexpr auto summary = "Webhook not changed";
  const bool changes = changes_at_github(prior, planned);
  const bool verifies =
      *planned.verify_delivery && (changes || prior.verify_delivery != planned.verify_delivery);
  if (!changes && !verifies) return planned;
  const auto session = sessions_.current(call);
  const auto site = session ? site_of(*session, home_of(planned), call) : std::nullopt;
  if (!site) return std::nullopt;
  if (!changes) {
    verify_changed(*site, *prior.hook_id, call.diagnostics);
    return planned;
  }
  // What stays as it is, is not read again: the file that it came from may have gone.
  const auto secret = same_secret(prior, planned) ? nats::Secret() : secret_of(planned, call);
  if (!secret) return std::nullopt;
  if (prior.url != planned.url && !is_free(*site, planned, call)) return std::nullopt;
  forget_listing(call);
  const auto changed = change_hook(*site, prior, planned, *secret);
  if (!changed) {
    if (changed.error().kind != github::ErrorKind::missing)
      report(call.diagnostics, summary, changed.error(), site->home);
    else if (is_gone_after_all(*site, *prior.hook_id, summary, call))
      call.diagnostics.error(summary, fmt::format("GitHub has no {} any more. Plan again, to make a new one.",
                                                  described(*prior.hook_id, site->home)));
    // What was changed before it failed is seen by the next read; but nobody can see which secret it has.
    return secret->empty() || changed.error().kind != github::ErrorKind::unknown
               ? std::nullopt
               : std::optional(without_secret(prior));
  }
  if (verifies) verify_changed(*site, *prior.hook_id, call.diagnostics);
  return planned;
}

void WebhookResource::destroy_thing(const WebhookModel& state, Call& call) const {
  static constexpr auto summary = "Webhook not deleted";
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  const auto session = sessions_.current(call);
  const auto site = session ? site_of(*session, home_of(state), call) : std::nullopt;
  if (!site) return;
  if (session->hook_listings().is_ours(*state.hook_id)) {
    call.diagnostics.warning(
        "Webhook left in place",
        fmt::format("The resource that replaces this one was made first and took {}, which has its URL: it "
                    "is that resource's now and was not deleted.",
                    described(*state.hook_id, site->home)));
    return;
  }
  const auto removed = site->hooks().remove(*state.hook_id, site->wait);
  site->forget();
  if (!removed) report(call.diagnostics, summary, removed.error(), site->home);
  // GitHub answers 404 to a delete also where rights are missing: that it is gone is what a listing says.
  else if (!*removed)
    is_gone_after_all(*site, *state.hook_id, summary, call);
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
