// SPDX-License-Identifier: Apache-2.0
// The identity of a managed resource: the attributes that its schema marks, as Terraform 1.12 and OpenTofu
// 1.12 store them beside the state. It is always a part of the state, so that the two cannot disagree, and it
// stays the same for a resource's life unless the schema says that it changes. Core checks none of that.
// Threads: any.
#pragma once

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

bool has_identity(const Schema& schema);
cty::Type identity_type(const Schema& schema);

// The identity that `state` has; null when it is null, or the schema has no identity.
cty::Value identity_of(const Schema& schema, const cty::Value& state);

// The state with nothing in it but an identity that was given for an import. What is required and null
// becomes an error.
cty::Value state_of(const Schema& schema, const cty::Value& identity, Diagnostics& diagnostics);

// An error for each part of the identity that `after` changes, or that it lacks although it is required.
// What was null before may be filled in.
void check_identity(const Schema& schema, const cty::Value& before, const cty::Value& after,
                    Diagnostics& diagnostics);

}  // namespace ghboot::tfplugin
