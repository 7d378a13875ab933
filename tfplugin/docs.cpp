// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tfplugin/docs_page.h"
#include "tfplugin/docs_schema.h"

namespace ghboot::tfplugin {
namespace {

namespace fs = std::filesystem;

std::string doc_of(const auto& offered) {  // A Schema, a Signature.
  return offered.deprecated.empty() ? offered.doc : offered.doc + "\n\n**Deprecated:** " + offered.deprecated;
}

PageSubject subject_of(const PageKind& kind, const std::string& name, std::string_view prefix,
                       const Schema& schema) {
  const std::string_view file =
      name.starts_with(prefix) ? std::string_view(name).substr(prefix.size()) : name;
  return {kind,       name,           fs::path(kind.folder) / fmt::format("{}.md", file),
          schema.doc, doc_of(schema), schema_markdown(schema)};
}

PageSubject subject_of(const std::string& name, const Signature& signature) {
  return {function_page,
          name,
          fs::path(function_page.folder) / (name + ".md"),
          signature.summary,
          doc_of(signature),
          signature_markdown(name, signature)};
}

std::vector<PageSubject> subjects_of(const Provider& provider, const std::string& provider_name) {
  const Schema& schema = provider.schema();
  std::vector<PageSubject> out{
      {provider_page, provider_name, "index.md", schema.doc, schema.doc, schema_markdown(schema)}};
  const auto add = [&](const PageKind& kind, const auto& offered) {
    for (const auto& [name, one] : offered)
      out.push_back(subject_of(kind, name, provider_name + "_", one->schema()));
  };
  add(resource_page, provider.resources);
  add(data_source_page, provider.data_sources);
  add(ephemeral_page, provider.ephemeral_resources);
  for (const auto& [name, function] : provider.functions)
    out.push_back(subject_of(name, function->signature()));
  return out;
}

PageSources sources_beside(const fs::path& folder) {
  const fs::path root = (fs::absolute(folder) / "").lexically_normal().parent_path().parent_path();
  const fs::path below = root / "examples" / "terraform";
  return {root / "templates", fs::exists(below) ? below : root / "examples"};
}

// What lies where a page's sources are looked for, and is none: a name that is misspelt, or a resource that
// is gone.
std::vector<fs::path> strays(const fs::path& root, const std::vector<PageSubject>& subjects,
                             const auto& source_of) {
  std::vector<fs::path> out;
  for (const PageKind* kind : {&resource_page, &data_source_page, &ephemeral_page, &function_page}) {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(root / kind->folder, absent))
      if (std::ranges::none_of(subjects,
                               [&](const PageSubject& s) { return root / source_of(s) == entry.path(); }))
        out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

const auto page_of = [](const PageSubject& subject) { return subject.page; };
const auto example_of = [](const PageSubject& subject) { return subject.example(); };

std::string name_in(std::string_view source_address) {
  return std::string(source_address.substr(source_address.rfind('/') + 1));
}

struct Page {
  fs::path file;  // As "resources/shelf.md".
  std::string text;
};
using Pages = std::expected<std::vector<Page>, std::string>;

Pages make_docs(const Provider& provider, std::string_view source_address, const fs::path& folder) {
  const std::string provider_name = name_in(source_address);
  const PageSources sources = sources_beside(folder);
  const std::vector<PageSubject> subjects = subjects_of(provider, provider_name);
  for (const auto& found :
       {strays(sources.templates, subjects, page_of), strays(sources.examples, subjects, example_of)})
    if (!found.empty())
      return std::unexpected(
          fmt::format("{}: the provider offers nothing of this name", found.front().string()));
  std::vector<Page> pages;
  for (const PageSubject& subject : subjects) {
    auto page = make_page(subject, provider_name, sources);
    if (!page) return std::unexpected(page.error());
    pages.push_back({subject.page, *std::move(page)});
  }
  return pages;
}

std::expected<void, std::string> write(const fs::path& file, std::string_view text) {
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  errno = 0;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text << std::flush;
  if (stream) return {};
  if (!failed) failed = std::error_code(errno, std::generic_category());
  return std::unexpected(fmt::format("{} cannot be written: {}", file.string(), failed.message()));
}

std::string first_difference(std::string_view there, std::string_view wanted) {
  const auto same = static_cast<std::size_t>(std::ranges::mismatch(there, wanted).in1 - there.begin());
  const auto number = 1 + std::ranges::count(there.substr(0, same), '\n');
  const auto line = [](std::string_view text, std::size_t at) {
    const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  return fmt::format("line {} is \"{}\" and should be \"{}\"", number, line(there, same), line(wanted, same));
}

}  // namespace

std::expected<std::size_t, std::string> write_docs(const Provider& provider, std::string_view source_address,
                                                   const fs::path& folder) {
  if (const auto defects = problems(provider); !defects.empty())
    return std::unexpected(
        fmt::format("{}: the schema is defective: {}", source_address, fmt::join(defects, "; ")));
  const auto pages = make_docs(provider, source_address, folder);
  if (!pages) return std::unexpected(pages.error());
  for (const Page& page : *pages)
    if (const auto written = write(folder / page.file, page.text); !written)
      return std::unexpected(written.error());
  return pages->size();
}

std::vector<std::string> docs_drift(const Provider& provider, std::string_view source_address,
                                    const fs::path& folder) {
  const auto pages = make_docs(provider, source_address, folder);
  if (!pages) return {pages.error()};
  std::vector<std::string> out;
  for (const Page& page : *pages) {
    const fs::path file = folder / page.file;
    if (!fs::exists(file))
      out.push_back(fmt::format("{} is missing", file.string()));
    else if (const std::string there = text_of(file); there != page.text)
      out.push_back(fmt::format("{}: {}", file.string(), first_difference(there, page.text)));
  }
  for (const fs::path& stray : strays(folder, subjects_of(provider, name_in(source_address)), page_of))
    out.push_back(fmt::format("{}: the provider offers nothing of this name: delete it", stray.string()));
  return out;
}

}  // namespace ghboot::tfplugin
