// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/core/faults.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/core/chance.h"
#include "tfplugin/cty/msgpack.h"
#include "tfplugin/wire.h"

namespace ghboot::tfplugin::core {
namespace {

using List = cty::Value::List;
using Map = cty::Value::Map;
using grpc::ServerContext;
using grpc::Status;
using Service = tfplugin6::Provider::Service;

enum class When : std::uint8_t {
  plan,
  second_plan,
  destroy_plan,
  apply,
  read,
  replace_path,
  no_answer,
  no_private
};

struct Spoiling {
  Fault fault;
  When when;
  void (*spoil)(Map& object);
};

void nothing(Map&) {}

constexpr std::string_view invalid_plan = "Provider produced invalid plan";
constexpr std::string_view inconsistent = "Provider produced inconsistent result after apply";

const std::array all{
    Spoiling{{"plan_changes_what_is_configured", "name: planned value matches neither", invalid_plan},
             When::plan,
             [](Map& object) { object["name"] = "another"; }},
    Spoiling{{"plan_forgets_what_is_configured", "name: planned value matches neither", invalid_plan},
             When::plan,
             [](Map& object) { object["name"] = cty::Value(); }},
    Spoiling{{"plan_fills_what_is_not_computed", "spare: planned for a non-computed attribute", invalid_plan},
             When::plan,
             [](Map& object) { object["spare"] = "mine"; }},
    Spoiling{{"plan_has_a_write_only_value", "secret: is write-only and not null", invalid_plan},
             When::plan,
             [](Map& object) { object["secret"] = "said"; }},
    Spoiling{{"plan_loses_a_block", "part: count in plan disagrees", invalid_plan},
             When::plan,
             [](Map& object) { object["part"] = List{}; }},
    Spoiling{{"plan_has_null_for_blocks", "part: must be empty to indicate no blocks", invalid_plan},
             When::plan,
             [](Map& object) { object["part"] = cty::Value(); }},
    Spoiling{{"plan_has_another_number_of_elements", "rows: count in plan disagrees", invalid_plan},
             When::plan,
             [](Map& object) { object["rows"].get<List>()->pop_back(); }},
    Spoiling{{"plan_of_a_destruction_leaves_something", "planned for existence but config wants absence",
              invalid_plan},
             When::destroy_plan,
             nothing},
    Spoiling{{"plan_replaces_what_does_not_exist", "nowhere does not exist", invalid_plan},
             When::replace_path,
             nothing},
    Spoiling{{"second_plan_is_another", "note_of_plan: is not what was planned",
              "Provider produced inconsistent final plan"},
             When::second_plan,
             [](Map& object) { object["note_of_plan"] = "second"; }},
    Spoiling{{"apply_changes_what_was_planned", "name: is not what was planned", inconsistent},
             When::apply,
             [](Map& object) { object["name"] = "another"; }},
    Spoiling{{"apply_leaves_something_unknown", "returned invalid result object",
              "Provider returned invalid result object after apply"},
             When::apply,
             [](Map& object) { object["id"] = cty::Value::unknown(); }},
    Spoiling{{"apply_has_a_write_only_value", "secret: is write-only and not null",
              "Provider produced invalid object"},
             When::apply,
             [](Map& object) { object["secret"] = "said"; }},
    Spoiling{{"apply_of_a_creation_has_no_result", "was present or absent against the plan", inconsistent},
             When::no_answer,
             nothing},
    Spoiling{{"apply_loses_the_private_part", "Not the private part that was written",
              "Not the private part that was written"},
             When::no_private,
             nothing},
    Spoiling{{"read_leaves_something_unknown", "produced invalid object", "Provider produced invalid object"},
             When::read,
             [](Map& object) { object["id"] = cty::Value::unknown(); }},
    Spoiling{{"read_has_a_write_only_value", "secret: is write-only and not null",
              "Provider produced invalid object"},
             When::read,
             [](Map& object) { object["secret"] = "said"; }},
};

// Passes on what core asks; what comes back of a resource is for the derived to spoil.
class Passing : public Service {
 public:
  explicit Passing(std::unique_ptr<grpc::Service> owned)
      : owned_(std::move(owned)), served_(dynamic_cast<Service&>(*owned_)) {}

