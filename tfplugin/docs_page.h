// SPDX-License-Identifier: Apache-2.0
// One documentation page: what the schema gives, the examples and the template of docs.h, put together.
// Reads files, writes none. Threads: any.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace ghboot::tfplugin {

struct PageKind {
  std::string_view folder, name, example;  // Of pages, templates and examples; for people; shown first.
};
inline constexpr PageKind provider_page{"provider", "Provider", "provider.tf"};
inline constexpr PageKind resource_page{"resources", "Resource", "resource.tf"};
inline constexpr PageKind data_source_page{"data-sources", "Data Source", "data-source.tf"};
inline constexpr PageKind ephemeral_page{"ephemeral-resources", "Ephemeral Resource",
                                         "ephemeral-resource.tf"};
inline constexpr PageKind function_page{"functions", "Function", "function.tf"};

struct PageSubject {
  const PageKind& kind;
  std::string name;            // As "example_shelf".
  std::filesystem::path page;  // As "resources/shelf.md".
  std::string summary;         // For lists of pages.
  std::string doc, schema;     // Markdown; the schema with its heading.

  bool is_provider() const { return &kind == &provider_page; }
  std::filesystem::path example() const {
    return is_provider() ? std::filesystem::path(kind.folder) : std::filesystem::path(kind.folder) / name;
  }
};

struct PageSources {
  std::filesystem::path templates, examples;  // Folders, which need not exist.
};

// The error is for people and begins with the template's path.
std::expected<std::string, std::string> make_page(const PageSubject& subject, std::string_view provider_name,
                                                  const PageSources& sources);

// All of a file; empty when it cannot be read.
std::string text_of(const std::filesystem::path& file);

}  // namespace ghboot::tfplugin
