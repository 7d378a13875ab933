// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_ping.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "provider/report.h"

namespace ghboot::provider {
namespace {

using namespace std::chrono_literals;

// GitHub gives a receiver ten seconds, a GitHub Enterprise Server thirty.
constexpr auto longest = 40s;
// Between two looks, doubled from the first to the second: a look counts against the hourly limit.
constexpr std::chrono::milliseconds first_pause = 500ms, longest_pause = 4s;

void warn_of(const WebhookSite& site, std::int64_t hook_id, std::string_view what,
             tfplugin::Diagnostics& diagnostics) {
  diagnostics.warning(tfplugin::Path({"verify_delivery"}), "Webhook whose ping was not received",
                      fmt::format("GitHub has {}. {}", described(hook_id, site.home), what));
}

void judge(const WebhookSite& site, std::int64_t hook_id, const github::Delivery& ping,
           tfplugin::Diagnostics& diagnostics) {
  if (ping.status_code >= 200 && ping.status_code < 300) return;
  warn_of(site, hook_id,
          ping.status_code == 0
              ? fmt::format("Its receiver did not answer the ping: {}. Look at the URL, and whether GitHub "
                            "reaches it.",
                            ping.status.empty() ? "no status" : ping.status)
              : fmt::format("Its receiver answered the ping with {} ({}): look at the receiver, and at the "
                            "secret there.",
                            ping.status_code, ping.status),
          diagnostics);
}

// The newest ping that is not among `before`. Nothing, with a warning, when none came in time.
std::optional<github::Delivery> wait_for_ping(const WebhookSite& site, std::int64_t hook_id,
                                              const std::set<std::int64_t>& before,
                                              tfplugin::Diagnostics& diagnostics) {
  nats::Clock& clock = site.session.clock();
  const auto wait = site.wait.at_most(clock.now(), longest);
  std::chrono::milliseconds pause = first_pause;
  do {
    const auto deliveries = site.hooks().deliveries(hook_id, wait);
    if (!deliveries) {
      warn_of(site, hook_id, "Its deliveries could not be read: " + sentence(deliveries.error().message),
              diagnostics);
      return std::nullopt;
    }
    for (const github::Delivery& one : *deliveries)
      if (one.event == "ping" && !before.contains(one.id)) return one;
  } while (clock.sleep(std::exchange(pause, std::min(2 * pause, longest_pause)), wait));
  warn_of(site, hook_id,
          "Its ping was in no list of deliveries when the time to wait had passed; the list is at "
          "deliveries_url.",
          diagnostics);
  return std::nullopt;
}

}  // namespace

void verify_new(const WebhookSite& site, std::int64_t hook_id, tfplugin::Diagnostics& diagnostics) {
  if (const auto ping = wait_for_ping(site, hook_id, {}, diagnostics))
    judge(site, hook_id, *ping, diagnostics);
}

void verify_changed(const WebhookSite& site, std::int64_t hook_id, tfplugin::Diagnostics& diagnostics) {
  std::set<std::int64_t> before;
  const auto deliveries = site.hooks().deliveries(hook_id, site.wait, 100);
  if (deliveries)
    for (const github::Delivery& one : *deliveries) before.insert(one.id);
  const auto asked = deliveries ? site.hooks().ping(hook_id, site.wait)
                                : github::Result<void>(std::unexpected(deliveries.error()));
  if (!asked) {
    warn_of(site, hook_id, "No ping could be asked for: " + sentence(asked.error().message), diagnostics);
    return;
  }
  if (const auto ping = wait_for_ping(site, hook_id, before, diagnostics))
    judge(site, hook_id, *ping, diagnostics);
}

}  // namespace ghboot::provider
