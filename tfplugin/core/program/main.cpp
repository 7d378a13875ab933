// SPDX-License-Identifier: Apache-2.0
// terraform-provider-chance, for the real terraform to judge: the resources chance_s0, chance_s1, … are those
// that the seeds 0, 1, … make, and chance_fault shows the fault that $GHBOOT_FAULT names.
#include <cstdlib>
#include <memory>
#include <string>

#include "tfplugin/core/chance.h"
#include "tfplugin/core/faults.h"
#include "tfplugin/serve.h"
#include "tfplugin/service.h"

namespace {

using namespace ghboot::tfplugin;

class Chances final : public PlainProvider<> {
 public:
  Chances() : PlainProvider("Resources by chance.") {
    for (unsigned seed = 0; seed < core::seeds_for_terraform; ++seed)
      resources.emplace("chance_s" + std::to_string(seed),
                        core::make_obedient_resource(core::Chance(seed).schema(), seed));
    resources.emplace("chance_fault", core::make_obedient_resource(core::schema_for_faults(), 0));
  }
};

}  // namespace

int main(int argc, char** argv) {
  Chances provider;
  const char* fault = std::getenv("GHBOOT_FAULT");
  return serve(argc, argv, "registry.terraform.io/ghboot/chance", provider,
               [fault](Provider& served, Session& session) {
                 return core::with_fault(make_provider_service(served, session), fault ? fault : "");
               });
}
