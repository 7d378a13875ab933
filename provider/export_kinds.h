// SPDX-License-Identifier: Apache-2.0
// What one account offers to another, as exports, imports and activations name it. Threads: a constant.
#pragma once

#include "tfplugin/validators.h"

namespace ghboot::provider {

inline constexpr tfplugin::OneOf export_kinds{"stream", "service"};

}  // namespace ghboot::provider
