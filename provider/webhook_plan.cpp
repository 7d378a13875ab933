// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "nats/text_parts.h"
#include "provider/webhook_create.h"

namespace ghboot::provider {
namespace {

using tfplugin::Path;
using Name = Value<tfplugin::CaseInsensitive>;

constexpr std::string_view names_entry = "former_names";

// Who owns it by the configuration; unknown, or null: nobody is named.
Name wanted_owner(const WebhookModel& config, const Session& session) {
  if (!config.organization.is_null()) return config.organization;
  if (!config.owner.is_null()) return config.owner;
  if (!session.github_is_known()) return Name::unknown();
  if (session.github_owner().empty()) return {};
  return tfplugin::CaseInsensitive{session.github_owner()};
}

bool same_name(const Name& a, const Name& b) {
  if (!a.is_known() || !b.is_known()) return a == b;
  return same_home({.owner = a->text}, {.owner = b->text});
}

bool was_called(const github::HookHome& home, const tfplugin::Call& call) {
  const auto names = nats::listed_in(call.private_state.get(names_entry).value_or(""), ',');
  return std::ranges::find(names, lower_name(home)) != names.end();
}

// Another repository may have got that name since. What cannot be asked is taken to be as it was.
bool still_leads_to(const github::HookHome& named, const github::HookHome& home, Session& session,
                    tfplugin::Call& call) {
  if (!session.github_is_known()) return true;
  const auto site = site_of(session, named, call);
  if (!site) return true;
  const auto now = present_name(site->client, named, site->wait);
  return !now || same_home(*now, home);
}

void warn_of_takeover(const WebhookSite& site, const github::Hook& hook, const WebhookModel& planned,
                      tfplugin::Call& call) {
  std::string changes = differences(planned, hook);
  const bool is_equal = changes.empty();
  if (has_secret(planned)) changes += "  secret: will be set to the configured one\n";
  if (*planned.adopt_existing)
    call.diagnostics.warning(
        Path({"adopt_existing"}), "Existing webhook that will be taken over",
        fmt::format("GitHub has {} with this URL. {}{}", described(hook.id, site.home),
                    changes.empty() ? "It is as configured." : "This will change:\n", changes));
  else
    call.diagnostics.warning(
        Path({"url"}), "Webhook with this URL that is there already",
        fmt::format("GitHub has {} with this URL. {}\n{}", described(hook.id, site.home),
                    is_equal ? "The apply takes it, as after a create that was cut off, and destroying this "
                               "resource deletes it. If it is somebody else's, give this one another URL."
                             : "It is not as configured, so that the apply will refuse it. Import it, or set "
                               "adopt_existing = true:",
                    changes));
}

// What a create will find, where all that it takes is known.
void plan_takeover(const WebhookModel& planned, Session& session, tfplugin::Call& call) {
  const bool all_known = planned.url.is_known() && planned.events.is_known() &&
                         planned.content_type.is_known() && planned.active.is_known() &&
                         planned.insecure_ssl.is_known() && planned.owner.is_known() &&
                         !planned.repository.is_unknown();
  if (!all_known || !session.github_is_known()) return;
  const auto site = site_of(session, home_of(planned), call);
  if (!site) return;
  const auto list = site->list();
  if (!list) return;  // What it is, create will see and say.
  const auto there = with_url(*list, *planned.url);
  if (there.size() > 1 && *planned.adopt_existing) refuse_several(*site, there, call);
  if (there.size() == 1) warn_of_takeover(*site, there.front(), planned, call);
}

}  // namespace

void remember_name(const github::HookHome& former, tfplugin::Call& call) {
  if (was_called(former, call)) return;
  const std::string before = call.private_state.get(names_entry).value_or("");
  call.private_state.set(names_entry, before + (before.empty() ? "" : ",") + lower_name(former));
}

void plan_new(const WebhookModel& config, WebhookModel& planned, Session& session, tfplugin::Call& call) {
  planned.owner = wanted_owner(config, session);
  if (planned.owner.is_null()) {
    planned.owner = Name::unknown();
    refuse_no_owner(call);
    return;
  }
  if (planned.adopt_existing.is_unknown()) return;
  plan_takeover(planned, session, call);
  if (*planned.adopt_existing) return;
  planned.adopted = false;
  if (config.deletion_policy.is_null()) planned.deletion_policy = "delete";
}

bool settle_owner(WebhookModel& planned, const Session& session, tfplugin::Call& call) {
  if (planned.owner.is_known()) return true;
  WebhookModel without = planned;
  without.owner = Name();
  planned.owner = wanted_owner(without, session);
  if (!planned.owner.is_known()) refuse_no_owner(call);
  return planned.owner.is_known();
}

std::optional<Path> plan_place(const WebhookModel& prior, const WebhookModel& config, WebhookModel& planned,
                               Session& session, tfplugin::Call& call) {
  Name owner = wanted_owner(config, session);
  if (owner.is_null() || (owner.is_unknown() && config.owner.is_null() && config.organization.is_null()))
    owner = prior.owner;
  const bool same_repository = same_name(config.repository, prior.repository);
  const bool same_owner = same_name(owner, prior.owner);
  const bool same_kind = config.repository.is_null() == prior.repository.is_null();
  if (same_kind && same_repository && same_owner) return std::nullopt;
  if (same_kind && config.repository.is_known() && owner.is_known()) {
    const github::HookHome named{.owner = owner->text, .repository = config.repository->text};
    if (was_called(named, call) && still_leads_to(named, home_of(prior), session, call)) {
      planned.repository = prior.repository;
      planned.owner = prior.owner;
      call.diagnostics.warning(
          Path({"repository"}), "Repository that has another name now",
          fmt::format(
              "The repository {} was renamed or transferred and is {} now; its webhook is still there. "
              "Write that name in the configuration.",
              shown_name(named), shown_name(home_of(prior))));
      return std::nullopt;
    }
  }
  if (config.owner.is_null()) planned.owner = owner;
  if (!same_kind) return Path({config.repository.is_null() ? "organization" : "repository"});
  if (!same_repository) return Path({"repository"});
  return Path({config.organization.is_null() ? "owner" : "organization"});
}

void warn_of_missing_home(const WebhookModel& planned, Session& session, tfplugin::Call& call) {
  if (!planned.owner.is_known() || planned.repository.is_unknown() || !session.github_is_known()) return;
  const auto site = site_of(session, home_of(planned), call);
  if (!site || site->list()) return;
  call.diagnostics.warning(
      Path({planned.repository.is_null() ? "organization" : "repository"}), "Webhook that may be lost",
      fmt::format("GitHub shows no webhooks of the {} to this token now. Unless that is made before, the "
                  "apply deletes the webhook that is there and cannot make the new one: look at the name and "
                  "at the token's rights.",
                  described(site->home)));
}

void warn_of_lost_secret(const WebhookModel& prior, const WebhookModel& planned, tfplugin::Call& call) {
  if (has_secret(planned) || !has_secret(prior)) return;
  call.diagnostics.warning(
      "Webhook that will have no secret",
      "The configuration names no secret any more, and GitHub will forget the one that it "
      "has: what is sent will not be signed.");
}

}  // namespace ghboot::provider
