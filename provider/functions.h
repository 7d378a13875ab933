// SPDX-License-Identifier: Apache-2.0
// The provider's functions about NATS: keys, JWTs, creds and subjects for a configuration to work with.
// Nothing is asked and nothing kept. No error repeats what was given: it may be a secret. Threads: any.
#pragma once

#include "tfplugin/provider.h"

namespace ghboot::provider {

void add_functions(tfplugin::Provider& provider);

}  // namespace ghboot::provider
