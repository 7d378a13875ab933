// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_site.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "provider/report.h"

namespace ghboot::provider {
namespace {

bool says(const github::Error& error, std::string_view words) {
  return error.github_message.contains(words) ||
         std::ranges::any_of(error.errors, [&](const github::FieldError& one) {
           return one.message.contains(words) || one.field.contains(words);
         });
}

// GitHub's own words are not promised, so that they only add advice and decide nothing.
std::string advice(const github::Error& error, const github::HookHome& home) {
  if (error.kind == github::ErrorKind::refused && says(error, "archived"))
    return fmt::format(
        " The {} is archived and takes no change: unarchive it first, or leave the webhook as it "
        "is (deletion_policy = \"retain\" lets Terraform forget it).",
        described(home));
  if (says(error, "cannot have more than"))
    return fmt::format(
        " The {} has as many webhooks for that event as GitHub allows: delete one that is not "
        "needed, or let one webhook serve several receivers.",
        described(home));
  if (error.kind == github::ErrorKind::conflict)
    return fmt::format(
        " The {} has a webhook with this URL already: import it, or set adopt_existing = true.",
        described(home));
  if (error.kind == github::ErrorKind::missing)
    return " Plan again: the refresh tells whether it was deleted elsewhere or a right is missing.";
  if (error.kind == github::ErrorKind::unknown)
    return " Run terraform apply again, which looks first and goes on from what is there.";
  return "";
}

tfplugin::Path path_of(const github::Error& error) {
  if (error.kind == github::ErrorKind::conflict) return tfplugin::Path({"url"});
  if (error.kind != github::ErrorKind::invalid || error.status != 422) return {};
  if (says(error, "cannot have more than") || says(error, "events")) return tfplugin::Path({"events"});
  if (says(error, "url") || says(error, "URL")) return tfplugin::Path({"url"});
  return {};
}

}  // namespace

std::optional<WebhookSite> site_of(Session& session, github::HookHome home, tfplugin::Call& call) {
  auto* client = session.github(call);
  if (!client) return std::nullopt;
  return WebhookSite{.session = session, .client = *client, .home = std::move(home), .wait = wait_of(call)};
}

std::vector<github::Hook> with_url(const github::HookList& list, std::string_view url) {
  std::vector<github::Hook> out;
  for (const github::Hook& hook : list.hooks)
    if (hook.url == url) out.push_back(hook);
  return out;
}

const github::Hook* with_id(const github::HookList& list, std::int64_t id) {
  const auto found = std::ranges::find(list.hooks, id, &github::Hook::id);
  return found == list.hooks.end() ? nullptr : &*found;
}

void report(tfplugin::Diagnostics& diagnostics, std::string summary, const github::Error& error,
            const github::HookHome& home) {
  diagnostics.error(path_of(error), std::move(summary), sentence(error.message) + advice(error, home));
}

void refuse_no_owner(tfplugin::Call& call) {
  call.diagnostics.error(tfplugin::Path({"owner"}), "Repository without an owner",
                         "Neither `owner` nor the provider's github.owner (variable GITHUB_OWNER, else "
                         "GITHUB_ORG) says whose repository it is: set one of them.");
}

std::string described(std::int64_t id, const github::HookHome& home) {
  return fmt::format("webhook {} of {}", id, described(home));
}

}  // namespace ghboot::provider
