// SPDX-License-Identifier: Apache-2.0
// The provider's RPCs without a transport. The first byte chooses the RPC, by letter; what is asked comes
// from the rest, each value in a form of its own choice: any bytes, or built by its schema's type, whole or
// with one byte turned over. What is promised: an RPC ends well, its answer crosses the wire (every text is
// UTF-8) and decodes by the schema, a diagnostic says something, and what has no error core would take.
#include <array>
#include <optional>

#include <grpcpp/grpcpp.h>

#include "fuzz/generator.h"
#include "fuzz/workshop.h"
#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/core/rules.h"
#include "tfplugin/cty/json.h"
#include "tfplugin/cty/msgpack.h"
#include "tfplugin/identity.h"
#include "tfplugin/service.h"

namespace {

using namespace ghboot::fuzz;

using Service = tfplugin6::Provider::Service;

struct Served {
  Workshop workshop;
  std::stop_source process;
  Session session{process.get_token()};
  std::unique_ptr<grpc::Service> owner = make_provider_service(workshop, session);
  Service& rpcs = dynamic_cast<Service&>(*owner);
};

Served& served() {
  static Served once;
  return once;
}

// Asks as core does: over the wire, which loses what is no UTF-8. False: there was an error.
template <class Request, class Response>
bool ask(grpc::Status (Service::*rpc)(grpc::ServerContext*, const Request*, Response*),
         const Request& request, Response& response) {
  Response answer;
  const auto status = (served().rpcs.*rpc)(nullptr, &request, &answer);
  require(status.ok(), "an RPC ends well");
  require(response.ParseFromString(answer.SerializeAsString()), "an answer crosses the wire");
  bool good = true;
  if constexpr (requires { response.diagnostics(); })
    for (const auto& diagnostic : response.diagnostics()) {
      require(diagnostic.severity() == tfplugin6::Diagnostic::ERROR ||
                  diagnostic.severity() == tfplugin6::Diagnostic::WARNING,
              "a diagnostic has a severity");
      require(!diagnostic.summary().empty(), "a diagnostic has a summary");
      good = good && diagnostic.severity() != tfplugin6::Diagnostic::ERROR;
    }
  return good;
}

// As core reads an answer: what is missing is null.
cty::Value decoded(const cty::Type& type, const tfplugin6::DynamicValue& wire) {
  if (wire.msgpack().empty()) return {};
  auto value = cty::decode_msgpack(type, wire.msgpack());
  require(value.has_value(), "what is answered decodes by the schema");
  return *std::move(value);
}

// One request's values out of the input.
class Asked {
 public:
  explicit Asked(std::string_view input) : input_(input), generator_(input_) {}

  std::string text() { return generator_.text(); }
  std::string bytes() { return generator_.bytes(); }
  unsigned choice() { return take_choice(input_); }
  // The name of what there is, or any other.
  std::string name(std::string_view real) { return choice() % 16 == 15 ? text() : std::string(real); }

  // The value that was sent where it was built as core would; nothing where it is mere bytes.
  std::optional<cty::Value> value(const cty::Type& type, tfplugin6::DynamicValue& wire, bool unknowns) {
    const unsigned form = choice() % 16;
    if (form == 0) return cty::Value();
    if (form == 1) return wire.set_msgpack(bytes()), std::nullopt;
    if (form == 2) return wire.set_json(bytes()), std::nullopt;
    const bool is_object = type.kind() == cty::Kind::object;
    const auto value =
        is_object ? generator_.object(type, unknowns || form == 3) : generator_.value(type, unknowns);
    std::string encoded = cty::encode_msgpack(type, value);
    const bool whole = form > 4;
    if (!whole) encoded[choice() % encoded.size()] = static_cast<char>(choice());
    wire.set_msgpack(std::move(encoded));
    return whole ? std::optional(value) : std::nullopt;
  }

