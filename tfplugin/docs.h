// SPDX-License-Identifier: Apache-2.0
// The part of a documentation page that a schema knows: a list of its attributes, as Markdown, in the order
// of the schema, what is nested below what holds it. Threads: any.
#pragma once

#include <string>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

std::string schema_markdown(const Schema& schema);

}  // namespace ghboot::tfplugin
