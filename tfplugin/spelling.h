// SPDX-License-Identifier: Apache-2.0
// What the engine does to whole values on their way between author and core: spellings that mean the same are
// kept, and write-only values reach the author alone. For the engine's .cpp files.
#pragma once

#include <vector>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

// By the attribute's own type; false where either is not wholly known.
bool means_same(const Attribute& attribute, const cty::Value& a, const cty::Value& b);

// Where `value` means the same as `older`, it gets its spelling; lists by index, maps by key, not inside
// sets.
void keep_spelling(const std::vector<Attribute>& attributes, const cty::Value& older, cty::Value& value);

// `value` with the write-only values of the configuration, for the author; and with none, for core.
cty::Value with_write_only(const std::vector<Attribute>& attributes, cty::Value value,
                           const cty::Value& config);
cty::Value without_write_only(const std::vector<Attribute>& attributes, cty::Value value);

// Paths of write-only attributes that `value` has.
std::vector<Path> write_only_paths(const std::vector<Attribute>& attributes, const cty::Value& value);

}  // namespace ghboot::tfplugin
