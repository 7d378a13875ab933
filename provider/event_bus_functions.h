// SPDX-License-Identifier: Apache-2.0
// The functions of an organisation's event bus. Threads: as every function.
#pragma once

#include "tfplugin/provider.h"

namespace ghboot::provider {

void add_event_bus_functions(tfplugin::Provider& provider);

}  // namespace ghboot::provider
