// SPDX-License-Identifier: Apache-2.0
// terraform-provider-chance, for the real terraform to judge: the resources chance_s0, chance_s1, … are those
// that the seeds 0, 1, … make, with faults by chance if $GHBOOT_FAULT_DRAW is set, and chance_fault
// shows the fault that $GHBOOT_FAULT names.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "tfplugin/core/faults.h"
#include "tfplugin/core/obedient.h"
#include "tfplugin/serve.h"
#include "tfplugin/service.h"

using namespace ghboot::tfplugin;

int main(int argc, char** argv) {
  const auto provider = core::make_provider_by_chance();
  provider->resources.emplace("chance_fault", core::make_obedient_resource(core::schema_for_faults(), 0));
  const char* fault = std::getenv("GHBOOT_FAULT");
  const char* draw = std::getenv("GHBOOT_FAULT_DRAW");
  return serve(argc, argv, "registry.terraform.io/ghboot/chance", *provider,
               [=](Provider& served, Session& session) {
                 auto service = make_provider_service(served, session);
                 return draw ? core::with_faults_by_chance(std::move(service), served, draw)
                             : core::with_fault(std::move(service), fault ? fault : "");
               });
}
