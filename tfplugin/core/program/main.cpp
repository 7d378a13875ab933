// SPDX-License-Identifier: Apache-2.0
// terraform-provider-chance: the resources chance_s0, chance_s1, … are those that the seeds 0, 1, … make, for
// the real terraform to judge.
#include <memory>
#include <string>

#include "tfplugin/core/chance.h"
#include "tfplugin/serve.h"

namespace {

using namespace ghboot::tfplugin;

struct Nothing {
  static constexpr auto fields() { return std::tuple{}; }
};

class Chances final : public TypedProvider<Nothing> {
 public:
  Chances() : TypedProvider("Resources by chance.") {
    for (unsigned seed = 0; seed < core::seeds_for_terraform; ++seed)
      resources.emplace("chance_s" + std::to_string(seed),
                        core::make_obedient_resource(core::Chance(seed).schema(), seed));
  }

 protected:
  void configure_with(const Nothing&, std::string_view, Diagnostics&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  Chances provider;
  return serve(argc, argv, "registry.terraform.io/ghboot/chance", provider);
}
