// SPDX-License-Identifier: Apache-2.0
#include "standin/standin.h"

#include <fmt/format.h>

#include "nats/random_hex.h"
#include "standin/answer_headers.h"
#include "standin/control_routes.h"
#include "standin/crypto.h"
#include "standin/delivery_request.h"
#include "standin/git_http.h"
#include "standin/placement.h"
#include "standin/rights.h"
#include "standin/routes.h"
#include "standin/run_stage.h"

namespace ghboot::standin {

namespace {

constexpr std::int64_t delivery_kept_seconds = std::int64_t{3} * 24 * 3600;

// Deliveries past their time, and those of hooks that are gone.
void prune(State& state, Store& store, std::int64_t now) {
  std::erase_if(state.deliveries, [&](const auto& entry) {
    const Delivery& delivery = entry.second;
    const bool gone = delivery.done && (!state.hooks.contains(delivery.hook_id) ||
                                        delivery.delivered_at + delivery_kept_seconds < now);
    if (gone) store.remove_delivery(delivery.id);
    return gone;
  });
}

std::string content_type_of(const Delivery& delivery) {
  for (const auto& [name, value] : delivery.request_headers) {
    if (name == "Content-Type") return value;
  }
  return "application/json";
}

// False: it is no JSON object.
bool read_body(Call& call) {
  if (call.request.body.empty()) return true;
  Json body = Json::parse(call.request.body, nullptr, false);
  if (!body.is_object()) return false;
  call.body = std::move(body);
  return true;
}

}  // namespace

std::expected<std::unique_ptr<Standin>, std::string> Standin::open(Surroundings surroundings) {
  auto state = surroundings.store.load();
  if (!state) return std::unexpected(state.error());
  prune(*state, surroundings.store, surroundings.clock.unix_seconds());
  return std::unique_ptr<Standin>(new Standin(std::move(surroundings), *std::move(state)));
}

Standin::Standin(Surroundings surroundings, State state)
    : surroundings_(std::move(surroundings)), state_(std::move(state)) {}

struct Standin::Passage {
  const Request& request;
  std::string request_id{}, actor{}, fault{};
  bool counted = false;
  int side_by_side = 0;
  std::vector<Outgoing> outgoing{};  // Goes out once nothing is locked any more.
};

Response Standin::answer(const Request& request) {
  Passage passage{request};
  passage.side_by_side = ++under_way_;
  std::optional<Fault> fault;
  {
    const std::lock_guard lock(mutex_);
    passage.request_id = nats::random_hex(surroundings_.random, 12);
    if (!request.path.starts_with(control_prefix)) fault = memory_.faults.meet(request);
  }
  Response response = fault ? faulty(passage, *fault) : answered(passage);
  for (Outgoing& one : passage.outgoing) surroundings_.send(std::move(one));
  if (!request.path.starts_with(control_prefix)) log(passage, response);
  --under_way_;
  return response;
}

Response Standin::faulty(Passage& passage, const Fault& fault) {
  const std::chrono::milliseconds latency(fault.latency_ms);
  passage.fault = fault_view(fault).dump();
  if (latency.count() > 0)
    surroundings_.clock.sleep(latency, {surroundings_.clock.now() + latency, stop_.get_token()});
  if (fault.cut == "before") return {.status = 0, .cut = Cut::silent};
  Response response = fault.status == 0 || !fault.cut.empty() ? answered(passage) : Response{};
  if (fault.status != 0) response = fault_response(fault);
  if (fault.cut == "after" && fault.status == 0) return {.status = 0, .cut = Cut::silent};
  if (fault.cut == "truncated") response.cut = Cut::short_;
  return response;
}

Call Standin::call_for(const Request& request) {
  return {.request = request,
          .state = state_,
          .random = surroundings_.random,
          .memory = memory_,
          .git = surroundings_.git,
          .now = surroundings_.clock.unix_seconds()};
}

Response Standin::answered(Passage& passage) {
  const std::lock_guard lock(mutex_);
  origin_ = passage.request.origin;
  if (is_git_request(passage.request)) return cloned(passage);
  if (passage.request.path.starts_with(control_prefix)) return controlled(passage);
  const auto named = with_names(passage.request, state_);
  Call call = call_for(named ? *named : passage.request);
  Response response = checked(call);
  if (!named && response.status < 400) response = not_found();
  make_conditional(passage.request, response);
  passage.actor = call.actor.name;
  passage.counted = response.status != 401 && call.request.path != "/rate_limit";
  if (response.status == 304 && call.actor.kind != Actor::Kind::anonymous) {
    memory_.limits.give_back(call.actor);
    passage.counted = false;
  }
  response = finished(passage, call, std::move(response));
  if (response.status != 401) memory_.limits.add_headers(call.actor, call.now, response);
  add_common_headers(call, passage.request_id, response);
  if (!call.revoked.empty()) revoke(call.revoked);
  return response;
}

void Standin::revoke(const std::string& fingerprint) {
  state_.tokens.erase(fingerprint);
  (void)surroundings_.store.save(state_);
}

// What a git program asks, to clone or to push.
Response Standin::cloned(Passage& passage) {
  Call call = call_for(passage.request);
  return finished(passage, call, serve_git(call));
}

Response Standin::controlled(Passage& passage) {
  if (auto refused = refuse_control(passage.request)) return *refused;
  Call call = call_for(passage.request);
  const auto match = find_route(all_control_routes(), call.request.method, call.request.path);
  if (!match) return not_found();
  call.parts = match->parts;
  const bool is_sink = match->route->pattern.starts_with(sink_path);  // Whose body may be a form.
  if (!is_sink && !read_body(call)) return error_response(400, "Problems parsing JSON");
  return finished(passage, call, match->route->handler(call));
}

// Who asks, and whether they may ask at all now.
Response Standin::checked(Call& call) {
  if (auto refused = refuse_headers(call.request)) return *refused;
  auto actor = find_actor(call.request, state_, call.now);
  if (!actor) {
    const bool is_bad = actor.error().status == 401;
    return is_bad ? memory_.limits.count_bad(call.now).value_or(actor.error()) : actor.error();
  }
  call.actor = *actor;
  if (call.request.path != "/rate_limit") {
    if (auto refused = memory_.limits.count(call.actor, call.request, call.now)) return *refused;
  }
  return routed(call);
}

Response Standin::routed(Call& call) {
  const auto match = find_route(all_routes(), call.request.method, call.request.path);
  if (!match) return not_found();
  call.parts = match->parts;
  const Rule& rule = match->route->rule;
  std::optional<Response> refused = place(call, rule.subject);
  if (!refused) refused = refuse(call, rule);
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  if (!refused && !reads && call.repository != nullptr && call.repository->archived)
    refused = error_response(403, "Repository was archived so is read-only.");
  if (!refused && !read_body(call)) refused = error_response(400, "Problems parsing JSON");
  Response response = refused ? *refused : match->route->handler(call);
  add_scope_headers(call.actor, rule, response);
  return response;
}

Response Standin::finished(Passage& passage, Call& call, Response response) {
  if (!stored(call)) return error_response(500, "The stand-in could not store this; see what it printed");
  for (const Id id : call.sent) passage.outgoing.push_back(outgoing_of(state_.deliveries.at(id)));
  return response;
}

void Standin::log(const Passage& passage, const Response& response) {
  const std::lock_guard lock(mutex_);
  const Request& request = passage.request;
  if (exchanges_) exchanges_(exchange_line(request, response, passage.fault));
  memory_.log.add({.at = surroundings_.clock.unix_seconds(),
                   .method = request.method,
                   .target = request.target,
                   .authorization = authorization_text(request),
                   .api_version = std::string(request.header("x-github-api-version")),
                   .if_none_match = std::string(request.header("if-none-match")),
                   .user_agent = std::string(request.header("user-agent")),
                   .actor = passage.actor,
                   .request_id = passage.request_id,
                   .side_by_side = passage.side_by_side,
                   .request_size = request.body.size(),
                   .response_size = response.body.size(),
                   .status = response.status,
                   .counted = passage.counted,
                   .fault = passage.fault});
}

void Standin::set_log(RequestLog::Sink sink) {
  const std::lock_guard lock(mutex_);
  memory_.log.set_sink(std::move(sink));
}

bool Standin::stored(const Call& call) {
  for (const Id id : call.sent) {
    if (!surroundings_.store.save(state_.deliveries.at(id))) return false;
  }
  return !call.changed || surroundings_.store.save(state_);
}

Outgoing Standin::outgoing_of(const Delivery& delivery) const {
  const auto hook = state_.hooks.find(delivery.hook_id);
  return {.id = delivery.id,
          .url = delivery.url,
          .headers = delivery.request_headers,
          .body = delivery_body(delivery, content_type_of(delivery)),
          .verifies_certificate = hook == state_.hooks.end() || hook->second.insecure_ssl == "0"};
}

void Standin::delivered(Id id, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  const auto found = state_.deliveries.find(id);
  if (found == state_.deliveries.end()) return;  // Its hook was deleted meanwhile.
  Delivery& delivery = found->second;
  delivery.done = true;
  delivery.delivered_at = surroundings_.clock.unix_seconds();
  delivery.duration = outcome.duration;
  delivery.status = outcome.status;
  delivery.status_code = outcome.status_code;
  delivery.response_headers = outcome.headers;
  delivery.response_body = outcome.body;
  (void)surroundings_.store.save(delivery);  // If not: it is sent again after a restart.
  const auto hook = state_.hooks.find(delivery.hook_id);
  if (hook == state_.hooks.end()) return;
  hook->second.last_code = outcome.status_code;
  hook->second.last_status = outcome.status == "OK" ? "active" : outcome.status;
  hook->second.last_message = outcome.status;
  (void)surroundings_.store.save(state_);
}

void Standin::tick() {
  std::vector<Outgoing> outgoing;
  {
    const std::lock_guard lock(mutex_);
    const Request nobody{.origin = origin_};
    Call call = call_for(nobody);
    tell_runs(call);
    if (!stored(call)) return;
    for (const Id id : call.sent) outgoing.push_back(outgoing_of(state_.deliveries.at(id)));
  }
  for (Outgoing& one : outgoing) surroundings_.send(std::move(one));
}

void Standin::resume() {
  std::vector<Outgoing> outgoing;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, delivery] : state_.deliveries) {
      if (!delivery.done) outgoing.push_back(outgoing_of(delivery));
    }
  }
  for (Outgoing& one : outgoing) surroundings_.send(std::move(one));
}

void Standin::change(const std::function<void(State&)>& edit) {
  const std::lock_guard lock(mutex_);
  edit(state_);
  (void)surroundings_.store.save(state_);
}

State Standin::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace ghboot::standin
