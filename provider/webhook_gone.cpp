// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_gone.h"

#include <string>

#include <fmt/format.h>

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Path;

void say_organization_is_away(const WebhookSite& site, std::string_view summary, Call& call) {
  call.diagnostics.error(
      Path({"organization"}), std::string(summary),
      fmt::format("GitHub has no {0} any more: it was deleted, or renamed, and then its webhooks are at its "
                  "new name. Remove this one from the state (terraform state rm); after a rename, import it "
                  "there by NEW-NAME/ID.",
                  described(site.home)));
}

// True: there is no such home. False, with an error: it is not that, or nobody can tell, perhaps with
// `advice`.
bool is_away(const WebhookSite& site, const github::Error& error, std::string_view summary,
             std::string_view advice, Call& call) {
  if (error.kind != github::ErrorKind::missing) {
    report(call.diagnostics, std::string(summary), error, site.home);
    return false;
  }
  const auto gone = is_gone(site.client, site.home, error, advice, site.wait);
  if (!gone) report(call.diagnostics, std::string(summary), gone.error(), site.home);
  return gone.value_or(false);
}

}  // namespace

bool is_gone_with_home(const WebhookSite& site, const github::Error& error, std::string_view summary,
                       Call& call) {
  if (!is_away(site, error, summary,
               "If it was deleted, remove the webhook from the state (terraform state rm).", call))
    return false;
  // GitHub does not lead from an organisation's old name to its new one.
  if (site.home.repository.empty()) say_organization_is_away(site, summary, call);
  return !site.home.repository.empty();
}

std::nullopt_t refuse_home(const WebhookSite& site, const github::Error& error, std::string_view summary,
                           Call& call) {
  if (is_away(site, error, summary, "Look at its name too.", call))
    call.diagnostics.error(
        Path({site.home.repository.empty() ? "organization" : "repository"}), std::string(summary),
        fmt::format("There is no {} on GitHub: look at its name, or make it first.", described(site.home)));
  return std::nullopt;
}

bool is_gone_after_all(const WebhookSite& site, std::int64_t id, std::string_view summary, Call& call) {
  site.forget();
  const auto list = site.list();
  if (!list) return is_gone_with_home(site, list.error(), summary, call);
  if (!with_id(*list, id)) return true;
  const bool of_repository = !site.home.repository.empty();
  call.diagnostics.error(
      std::string(summary),
      fmt::format(
          "GitHub shows {} to this token and does not take its change or deletion, so that a right is "
          "missing: a classic token needs the scope {}, every other one the permission \"Webhooks\" "
          "({}) to write.",
          described(id, site.home),
          of_repository ? "admin:repo_hook or repo (write:repo_hook does not delete)" : "admin:org_hook",
          of_repository ? "repository_hooks" : "organization_hooks"));
  return false;
}

}  // namespace ghboot::provider
