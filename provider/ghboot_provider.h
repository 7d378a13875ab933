// SPDX-License-Identifier: Apache-2.0
// The provider ghboot/ghboot: its block, and what it offers. Threads: as Provider. What Surroundings and the
// Environment refer to outlives it.
#pragma once

#include <string_view>

#include "provider/configuration.h"
#include "provider/session.h"
#include "tfplugin/provider.h"

namespace ghboot::provider {

inline constexpr std::string_view source_address = "registry.terraform.io/ghboot/ghboot";

class GhbootProvider final : public tfplugin::TypedProvider<ProviderModel> {
 public:
  GhbootProvider(const Surroundings& surroundings, Environment environment);

 protected:
  void check(const ProviderModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void configure_with(const ProviderModel& config, std::string_view terraform_version,
                      tfplugin::Diagnostics& diagnostics) override;

 private:
  const Surroundings surroundings_;
  const Environment environment_;
  Sessions sessions_;
};

}  // namespace ghboot::provider
