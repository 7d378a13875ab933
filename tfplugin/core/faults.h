// SPDX-License-Identifier: Apache-2.0
// Faults that a provider could have on the wire, each of which breaks one of core's rules: a provider that
// the engine would never let through, for the model of core and the real terraform to refuse alike. They are
// shown on one resource, whose schema this is. Threads: any.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tfplugin/provider.h"

namespace grpc {
class Service;
}

namespace ghboot::tfplugin::core {

struct Fault {
  std::string_view name;
  std::string_view model_says;      // Part of what Core::said() has.
  std::string_view terraform_says;  // The summary of its error.
};
std::span<const Fault> faults();

Schema schema_for_faults();

// Passes each RPC on to `service` and spoils what comes back, by the fault of that name.
std::unique_ptr<grpc::Service> with_fault(std::unique_ptr<grpc::Service> service, std::string_view fault);

// The same with every resource of `provider`, which is borrowed: each has something of its own that it
// spoils, another for another `draw`, in every plan, in plans of known values, in what is made, beside an
// error, or in what is read. Whether that breaks a rule is for core to say.
std::unique_ptr<grpc::Service> with_faults_by_chance(std::unique_ptr<grpc::Service> service,
                                                     const Provider& provider, std::string draw);

}  // namespace ghboot::tfplugin::core
