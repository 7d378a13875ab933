// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs_template.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ghboot::tfplugin {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::unexpected<std::string> unknown(std::string_view name, const std::vector<Placeholder>& placeholders) {
  std::vector<std::string_view> names;
  for (const Placeholder& placeholder : placeholders) names.push_back(placeholder.name);
  return std::unexpected(
      fmt::format("there is no placeholder {{{{ {} }}}}; there are {}", name, fmt::join(names, ", ")));
}

}  // namespace

std::expected<std::string, std::string> fill_template(std::string_view text,
                                                      const std::vector<Placeholder>& placeholders) {
  std::string out;
  std::set<std::string_view> used;
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{")) {
    out += text.substr(0, at);
    const auto end = text.find("}}", at);
    if (end == std::string_view::npos) return std::unexpected("a placeholder has no }}");
    const std::string_view name = trimmed(text.substr(at + 2, end - at - 2));
    const auto found = std::ranges::find(placeholders, name, &Placeholder::name);
    if (found == placeholders.end()) return unknown(name, placeholders);
    used.insert(found->name);
    out += found->text;
    text.remove_prefix(end + 2);
    const bool alone = (out.empty() || out.ends_with("\n\n")) && text.starts_with("\n\n");
    if (found->text.empty() && alone) text.remove_prefix(2);
  }
  out += text;
  for (const Placeholder& placeholder : placeholders)
    if (placeholder.needed && !placeholder.text.empty() && !used.contains(placeholder.name))
      return std::unexpected(fmt::format("it leaves out {{{{ {} }}}}", placeholder.name));
  out.erase(out.find_last_not_of(" \n") + 1);
  return out + "\n";
}

}  // namespace ghboot::tfplugin
