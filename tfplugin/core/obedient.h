// SPDX-License-Identifier: Apache-2.0
// A provider that does as it is told, of schemas by chance. Threads: any.
#pragma once

#include <memory>

#include "tfplugin/provider.h"
#include "tfplugin/resource.h"

namespace ghboot::tfplugin::core {

// A resource of any schema that exists in the state alone: it keeps what it is given and chooses what is left
// to it, the same for the same, in any process. Spellings that mean the same come back in another. What it
// wrote into its private part it wants back, and says so loudly when it is another's or gone.
std::unique_ptr<ManagedResource> make_obedient_resource(Schema schema, unsigned seed);

// chance_s0, chance_s1, …: the resources that the seeds 0, 1, … make, as many as terraform is given.
std::unique_ptr<Provider> make_provider_by_chance();

}  // namespace ghboot::tfplugin::core
