// SPDX-License-Identifier: Apache-2.0
// The part of the control API that is about what is not stored: limits, faults, the request log, the own
// receiver.
#include <array>

#include <fmt/format.h>

#include "github/signature.h"
#include "standin/control_routes.h"
#include "standin/json_member.h"
#include "standin/memory.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

constexpr std::size_t received_max = 10'000;

Json limits_view(const LimitSettings& settings) {
  return {{"user", settings.user},
          {"anonymous", settings.anonymous},
          {"installation", settings.installation},
          {"exceeded_status", settings.exceeded_status},
          {"writes_per_minute", settings.writes_per_minute},
          {"points_per_minute", settings.points_per_minute},
          {"bad_credentials_max", settings.bad_credentials_max},
          {"retry_after", settings.retry_after}};
}

Response change_limits(Call& call) {
  LimitSettings& settings = call.memory.limits.settings;
  take(call.body, "user", settings.user);
  take(call.body, "anonymous", settings.anonymous);
  take(call.body, "installation", settings.installation);
  take(call.body, "exceeded_status", settings.exceeded_status);
  take(call.body, "writes_per_minute", settings.writes_per_minute);
  take(call.body, "points_per_minute", settings.points_per_minute);
  take(call.body, "bad_credentials_max", settings.bad_credentials_max);
  take(call.body, "retry_after", settings.retry_after);
  return json_response(200, limits_view(settings));
}

Response spend(Call& call) {
  const Owner* owner = find_owner(call.state, text_member(call.body, "login"));
  std::int64_t used = 0, resets_in = 3600, installation = 0;
  take(call.body, "installation_id", installation);
  take(call.body, "used", used);
  take(call.body, "resets_in", resets_in);
  const std::string name = installation != 0  ? fmt::format("installation {}", installation)
                           : owner != nullptr ? fmt::format("user {}", owner->id)
                                              : "anonymous";
  call.memory.limits.set_used(name, used, call.now + resets_in);
  return {.status = 204};
}

Response add_fault(Call& call) {
  auto fault = read_fault(call.body);
  if (!fault) return error_response(422, fault.error(), "standin/control_routes.h");
  call.memory.faults.add(*fault);
  return json_response(201, fault_view(*fault));
}

Response list_faults(Call& call) {
  Json list = Json::array();
  for (const Fault& fault : call.memory.faults.all()) list.push_back(fault_view(fault));
  return json_response(200, list);
}

Response clear_faults(Call& call) {
  call.memory.faults.clear();
  return {.status = 204};
}

Response list_requests(Call& call) {
  return json_response(200, call.memory.log.since(parse_number(call.request.parameter("since")).value_or(0)));
}

Response clear_requests(Call& call) {
  call.memory.log.clear();
  return {.status = 204};
}

std::string judged(const Call& call, Id hook_id) {
  const std::string_view signature = call.request.header("x-hub-signature-256");
  const auto hook = call.state.hooks.find(hook_id);
  if (hook == call.state.hooks.end()) return "unknown hook";
  if (hook->second.secret.empty()) return "unsigned";
  return github::is_signed(hook->second.secret, call.request.body, signature) ? "valid" : "invalid";
}

Response receive(Call& call) {
  Received received{.at = call.now,
                    .hook_id = parse_number(call.request.header("x-github-hook-id")).value_or(0),
                    .guid = std::string(call.request.header("x-github-delivery")),
                    .event = std::string(call.request.header("x-github-event"))};
  received.signature = judged(call, received.hook_id);
  const unsigned status = received.signature == "invalid" ? 401 : received.guid.empty() ? 400 : 202;
  const std::string signature = received.signature;
  call.memory.received.push_back(std::move(received));
  if (call.memory.received.size() > received_max) call.memory.received.pop_front();
  return json_response(status, {{"signature", signature}});
}

Response list_received(Call& call) {
  Json list = Json::array();
  for (const Received& one : call.memory.received) {
    list.push_back({{"at", one.at},
                    {"hook_id", one.hook_id},
                    {"guid", one.guid},
                    {"event", one.event},
                    {"signature", one.signature}});
  }
  return json_response(200, list);
}

constexpr std::array routes{Route{"PATCH", "/_standin/limits", change_limits},
                            Route{"POST", "/_standin/limits/spend", spend},
                            Route{"POST", "/_standin/faults", add_fault},
                            Route{"GET", "/_standin/faults", list_faults},
                            Route{"DELETE", "/_standin/faults", clear_faults},
                            Route{"GET", "/_standin/requests", list_requests},
                            Route{"DELETE", "/_standin/requests", clear_requests},
                            Route{"POST", sink_path, receive},
                            Route{"GET", sink_path, list_received}};

}  // namespace

std::span<const Route> control_memory_routes() { return routes; }

}  // namespace ghboot::standin
