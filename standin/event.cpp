// SPDX-License-Identifier: Apache-2.0
#include "standin/event.h"

#include <algorithm>

#include <fmt/format.h>

#include "standin/crypto.h"
#include "standin/delivery_request.h"
#include "standin/view.h"

namespace ghboot::standin {

namespace {

constexpr std::size_t payload_size_max = std::size_t{25} << 20U;  // A larger event is not delivered at all.
constexpr std::string_view no_commit = "0000000000000000000000000000000000000000";

bool listens(const Hook& hook, std::string_view event) {
  return hook.active && std::ranges::any_of(hook.events, [event](const std::string& one) {
           return one == "*" || one == event;
         });
}

Id new_delivery_id(const State& state) {
  return state.deliveries.empty() ? first_delivery_id
                                  : std::max(first_delivery_id, state.deliveries.rbegin()->first) + 1;
}

const Owner* owner_at(const State& state, Id id) {
  const auto found = state.owners.find(id);
  return found == state.owners.end() ? nullptr : &found->second;
}

const Repository* repository_of(const State& state, const Hook& hook) {
  const auto found = state.repositories.find(hook.target_id);
  return hook.of_organization || found == state.repositories.end() ? nullptr : &found->second;
}

const Owner* owner_of_hook(const State& state, const Hook& hook) {
  const Repository* repository = repository_of(state, hook);
  return owner_at(state, repository != nullptr ? repository->owner_id : hook.target_id);
}

// GitHub appends these to the members that are the event's own.
std::string whole_payload(const Call& call, const Owner* owner, const Repository* repository,
                          const Event& event) {
  Json payload = Json::object();
  if (!event.action.empty()) payload["action"] = event.action;
  payload.update(event.payload);
  const std::string api = call.request.api();
  if (repository != nullptr) payload["repository"] = repository_view(call.state, *repository, api);
  if (owner != nullptr && owner->is_organization) payload["organization"] = owner_view(*owner, api);
  const Owner* sender = call.actor.user != nullptr ? call.actor.user : owner;
  if (sender != nullptr) payload["sender"] = owner_view(*sender, api);
  return payload.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add(Call& call, const Hook& hook, Delivery delivery) {
  delivery.id = new_delivery_id(call.state);
  delivery.hook_id = hook.id;
  delivery.url = hook.url;
  prepare(delivery, hook);
  call.sent.push_back(delivery.id);
  call.state.deliveries.emplace(delivery.id, std::move(delivery));
}

void send_to(Call& call, const Hook& hook, const Event& event) {
  const Repository* repository = repository_of(call.state, hook);
  Delivery delivery{.repository_id = repository == nullptr ? 0 : repository->id,
                    .guid = random_guid(call.random),
                    .event = event.name,
                    .action = event.action};
  delivery.payload = whole_payload(call, owner_of_hook(call.state, hook), repository, event);
  add(call, hook, std::move(delivery));
}

}  // namespace

std::string emit(Call& call, const Owner* owner, const Repository* repository, const Event& event) {
  Delivery delivery{.repository_id = repository == nullptr ? 0 : repository->id,
                    .guid = random_guid(call.random),
                    .event = event.name,
                    .action = event.action};
  delivery.payload = whole_payload(call, owner, repository, event);
  if (delivery.payload.size() > payload_size_max) return delivery.guid;
  for (const auto& [id, hook] : call.state.hooks) {
    const bool concerned = hook.of_organization ? owner != nullptr && hook.target_id == owner->id
                                                : repository != nullptr && hook.target_id == repository->id;
    if (concerned && listens(hook, event.name)) add(call, hook, delivery);
  }
  return delivery.guid;
}

void send_ping(Call& call, const Hook& hook) {
  send_to(call, hook,
          {.name = "ping",
           .action = "",
           .payload = {{"zen", "Keep it logically awesome."},
                       {"hook_id", hook.id},
                       {"hook", hook_view(call.state, hook, call.request.api())}}});
}

void send_test(Call& call, const Hook& hook) {
  const Repository* repository = repository_of(call.state, hook);
  if (repository == nullptr || !listens(hook, "push")) return;
  const std::string ref = fmt::format("refs/heads/{}", repository->default_branch);
  send_to(call, hook,
          {.name = "push", .action = "", .payload = push_payload(*repository, ref, no_commit, no_commit)});
}

void send_deleted(Call& call, const Hook& hook) {
  if (!listens(hook, "meta")) return;
  send_to(call, hook,
          {.name = "meta",
           .action = "deleted",
           .payload = {{"hook_id", hook.id}, {"hook", hook_view(call.state, hook, call.request.api())}}});
}

void redeliver(Call& call, const Delivery& delivery) {
  const auto hook = call.state.hooks.find(delivery.hook_id);
  if (hook == call.state.hooks.end()) return;
  Delivery again{.repository_id = delivery.repository_id,
                 .guid = delivery.guid,
                 .event = delivery.event,
                 .action = delivery.action,
                 .redelivery = true};
  again.payload = delivery.payload;
  add(call, hook->second, std::move(again));
}

Json push_payload(const Repository& repository, std::string_view ref, std::string_view before,
                  std::string_view after) {
  return {{"ref", ref},
          {"before", before},
          {"after", after},
          {"created", before == no_commit},
          {"deleted", after == no_commit},
          {"forced", false},
          {"base_ref", nullptr},
          {"compare", fmt::format("https://github.com/{}/compare/{}...{}", repository.name,
                                  before.substr(0, 12), after.substr(0, 12))},
          {"commits", Json::array()},
          {"head_commit", nullptr},
          {"pusher", {{"name", "ghboot"}, {"email", nullptr}}}};
}

}  // namespace ghboot::standin
