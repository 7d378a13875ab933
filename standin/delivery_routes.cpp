// SPDX-License-Identifier: Apache-2.0
// Deliveries newest first, by a cursor that names the next one; there are no pages. One that nobody finished
// sending is not seen. Kept for three days, as on github.com.
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "standin/event.h"
#include "standin/hook_routes.h"
#include "standin/page.h"
#include "standin/text.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr std::string_view cursor_prefix = "v1_";
constexpr std::int64_t kept_seconds = std::int64_t{3} * 24 * 3600;
constexpr Rule repository_read{Subject::repository, "repository_hooks", Level::read, Level::admin,
                               "admin:repo_hook, read:repo_hook, repo, write:repo_hook"};
constexpr Rule repository_write{Subject::repository, "repository_hooks", Level::write, Level::admin,
                                "admin:repo_hook, repo, write:repo_hook"};
constexpr Rule organization_read{Subject::organization, "organization_hooks", Level::read, Level::admin,
                                 "admin:org_hook"};
constexpr Rule organization_write{Subject::organization, "organization_hooks", Level::write, Level::admin,
                                  "admin:org_hook"};

bool has_status(const Delivery& delivery, std::string_view status) {
  const int code = delivery.status_code;
  if (status == "success") return code >= 200 && code < 400;
  return status != "failure" || (code >= 400 && code < 600);
}

bool kept(const Call& call, const Delivery& delivery) {
  return delivery.done && delivery.delivered_at + kept_seconds > call.now;
}

// From the newest on, or from what the cursor names.
std::optional<Id> first_id(const Call& call) {
  std::string_view cursor = call.request.parameter("cursor");
  if (cursor.empty()) return std::numeric_limits<Id>::max();
  if (!cursor.starts_with(cursor_prefix)) return std::nullopt;
  return parse_number(cursor.substr(cursor_prefix.size()));
}

Response list_deliveries(Call& call) {
  const Hook* hook = hook_of(call);
  if (hook == nullptr) return not_found();
  const auto first = first_id(call);
  if (!first) return error_response(400, "Invalid cursor");
  const std::string_view status = call.request.parameter("status");
  if (!status.empty() && status != "success" && status != "failure")
    return invalid_request(fmt::format("\"{}\" is not a member of [\"success\", \"failure\"].", status));
  Json page = Json::array();
  Id next = 0;
  for (const auto& [id, delivery] : std::views::reverse(call.state.deliveries)) {
    if (id > *first || delivery.hook_id != hook->id || !kept(call, delivery) || !has_status(delivery, status))
      continue;
    if (page.size() == page_size(call.request)) {
      next = id;
      break;
    }
    page.push_back(delivery_view(delivery));
  }
  Response response = json_response(200, page);
  if (next != 0)
    response.set("Link",
                 fmt::format("<{}>; rel=\"next\"",
                             listing_url(call, {{"cursor", fmt::format("{}{}", cursor_prefix, next)}})));
  return response;
}

const Delivery* delivery_of(Call& call) {
  const Hook* hook = hook_of(call);
  const auto found = call.state.deliveries.find(call.id_part("delivery_id"));
  if (hook == nullptr || found == call.state.deliveries.end()) return nullptr;
  return found->second.hook_id == hook->id && kept(call, found->second) ? &found->second : nullptr;
}

Response get_delivery(Call& call) {
  const Delivery* delivery = delivery_of(call);
  return delivery == nullptr ? not_found() : json_response(200, whole_delivery_view(*delivery));
}

Response attempt(Call& call) {
  const Delivery* delivery = delivery_of(call);
  if (delivery == nullptr) return not_found();
  redeliver(call, *delivery);
  return json_response(202, Json::object());
}

constexpr std::array routes{
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries", list_deliveries, repository_read},
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}", get_delivery,
          repository_read},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts", attempt,
          repository_write},
    Route{"GET", "/orgs/{org}/hooks/{hook_id}/deliveries", list_deliveries, organization_read},
    Route{"GET", "/orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}", get_delivery, organization_read},
    Route{"POST", "/orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}/attempts", attempt,
          organization_write}};

}  // namespace

std::span<const Route> delivery_routes() { return routes; }

}  // namespace ghboot::standin