 private:
  std::string_view input_;
  Generator generator_;
};

// The last of a request: of an input that ends before it the module says nothing.
template <class Request>
void add_meta(Asked& asked, Request& request) {
  asked.value(served().workshop.meta_schema()->type(), *request.mutable_provider_meta(), true);
}

struct Managed {
  std::string_view name;
  const Schema& schema;
};
Managed managed(std::string_view name) {
  return {name, served().workshop.resources.at(std::string(name))->schema()};
}
Managed bench() { return managed("shop_bench"); }
Managed shelf() { return managed("shop_shelf"); }

void announce(Asked&) {
  tfplugin6::GetProviderSchema::Response schema;
  require(ask(&Service::GetProviderSchema, tfplugin6::GetProviderSchema::Request(), schema),
          "the schema is sound");
  tfplugin6::GetFunctions::Response functions;
  require(ask(&Service::GetFunctions, tfplugin6::GetFunctions::Request(), functions), "functions are told");
  require(functions.functions_size() == schema.functions_size(), "both tell the same functions");
}

template <class Request, class Response>
void validate(Asked& asked, grpc::Status (Service::*rpc)(grpc::ServerContext*, const Request*, Response*),
              std::string_view name, const Schema& schema) {
  Request request;
  if constexpr (requires { request.type_name(); }) request.set_type_name(asked.name(name));
  asked.value(schema.type(), *request.mutable_config(), true);
  Response response;
  ask(rpc, request, response);
}

void configure(Asked& asked) {
  tfplugin6::ConfigureProvider::Request request;
  request.set_terraform_version(asked.text());
  asked.value(served().workshop.schema().type(), *request.mutable_config(), true);
  tfplugin6::ConfigureProvider::Response response;
  ask(&Service::ConfigureProvider, request, response);
}

void stop(Asked&) {
  tfplugin6::StopProvider::Response response;
  ask(&Service::StopProvider, tfplugin6::StopProvider::Request(), response);
}

void upgrade(Asked& asked, const Managed& it) {
  tfplugin6::UpgradeResourceState::Request request;
  request.set_type_name(asked.name(it.name));
  const unsigned version = asked.choice();  // Of 0 to 3: the first one, or that of now.
  request.set_version(static_cast<std::int8_t>(version / 4 * 4) + version % 2 * it.schema.version);
  tfplugin6::DynamicValue wire;
  const auto state = asked.value(it.schema.type(), wire, false);
  request.mutable_raw_state()->set_json(state ? cty::encode_json(it.schema.type(), *state) : wire.json());
  tfplugin6::UpgradeResourceState::Response response;
  const bool good = ask(&Service::UpgradeResourceState, request, response);
  const auto upgraded = decoded(it.schema.type(), response.upgraded_state());
  require(!good || (upgraded.is_known() && upgraded.is_wholly_known()), "a state stays a state");
}

void read(Asked& asked, const Managed& it) {
  tfplugin6::ReadResource::Request request;
  request.set_type_name(asked.name(it.name));
  asked.value(it.schema.type(), *request.mutable_current_state(), false);
  request.set_private_(asked.bytes());
  add_meta(asked, request);
  tfplugin6::ReadResource::Response response;
  const bool good = ask(&Service::ReadResource, request, response);
  const auto state = decoded(it.schema.type(), response.new_state());
  require(!good || state.is_wholly_known(), "what was read is known");
}

void plan(Asked& asked, const Managed& it) {
  tfplugin6::PlanResourceChange::Request request;
  request.set_type_name(asked.name(it.name));
  request.set_prior_private(asked.bytes());
  const auto type = it.schema.type();
  auto prior = asked.value(type, *request.mutable_prior_state(), false);
  auto config = asked.value(type, *request.mutable_config(), true);
  for (auto* value : {&prior, &config})
    if (*value) complete_blocks(it.schema.attributes, **value);
  const bool as_core = prior && config && asked.choice() % 8 != 0;
  if (as_core)
    request.mutable_proposed_new_state()->set_msgpack(
        cty::encode_msgpack(type, core::propose(it.schema, *prior, *config)));
  else
    asked.value(type, *request.mutable_proposed_new_state(), true);
  add_meta(asked, request);
  tfplugin6::PlanResourceChange::Response response;
  const bool good = ask(&Service::PlanResourceChange, request, response);
  const auto planned = decoded(type, response.planned_state());
  if (good && as_core)
    for (const auto& complaint : core::of_plan(it.schema, *prior, *config, planned))
      require(false, complaint);
}

void apply(Asked& asked, const Managed& it) {
  tfplugin6::ApplyResourceChange::Request request;
  request.set_type_name(asked.name(it.name));
  const auto type = it.schema.type();
  const auto prior = asked.value(type, *request.mutable_prior_state(), false);
  auto planned = asked.value(type, *request.mutable_planned_state(), true);
  if (planned) complete_blocks(it.schema.attributes, *planned);
  asked.value(type, *request.mutable_config(), false);
  request.set_planned_private(asked.bytes());
  add_meta(asked, request);
  tfplugin6::ApplyResourceChange::Response response;
  const bool good = ask(&Service::ApplyResourceChange, request, response);
  const auto result = decoded(type, response.new_state());
  if (!good || !prior || !planned) return;
  require(result.is_wholly_known(), "what was applied is known");
  for (const auto& complaint : core::of_result(it.schema, *planned, result)) require(false, complaint);
}

void import(Asked& asked, const Managed& it) {
  tfplugin6::ImportResourceState::Request request;
  request.set_type_name(asked.name(it.name));
  request.set_id(asked.text());
  tfplugin6::ImportResourceState::Response response;
  if (!ask(&Service::ImportResourceState, request, response)) return;
  require(response.imported_resources_size() == 1, "an import gives one resource");
  const auto state = decoded(it.schema.type(), response.imported_resources(0).state());
  require(!state.is_null() && state.is_wholly_known(), "an import gives a state");
}

void upgrade_identity(Asked& asked) {
  const auto it = shelf();
  tfplugin6::UpgradeResourceIdentity::Request request;
  request.set_type_name(asked.name(it.name));
  request.set_version(asked.choice() % 2);
  request.mutable_raw_identity()->set_json(asked.bytes());
  tfplugin6::UpgradeResourceIdentity::Response response;
  const bool good = ask(&Service::UpgradeResourceIdentity, request, response);
  const auto identity = decoded(identity_type(it.schema), response.upgraded_identity().identity_data());
  require(!good || (identity.is_known() && identity.is_wholly_known()), "an identity stays an identity");
}

void import_by_identity(Asked& asked) {
  const auto it = shelf();
  tfplugin6::ImportResourceState::Request request;
  request.set_type_name(asked.name(it.name));
  asked.value(identity_type(it.schema), *request.mutable_identity()->mutable_identity_data(), false);
  tfplugin6::ImportResourceState::Response response;
  if (!ask(&Service::ImportResourceState, request, response)) return;
  require(response.imported_resources_size() == 1, "an import gives one resource");
  require(
      !decoded(identity_type(it.schema), response.imported_resources(0).identity().identity_data()).is_null(),
      "an import by identity gives an identity");
}

void read_data(Asked& asked) {
  tfplugin6::ReadDataSource::Request request;
  request.set_type_name(asked.name("shop_catalogue"));
  const auto type = served().workshop.data_sources.at("shop_catalogue")->schema().type();
  asked.value(type, *request.mutable_config(), false);
  add_meta(asked, request);
  tfplugin6::ReadDataSource::Response response;
  const bool good = ask(&Service::ReadDataSource, request, response);
  const auto state = decoded(type, response.state());
  require(!good || (!state.is_null() && state.is_wholly_known()), "what was read is there and known");
}

void open(Asked& asked) {
  tfplugin6::OpenEphemeralResource::Request request;
  request.set_type_name(asked.name("shop_pass"));
  const auto type = served().workshop.ephemeral_resources.at("shop_pass")->schema().type();
  asked.value(type, *request.mutable_config(), false);
  tfplugin6::OpenEphemeralResource::Response response;
  const bool good = ask(&Service::OpenEphemeralResource, request, response);
  const auto result = decoded(type, response.result());
  require(!good || (!result.is_null() && result.is_wholly_known()), "what was opened is there and known");
}

template <class Request, class Response>
void go_on(Asked& asked, grpc::Status (Service::*rpc)(grpc::ServerContext*, const Request*, Response*)) {
  Request request;
  request.set_type_name(asked.name("shop_pass"));
  request.set_private_(asked.bytes());
  Response response;
  ask(rpc, request, response);
}

void call(Asked& asked) {
  tfplugin6::CallFunction::Request request;
  request.set_name(asked.name("sum"));
  const auto& signature = served().workshop.functions.at("sum")->signature();
  for (unsigned left = asked.choice() % 8; left > 0; --left) {
    const auto& parameter = request.arguments_size() == 0 ? signature.parameters[0] : *signature.variadic;
    asked.value(parameter.type, *request.add_arguments(), true);
  }
  tfplugin6::CallFunction::Response response;
  ask(&Service::CallFunction, request, response);
  require(response.has_result() != response.has_error(), "a call has a result or an error");
  if (response.has_result()) decoded(signature.result, response.result());
  require(!response.has_error() || !response.error().text().empty(), "an error says something");
  require(response.error().function_argument() < std::max(1, request.arguments_size()),
          "an error points at an argument that there is");
}

using Rpc = void (*)(Asked&);
constexpr std::array<Rpc, 25> rpcs{
    announce,
    [](Asked& a) { validate(a, &Service::ValidateProviderConfig, "", served().workshop.schema()); },
    configure,
    stop,
    [](Asked& a) { validate(a, &Service::ValidateResourceConfig, "shop_bench", bench().schema); },
    [](Asked& a) {
      validate(a, &Service::ValidateDataResourceConfig, "shop_catalogue",
               served().workshop.data_sources.at("shop_catalogue")->schema());
    },
    [](Asked& a) { upgrade(a, bench()); },
    [](Asked& a) { read(a, bench()); },
    [](Asked& a) { plan(a, bench()); },
    [](Asked& a) { apply(a, bench()); },
    [](Asked& a) { import(a, bench()); },
    read_data,
    [](Asked& a) {
      validate(a, &Service::ValidateEphemeralResourceConfig, "shop_pass",
               served().workshop.ephemeral_resources.at("shop_pass")->schema());
    },
    open,
    [](Asked& a) { go_on(a, &Service::RenewEphemeralResource); },
    [](Asked& a) { go_on(a, &Service::CloseEphemeralResource); },
    call,
    [](Asked& a) { validate(a, &Service::ValidateResourceConfig, "shop_shelf", shelf().schema); },
    [](Asked& a) { upgrade(a, shelf()); },
    [](Asked& a) { read(a, shelf()); },
    [](Asked& a) { plan(a, shelf()); },
    [](Asked& a) { apply(a, shelf()); },
    [](Asked& a) { import(a, shelf()); },
    upgrade_identity,
    import_by_identity,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = ghboot::fuzz::text_of(data, size);
  const unsigned letter = take_choice(input);
  Asked asked(input);
  rpcs[(letter + rpcs.size() * 256 - 'a') % rpcs.size()](asked);
  return 0;
}
