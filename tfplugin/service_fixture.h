// SPDX-License-Identifier: Apache-2.0
// For tests: a provider that can misbehave, and its service, asked through gRPC in this process as core asks
// it. Cannot: lead a resource through its life, which core/life.h does. Threads: said() and the helpers from
// any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"
#include "tfplugin/service.h"
#include "tfplugin/validators.h"

namespace ghboot::tfplugin::shop {

struct Thing {
  Value<std::string> name, place, id;
  Value<Timeouts> timeouts;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Thing::name, Use::required, "Name."},
        Field{"place", &Thing::place, Use::optional, "Where.", {.requires_replace = true}},
        Field{"id", &Thing::id, Use::computed, "Identity.", {.keep = true}},
        Field{"timeouts", &Thing::timeouts, Use::optional, "Times."},
    };
  }
};

class Things final : public Resource<Thing> {
 public:
  explicit Things(const ResourceOptions& options = {}) : Resource("A thing.", options) {}
  std::atomic<bool> fails = false, throws = false, waits = false, makes_half = false;
  std::promise<void> waiting;
  std::string detail = "The shop is closed.";
  Path where{"name"};
  int errors = 1, gathering = 0;  // gathering: so many calls wait for each other.

 protected:
  std::optional<Thing> create_thing(const Thing& planned, Call& call) const override {
    if (throws && planned.name.value_or("") == "13") throw 13;
    if (throws) throw std::runtime_error("out of paper");
    if (waits) return wait(call);
    if (gathering > 0) gather(call);
    if (fails) {
      for (int i = 0; i < errors; ++i) call.diagnostics.error(where, "Not made", detail);
      if (!makes_half) return std::nullopt;
    }
    Thing out = planned;
    out.id = "one";
    call.private_state.set("made", call.private_state.get("made").value_or("first"));
    return out;
  }
  std::optional<Thing> read_thing(const Thing& state, Call& call) const override {
    if (!fails) return state;
    call.diagnostics.error("Not read", "Nobody answers.");
    return std::nullopt;
  }
  std::optional<Thing> update_thing(const Thing&, const Thing& planned, Call& call) const override {
    if (fails) call.diagnostics.error("Not changed", "Nobody answers.");
    return fails && !makes_half ? std::nullopt : std::optional(planned);
  }
  void destroy_thing(const Thing&, Call& call) const override {
    last_private = call.private_state.get("made").value_or("none");
  }
  std::optional<Thing> import_thing(const std::string& id, Call& call) const override {
    if (id != "one") return std::nullopt;
    call.private_state.set("made", "elsewhere");
    Thing out;
    out.name = out.id = id;
    return out;
  }

 public:
  mutable std::string last_private;
  mutable std::vector<std::string> waited;  // What ended each wait.

 private:
  void gather(Call& call) const {
    std::unique_lock lock(gate_);
    ++gathered_;
    all_here_.notify_all();
    if (!all_here_.wait_until(lock, call.deadline, [&] { return gathered_ >= gathering; }))
      call.diagnostics.error("Alone", "The others did not come.");
  }
  mutable std::mutex gate_;
  mutable std::condition_variable all_here_;
  mutable int gathered_ = 0;

  // Until Terraform says stop, at most to the deadline.
  std::optional<Thing> wait(Call& call) const {
    std::promise<void> stopped;
    const std::stop_callback on_stop(call.stop, [&] { stopped.set_value(); });
    const_cast<Things*>(this)->waiting.set_value();
    const bool told = stopped.get_future().wait_until(call.deadline) == std::future_status::ready;
    waited.emplace_back(told ? "Stopped" : "Too late");
    call.diagnostics.error(waited.back(), "Nothing was made.");
    return std::nullopt;
  }
};

struct Found {
  Value<std::string> name, place;
  Value<ReadTimeouts> timeouts;
  static constexpr auto fields() {
    return std::tuple{Field{"name", &Found::name, Use::required, "Name."},
                      Field{"place", &Found::place, Use::computed, "Where."},
                      Field{"timeouts", &Found::timeouts, Use::optional, "Times."}};
  }
};

