// SPDX-License-Identifier: Apache-2.0
// Carrying out a planned change, and reading and importing: the engine's part around the author's. An answer
// of the author that core would refuse (unknowns left, a planned value changed) becomes an error that names
// the attribute.
#pragma once

#include "tfplugin/data_source.h"
#include "tfplugin/ephemeral.h"
#include "tfplugin/resource.h"

namespace ghboot::tfplugin {

// The new state, null when there is none; with errors in the call it is what exists all the same. For a
// failed update or destroy that changed nothing it is `prior`.
cty::Value apply_change(const ManagedResource& resource, const cty::Value& prior, const cty::Value& planned,
                        const cty::Value& config, Call& call);

// Null: it is certainly gone.
cty::Value read_resource(const ManagedResource& resource, const cty::Value& state, Call& call);

// Never null without an error.
cty::Value import_resource(const ManagedResource& resource, const std::string& id, Call& call);
cty::Value import_by_identity(const ManagedResource& resource, const cty::Value& identity, Call& call);

// Wholly known, and as configured; null with an error alone.
cty::Value read_data(const DataSourceBase& source, const cty::Value& config, Call& call);
// The same; what was opened beside an error is closed again, since core closes nothing then.
cty::Value open_ephemeral(const EphemeralBase& resource, const cty::Value& config, RenewAt& renew_at,
                          Call& call);

}  // namespace ghboot::tfplugin
