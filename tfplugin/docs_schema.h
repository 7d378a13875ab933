// SPDX-License-Identifier: Apache-2.0
// The part of a documentation page that the code knows, as Markdown: the attributes of a schema, in the order
// of the schema, those that hold others with a section of their own; a function's signature and arguments.
// Headings, words and anchors are those of Terraform's registry. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "tfplugin/function.h"
#include "tfplugin/schema.h"

namespace ghboot::tfplugin {

std::string schema_markdown(const Schema& schema);
std::string signature_markdown(std::string_view name, const Signature& signature);

// `text`, each line but the first and the empty ones after `indent`.
std::string indented(std::string_view text, std::string_view indent);

}  // namespace ghboot::tfplugin