class Finder final : public DataSource<Found> {
 public:
  Finder() : DataSource("Finds.", std::chrono::minutes(7)) {}
  mutable std::chrono::steady_clock::time_point deadline;

 protected:
  std::optional<Found> read_thing(const Found& config, Call& call) const override {
    deadline = call.deadline;
    if (*config.name == "nothing") return std::nullopt;
    if (*config.name == "dust") call.diagnostics.warning(Path({"name"}), "Dusty", "Wipe it.");
    Found out = config;
    out.place = "shelf";
    if (*config.name == "A") out.name = "a";
    return out;
  }
};

inline constexpr Length short_name{1, 10};

struct ShopBlock {
  Value<std::string> shop;
  static constexpr auto fields() {
    return std::tuple{
        Field{"shop", &ShopBlock::shop, Use::optional, "Which shop.", {.validators = {&short_name}}}};
  }
};

struct Till {
  Value<std::string> name, code, note;
  Value<OpenTimeouts> timeouts;
  static constexpr auto fields() {
    return std::tuple{
        Field{"name", &Till::name, Use::required, "Name."},
        Field{"code", &Till::code, Use::computed, "What opens it.", {.sensitive = true}},
        Field{"note", &Till::note, Use::optional, "For people."},
        Field{"timeouts", &Till::timeouts, Use::optional, "How long."},
    };
  }
};

class Tills final : public Ephemeral<Till> {
 public:
  Tills() : Ephemeral("Something to open.") {}
  mutable std::vector<std::string> closed;
  mutable std::chrono::steady_clock::time_point open_deadline, close_deadline;
  mutable bool close_is_stopped = false;

 protected:
  void check(const Till& config, Diagnostics& diagnostics) const override {
    if (config.name.value_or("") == "wrong") diagnostics.error(Path({"name"}), "Wrong name", "It is.");
  }
  std::optional<Opened> open_thing(const Till& config, Call& call) const override {
    open_deadline = call.deadline;
    if (*config.name == "locked") {
      call.diagnostics.error("Locked", "It does not open.");
      return std::nullopt;
    }
    call.private_state.set("till", *config.name);
    if (*config.name == "broken") throw std::runtime_error("a spring is loose");
    Till out = config;
    out.code = "1234";
    if (*config.name == "renamed") out.name = "another";
    if (*config.name == "talkative") out.note = "hello";
    if (*config.name == "undecided") out.code = Value<std::string>::unknown();
    if (*config.name == "half") call.diagnostics.error("Half open", "It jams.");
    const std::chrono::seconds renew_at(*config.name == "hasty" ? 90 : 4'000'000'000);
    return Opened{.thing = out,
                  .renew_at = std::chrono::sys_seconds(renew_at) + std::chrono::milliseconds(500)};
  }
  RenewAt renew_thing(Call& call) const override {
    if (*call.private_state.get("till") == "stuck") {
      call.diagnostics.error("Stuck", "It is.");
      return std::chrono::system_clock::now();
    }
    call.private_state.set("till", "renewed");
    return std::nullopt;
  }
  void close_thing(Call& call) const override {
    close_deadline = call.deadline;
    close_is_stopped = call.stop.stop_requested();
    closed.push_back(call.private_state.get("till").value_or("nothing"));
  }
};

struct Amount {
  Value<std::int64_t> amount;
  static constexpr auto fields() {
    return std::tuple{Field{"amount", &Amount::amount, Use::optional, "How many."}};
  }
};

class Price final : public Function<Amount, std::int64_t> {
 public:
  Price() : Function("What so many cost.", "What so many cost.") {}