  Status GetProviderSchema(ServerContext* context, const tfplugin6::GetProviderSchema::Request* request,
                           tfplugin6::GetProviderSchema::Response* response) override {
    return served_.GetProviderSchema(context, request, response);
  }
  Status ValidateProviderConfig(ServerContext* context,
                                const tfplugin6::ValidateProviderConfig::Request* request,
                                tfplugin6::ValidateProviderConfig::Response* response) override {
    return served_.ValidateProviderConfig(context, request, response);
  }
  Status ConfigureProvider(ServerContext* context, const tfplugin6::ConfigureProvider::Request* request,
                           tfplugin6::ConfigureProvider::Response* response) override {
    return served_.ConfigureProvider(context, request, response);
  }
  Status StopProvider(ServerContext* context, const tfplugin6::StopProvider::Request* request,
                      tfplugin6::StopProvider::Response* response) override {
    return served_.StopProvider(context, request, response);
  }
  Status ValidateResourceConfig(ServerContext* context,
                                const tfplugin6::ValidateResourceConfig::Request* request,
                                tfplugin6::ValidateResourceConfig::Response* response) override {
    return served_.ValidateResourceConfig(context, request, response);
  }
  Status UpgradeResourceState(ServerContext* context, const tfplugin6::UpgradeResourceState::Request* request,
                              tfplugin6::UpgradeResourceState::Response* response) override {
    return served_.UpgradeResourceState(context, request, response);
  }
  Status GetResourceIdentitySchemas(ServerContext* context,
                                    const tfplugin6::GetResourceIdentitySchemas::Request* request,
                                    tfplugin6::GetResourceIdentitySchemas::Response* response) override {
    return served_.GetResourceIdentitySchemas(context, request, response);
  }
  Status UpgradeResourceIdentity(ServerContext* context,
                                 const tfplugin6::UpgradeResourceIdentity::Request* request,
                                 tfplugin6::UpgradeResourceIdentity::Response* response) override {
    return served_.UpgradeResourceIdentity(context, request, response);
  }
  Status ImportResourceState(ServerContext* context, const tfplugin6::ImportResourceState::Request* request,
                             tfplugin6::ImportResourceState::Response* response) override {
    return served_.ImportResourceState(context, request, response);
  }

 private:
  std::unique_ptr<grpc::Service> owned_;

 protected:
  Service& served_;
};

class Faulty final : public Passing {
 public:
  Faulty(std::unique_ptr<grpc::Service> owned, const Spoiling& spoiling)
      : Passing(std::move(owned)), spoiling_(spoiling) {}

  Status ReadResource(ServerContext* context, const tfplugin6::ReadResource::Request* request,
                      tfplugin6::ReadResource::Response* response) override {
    const Status status = served_.ReadResource(context, request, response);
    if (spoiling_.when == When::read) spoil(*response->mutable_new_state());
    return status;
  }
  Status PlanResourceChange(ServerContext* context, const tfplugin6::PlanResourceChange::Request* request,
                            tfplugin6::PlanResourceChange::Response* response) override {
    const Status status = served_.PlanResourceChange(context, request, response);
    const bool destroys = !object(request->proposed_new_state()).is_known();
    if (destroys && spoiling_.when == When::destroy_plan)
      *response->mutable_planned_state() = request->prior_state();
    if (destroys) return status;
    if (spoiling_.when == When::plan) spoil(*response->mutable_planned_state());
    if (spoiling_.when == When::replace_path) to_wire(Path({"nowhere"}), *response->add_requires_replace());
    if (spoiling_.when == When::second_plan) spoil_second(object(request->config()), *response);
    return status;
  }
  Status ApplyResourceChange(ServerContext* context, const tfplugin6::ApplyResourceChange::Request* request,
                             tfplugin6::ApplyResourceChange::Response* response) override {
    const Status status = served_.ApplyResourceChange(context, request, response);
    if (!object(request->planned_state()).is_known()) return status;
    if (spoiling_.when == When::apply) spoil(*response->mutable_new_state());
    if (spoiling_.when == When::no_answer) response->clear_new_state();
    if (spoiling_.when == When::no_private) response->clear_private_();
    return status;
  }

 private:
  static cty::Value object(const tfplugin6::DynamicValue& wire) {
    return from_wire(schema_for_faults().type(), wire).value_or(cty::Value());
  }
  void spoil(tfplugin6::DynamicValue& wire) const {
    cty::Value value = object(wire);
    if (auto* attributes = value.get<Map>()) spoiling_.spoil(*attributes);
    to_wire(schema_for_faults().type(), value, wire);
  }

  // Of the two plans of a change the second alone knows all of the configuration.
  void spoil_second(const cty::Value& config, tfplugin6::PlanResourceChange::Response& response) const {
    if (config.is_wholly_known()) return spoil(*response.mutable_planned_state());
    cty::Value first = object(response.planned_state());
    first.get<Map>()->insert_or_assign("note_of_plan", "first");
    to_wire(schema_for_faults().type(), first, *response.mutable_planned_state());
  }

