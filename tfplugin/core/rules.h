// SPDX-License-Identifier: Apache-2.0
// Terraform core's own rules about a managed resource, written a second time, apart from the engine that has
// to keep them: what core proposes, and what it says of a plan or a result that breaks a rule. Source:
// hashicorp/terraform, internal/plans/objchange. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin::core {

// ProposedNew: the configuration, and for what it leaves out of computed attributes the prior value.
cty::Value propose(const Schema& schema, const cty::Value& prior, const cty::Value& config);

// "path: what is wrong", empty when core would take it.
using Complaints = std::vector<std::string>;

// AssertPlanValid.
Complaints of_plan(const Schema& schema, const cty::Value& prior, const cty::Value& config,
                   const cty::Value& planned);
// AssertObjectCompatible: of a second plan, or of what apply made of the plan.
Complaints of_result(const Schema& schema, const cty::Value& planned, const cty::Value& result);

// What no object may have that comes from a provider: a write-only value.
Complaints of_object(const Schema& schema, const cty::Value& value);

}  // namespace ghboot::tfplugin::core
