// SPDX-License-Identifier: Apache-2.0
#include "provider/event_bus_functions.h"

#include <memory>
#include <string>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/bus_roles.h"
#include "provider/event_bus_model.h"
#include "provider/permissions_model.h"
#include "tfplugin/field.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Function;
using tfplugin::Path;

struct RoleArguments {
  Value<std::string> role, organization, host;
  static constexpr auto fields() {
    using M = RoleArguments;
    return std::tuple{
        Field{"role", &M::role, Use::required, "`receiver`, `regenerator`, `manager` or `reader`."},
        Field{"organization", &M::organization, Use::required, "Login of the organisation on GitHub."},
        Field{"host", &M::host, Use::optional,
              "Host of the GitHub that it is on, as `ghe.example.com:8443`; null: `github.com`."},
    };
  }
};

class EventBusPermissions final : public Function<RoleArguments, PermissionsModel> {
 public:
  EventBusPermissions()
      : Function(
            "What a role of an event bus may do.",
            "Permissions, as the template of a scoped signing key has them, of a program around the event "
            "bus of an organisation. `receiver` publishes what webhooks deliver; `regenerator` asks for "
            "regenerations, holds the lock and says what became of them; `manager` makes, changes and "
            "removes the "
            "streams, as `ghboot_event_bus` does; `reader` reads what is stored, "
            "message by message, hears what is published, and sees who holds the lock.") {}

 protected:
  Value<PermissionsModel> result(const RoleArguments& in, Diagnostics& diagnostics) const override {
    const auto role = nats::bus_role(*in.role);
    if (!role) {
      diagnostics.error(Path({"role"}), "Not a role",
                        fmt::format("\"{}\" is no role of an event bus; {} are.", in.role->substr(0, 60),
                                    fmt::join(nats::bus_roles, ", ")));
      return {};
    }
    EventBusModel bus;
    bus.organization = tfplugin::CaseInsensitive{*in.organization};
    if (in.host.is_known()) bus.host = tfplugin::CaseInsensitive{*in.host};
    const auto names = names_of(bus, diagnostics);
    return names ? to_model(nats::permissions(*role, *names)) : Value<PermissionsModel>();
  }
};

}  // namespace

void add_event_bus_functions(tfplugin::Provider& provider) {
  provider.functions.emplace("event_bus_permissions", std::make_unique<EventBusPermissions>());
}

}  // namespace ghboot::provider