  const Spoiling& spoiling_;
};

class FaultyByChance final : public Passing {
 public:
  FaultyByChance(std::unique_ptr<grpc::Service> owned, const Provider& provider, std::string draw)
      : Passing(std::move(owned)), provider_(provider), draw_(std::move(draw)) {}

  Status ReadResource(ServerContext* context, const tfplugin6::ReadResource::Request* request,
                      tfplugin6::ReadResource::Response* response) override {
    const Status status = served_.ReadResource(context, request, response);
    Fate fate(request->type_name(), *this);
    if (fate.when == When::read) fate.spoil(*response->mutable_new_state());
    return status;
  }
  Status PlanResourceChange(ServerContext* context, const tfplugin6::PlanResourceChange::Request* request,
                            tfplugin6::PlanResourceChange::Response* response) override {
    const Status status = served_.PlanResourceChange(context, request, response);
    Fate fate(request->type_name(), *this);
    const bool known = fate.object(request->config()).is_wholly_known();
    if (fate.when == When::plan || (fate.when == When::known_plan && known))
      fate.spoil(*response->mutable_planned_state());
    return status;
  }
  Status ApplyResourceChange(ServerContext* context, const tfplugin6::ApplyResourceChange::Request* request,
                             tfplugin6::ApplyResourceChange::Response* response) override {
    const Status status = served_.ApplyResourceChange(context, request, response);
    Fate fate(request->type_name(), *this);
    if (fate.when != When::apply && fate.when != When::failing_apply) return status;
    fate.spoil(*response->mutable_new_state());
    if (fate.when == When::apply) return status;
    auto& diagnostic = *response->add_diagnostics();
    diagnostic.set_severity(tfplugin6::Diagnostic::ERROR);
    diagnostic.set_summary("Failed by chance");
    diagnostic.set_detail("It is " + request->type_name() + ".a");  // Of what goes core says no address.
    return status;
  }

 private:
  enum class When : std::uint8_t { plan, known_plan, apply, failing_apply, read };

  // What a type spoils: the same each time.
  struct Fate {
    Fate(const std::string& type_name, const FaultyByChance& by)
        : schema(by.provider_.resources.at(type_name)->schema()),
          chance(static_cast<unsigned>(std::hash<std::string>()(by.draw_ + type_name))),
          when(static_cast<When>(chance.below(5))) {}
    cty::Value object(const tfplugin6::DynamicValue& wire) const {
      return from_wire(schema.type(), wire).value_or(cty::Value());
    }
    void spoil(tfplugin6::DynamicValue& wire) {
      cty::Value value = object(wire);
      if (!value.is_known()) return;
      chance.spoil(schema.attributes, value);
      to_wire(schema.type(), value, wire);
    }
    const Schema& schema;
    Chance chance;
    When when;
  };

  const Provider& provider_;
  std::string draw_;
};

Attribute attribute(std::string_view name, Use use) {
  Attribute out;
  out.name = name;
  out.doc = "For faults.";
  out.type = cty::Type::string();
  out.use = use;
  return out;
}

Attribute nested(std::string_view name, std::optional<Block> block) {
  Attribute out = attribute(name, Use::optional);
  out.nesting = Nesting::list;
  out.block = block;
  out.nested = {attribute("text", Use::required)};
  out.type = cty::Type::list(cty::Type::object({{"text", cty::Type::string()}}));
  return out;
}

}  // namespace

std::span<const Fault> faults() {
  static const auto named = [] {
    std::array<Fault, all.size()> out;
    std::ranges::transform(all, out.begin(), &Spoiling::fault);
    return out;
  }();
  return named;
}

Schema schema_for_faults() {
  Schema out;
  out.doc = "For faults.";
  out.attributes = {attribute("id", Use::computed),
                    attribute("name", Use::required),
                    attribute("note", Use::optional),
                    attribute("spare", Use::optional),
                    attribute("secret", Use::optional),
                    attribute("note_of_plan", Use::computed),
                    nested("part", Block{}),
                    nested("rows", std::nullopt)};
  out.attributes[0].keep = true;
  out.attributes[4].write_only = true;
  out.attributes[5].keep = true;
  return out;
}

std::unique_ptr<grpc::Service> with_fault(std::unique_ptr<grpc::Service> service, std::string_view fault) {
  const auto found =
      std::ranges::find(all, fault, [](const Spoiling& spoiling) { return spoiling.fault.name; });
  if (found == all.end()) return service;
  return std::make_unique<Faulty>(std::move(service), *found);
}

std::unique_ptr<grpc::Service> with_faults_by_chance(std::unique_ptr<grpc::Service> service,
                                                     const Provider& provider, std::string draw) {
  return std::make_unique<FaultyByChance>(std::move(service), provider, std::move(draw));
}

}  // namespace ghboot::tfplugin::core
