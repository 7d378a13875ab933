// SPDX-License-Identifier: Apache-2.0
// Planning a change of a managed resource, by core's rules: what the configuration says is kept; what it
// leaves out gets its default, its prior value, or becomes unknown, and the last only when something really
// changes (else the plan would never come to rest).
#pragma once

#include "tfplugin/resource.h"

namespace ghboot::tfplugin {

struct PlanResult {
  cty::Value planned;
  std::vector<Path> requires_replace;  // Sorted, each once.
  cty::Value identified_by;  // The state whose identity the planned object has: for an update a known one.
};

// `proposed` is core's merge of prior state and configuration; null when the resource is destroyed. The
// call's private state is the one to plan with; it is carried on.
PlanResult plan_change(const ManagedResource& resource, const cty::Value& prior, cty::Value proposed,
                       const cty::Value& config, Call& call);

}  // namespace ghboot::tfplugin
