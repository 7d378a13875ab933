// SPDX-License-Identifier: Apache-2.0
// What is said of an author's answer that core would refuse: the attribute, what was found, what was
// expected. Never a secret, and never more of a value than people read. For tfplugin/'s .cpp files. Threads:
// any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

inline constexpr std::size_t shown_bytes_max = 80;
inline constexpr std::string_view with_plan = "with the plan's output";

// For people: null, "not known yet", or its JSON, shortened. Of what is sensitive or write-only, or holds or
// stands in such (`in_secret`), only that.
std::string shown(const Attribute& attribute, bool in_secret, const cty::Value& value);

void report_defect(const Path& path, const std::string& what, Diagnostics& diagnostics,
                   std::string_view with = with_plan);

// An error for each attribute of `object` that is not wholly known, the innermost that can be named.
void check_decided(const std::vector<Attribute>& attributes, const cty::Value& object, const Path& path,
                   Diagnostics& diagnostics, std::string_view with = with_plan);

// An error for each attribute of the top whose value is of another type than its own, as an author's dynamic
// value can be, or holds a text that is no UTF-8; it then is what `older` has, or null. What is written to
// core would be null, or another text, without a word. Other texts are composed, as core does.
void refuse_misfits(const Schema& schema, const cty::Value& older, cty::Value& object,
                    Diagnostics& diagnostics);

// What of `value` is decided, for an answer beside an error: core refuses unknowns there too. What is not is
// what it was before, else null; a list, set or map with an undecided element is so as a whole.
cty::Value decided(const cty::Type& type, const cty::Value& value, const cty::Value& prior);

}  // namespace ghboot::tfplugin