 protected:
  Value<std::int64_t> result(const Amount& in, Diagnostics& diagnostics) const override {
    if (in.amount.is_null()) throw std::runtime_error("no list of prices");
    if (*in.amount == 13) throw 13;
    if (*in.amount == 14) diagnostics.warning("Sold out", "Soon.");
    return *in.amount * 3;
  }
};

class Shop final : public TypedProvider<ShopBlock> {
 public:
  Shop() : TypedProvider("A shop.") {
    resources.emplace("shop_thing", std::unique_ptr<ManagedResource>(things = new Things));
    data_sources.emplace("shop_finder", std::unique_ptr<DataSourceBase>(finder = new Finder));
    ephemeral_resources.emplace("shop_till", std::unique_ptr<EphemeralBase>(tills = new Tills));
    functions.emplace("price", std::make_unique<Price>());
  }
  Things* things;
  Finder* finder;
  Tills* tills;
  std::string configured = "not";

 protected:
  void check(const ShopBlock& block, Diagnostics& diagnostics) const override {
    if (block.shop.is_known() && *block.shop == "closed")
      diagnostics.error(Path({"shop"}), "Closed", "It is.");
  }
  void configure_with(const ShopBlock& block, std::string_view version, Diagnostics&) override {
    configured =
        (block.shop.is_unknown() ? "unknown" : block.shop.value_or("null")) + " " + std::string(version);
  }
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(service.get());
    server = builder.BuildAndStart();
    stub = tfplugin6::Provider::NewStub(server->InProcessChannel({}));
  }

  template <class Request, class Response>
  using Rpc = grpc::Status (tfplugin6::Provider::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <class Request, class Response>
  Response ask(Rpc<Request, Response> rpc, const Request& request) {
    grpc::ClientContext context;
    Response response;
    const auto status = (stub.get()->*rpc)(&context, request, &response);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    return response;
  }
  // As "name: summary" or "summary".
  template <class Response>
  static std::vector<std::string> said(const Response& response) {
    std::vector<std::string> out;
    for (const auto& diagnostic : response.diagnostics()) {
      std::string path;
      for (const auto& step : diagnostic.attribute().steps()) path += step.attribute_name() + ": ";
      out.push_back(path + diagnostic.summary());
    }
    return out;
  }
  static tfplugin6::DynamicValue json(std::string text) {
    tfplugin6::DynamicValue out;
    out.set_json(std::move(text));
    return out;
  }
  // The JSON of what an answer holds.
  std::string text(const tfplugin6::DynamicValue& value, const Schema& schema) {
    const auto decoded = cty::decode_msgpack(schema.type(), value.msgpack());
    return decoded ? cty::encode_json(schema.type(), *decoded) : "cannot be decoded";
  }
  std::string text(const tfplugin6::DynamicValue& value) { return text(value, shop.things->schema()); }

  tfplugin6::PlanResourceChange::Response plan(const std::string& prior, const std::string& proposed,
                                               const std::string& config,
                                               const std::string& private_state = {}) {
    tfplugin6::PlanResourceChange::Request request;
    request.set_type_name("shop_thing");
    *request.mutable_prior_state() = json(prior);
    *request.mutable_proposed_new_state() = json(proposed);
    *request.mutable_config() = json(config);
    request.set_prior_private(private_state);
    return ask<tfplugin6::PlanResourceChange::Request, tfplugin6::PlanResourceChange::Response>(
        &tfplugin6::Provider::Stub::PlanResourceChange, request);
  }
  tfplugin6::ApplyResourceChange::Response apply(const std::string& prior, const std::string& planned,
                                                 const std::string& private_state = {}) {
    tfplugin6::ApplyResourceChange::Request request;
    request.set_type_name("shop_thing");
    *request.mutable_prior_state() = json(prior);
    *request.mutable_planned_state() = json(planned);
    request.set_planned_private(private_state);
    return ask<tfplugin6::ApplyResourceChange::Request, tfplugin6::ApplyResourceChange::Response>(
        &tfplugin6::Provider::Stub::ApplyResourceChange, request);
  }

  Shop shop;
  std::stop_source process;
  Session session{process.get_token()};
  std::unique_ptr<grpc::Service> service = make_provider_service(shop, session);
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<tfplugin6::Provider::Stub> stub;
};

inline const std::string config = R"({"name":"a","place":null,"id":null,"timeouts":null})";
inline const std::string state = R"({"id":"one","name":"a","place":null,"timeouts":null})";

}  // namespace ghboot::tfplugin::shop
