// SPDX-License-Identifier: Apache-2.0
// The documentation of a provider in the layout of Terraform's registry, a page for all that it offers:
// index.md, resources/, data-sources/, ephemeral-resources/ and functions/. A page is made of the schema and
// of what lies beside the pages' folder:
//
//   templates/index.md, templates/resources/NAME.md, …    the text that is written by hand; see below
//   examples/provider/*.tf                                examples/terraform/…, where there is that folder
//   examples/resources/TYPE/*.tf, import.sh, import.tf    also data-sources/, ephemeral-resources/
//   examples/functions/NAME/*.tf
//
// NAME is the type without the provider's name before it. All .tf files of a folder are one configuration,
// that of the kind's name (resource.tf) is shown first; a line with the licence at their top is not shown. A
// template has the placeholders .Title, .Description, .Example, .Schema and .Import, the last three whole
// sections; a page without a template has these alone. A template that begins with front matter has it from
// there, else it is made, too. Always holds: a template or an example that belongs to no page, and a section
// that a template leaves out, are errors. Cannot: make guides; those are written by hand. Threads: any.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tfplugin/provider.h"

namespace ghboot::tfplugin {

// Makes all pages, then writes them over what is there; other files stay. Returns their number; the error is
// for people and begins with a path, or tells the problems() of the provider. With these, or with one of a
// template or an example, nothing is written, with one of the disk some pages may be. `source_address` ends
// with the provider's name.
std::expected<std::size_t, std::string> write_docs(const Provider& provider, std::string_view source_address,
                                                   const std::filesystem::path& folder);
// For a test: where the pages in `folder` are not what would be written, a line for each such file.
std::vector<std::string> docs_drift(const Provider& provider, std::string_view source_address,
                                    const std::filesystem::path& folder);

}  // namespace ghboot::tfplugin
