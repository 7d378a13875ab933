// SPDX-License-Identifier: Apache-2.0
// Texts as Terraform holds them: UTF-8, composed (Unicode's NFC). Threads: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tfplugin/cty/type.h"
#include "tfplugin/cty/value.h"

namespace ghboot::tfplugin::cty {

// "e" with an accent after it becomes the one letter that both make. Nothing: it is no UTF-8.
std::optional<std::string> composed(std::string_view text);

// Composes each text of `value`, which conforms to `type`; elements of a set and keys of a map that become
// one are one then. False: some text is no UTF-8, and `value` is not to be used.
bool compose(const Type& type, Value& value);

// For people: each byte that belongs to no character is replaced by U+FFFD.
std::string readable(std::string_view text);

// UTF-8 of at most `bytes_max` bytes, not cut inside a character; "…" stands for what is left out.
std::string shortened(std::string text, std::size_t bytes_max);

}  // namespace ghboot::tfplugin::cty
