// SPDX-License-Identifier: Apache-2.0
// Core asks for every stored state to be "upgraded", also when it was written under the version that is
// served now.
#pragma once

#include <string>
#include <string_view>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

// The state as a value of the schema's type. Attributes that the schema does not know are left out, those
// that the stored state does not have are null.
cty::Value upgrade_state(const Schema& schema, std::string_view type_name, std::int64_t version,
                         std::string_view json, Diagnostics& diagnostics);

}  // namespace ghboot::tfplugin
