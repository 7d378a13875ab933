// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_import.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "github/login.h"
#include "nats/text_parts.h"
#include "provider/webhook_gone.h"

namespace ghboot::provider {
namespace {

constexpr auto summary = "Webhook not imported";

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || out < 1) return std::nullopt;
  return out;
}

bool is_repository(std::string_view text) {
  tfplugin::Diagnostics said;
  a_repository.check(tfplugin::cty::Type::string(), std::string(text), {}, said);
  return said.list().empty();
}

std::optional<github::HookHome> home_in(std::string_view text) {
  const auto parts = nats::parts_of(text, '/');
  if (parts.size() > 2 || !github::is_login(parts[0]) || (parts.size() == 2 && !is_repository(parts[1])))
    return std::nullopt;
  return github::HookHome{.owner = std::string(parts[0]),
                          .repository = parts.size() == 2 ? std::string(parts[1]) : ""};
}

std::optional<std::int64_t> refuse_id(const ImportId& wanted, std::size_t count, tfplugin::Call& call) {
  call.diagnostics.error(
      summary,
      fmt::format("The {} has no webhook {} among the {} that GitHub shows to this token. The number "
                  "is at the end of its address in the settings.",
                  described(wanted.home), wanted.hook_id, count));
  return std::nullopt;
}

// Of what the home has, the one that is meant; nothing, with an error.
std::optional<std::int64_t> find(Session& session, const ImportId& wanted, tfplugin::Call& call) {
  const auto site = site_of(session, wanted.home, call);
  if (!site) return std::nullopt;
  const auto list = site->list();
  if (!list) return refuse_home(*site, list.error(), summary, call);
  if (wanted.url.empty())
    return with_id(*list, wanted.hook_id) ? std::optional(wanted.hook_id)
                                          : refuse_id(wanted, list->hooks.size(), call);
  const auto found = with_url(*list, wanted.url);
  if (found.size() == 1) return found.front().id;
  std::string ids;
  for (const github::Hook& hook : found) ids += fmt::format("\n  {}/{}", shown_name(wanted.home), hook.id);
  call.diagnostics.error(
      summary, found.empty()
                   ? fmt::format("The {} has no webhook with that URL, of {} that it has.",
                                 described(wanted.home), list->hooks.size())
                   : fmt::format("The {} has several webhooks with that URL; import one of them by its id:{}",
                                 described(wanted.home), ids));
  return std::nullopt;
}

}  // namespace

std::optional<ImportId> parse_import_id(std::string_view id) {
  auto at = std::min(id.find("/https://"), id.find("/http://"));
  const bool by_url = at != std::string_view::npos;
  if (!by_url) at = id.rfind('/');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view last = id.substr(at + 1);
  const auto home = home_in(id.substr(0, at));
  const auto number = by_url ? std::optional<std::int64_t>(0) : number_of(last);
  if (!home || !number) return std::nullopt;
  return ImportId{.home = *home, .hook_id = *number, .url = by_url ? std::string(last) : ""};
}

WebhookModel imported(const WebhookModel& known) {
  WebhookModel out = known;
  if (out.repository.is_null()) out.organization = out.owner;
  out.verify_delivery = false;
  out.adopt_existing = false;
  out.adopted = true;
  out.deletion_policy = "retain";
  return out;
}

std::optional<WebhookModel> import_webhook(Session& session, const std::string& id, tfplugin::Call& call) {
  const auto wanted = parse_import_id(id);
  if (!wanted) {
    call.diagnostics.error(
        "Not the id of a webhook",
        "A webhook is imported by owner/repository/ID, or of an organisation by owner/ID; in "
        "place of the id, which is a number, its URL may stand: owner/repository/https://….");
    return std::nullopt;
  }
  const auto number = find(session, *wanted, call);
  if (!number) return std::nullopt;
  WebhookModel known;
  known.owner = tfplugin::CaseInsensitive{wanted->home.owner};
  if (!wanted->home.repository.empty()) known.repository = tfplugin::CaseInsensitive{wanted->home.repository};
  known.hook_id = *number;
  return imported(known);
}

}  // namespace ghboot::provider
