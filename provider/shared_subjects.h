// SPDX-License-Identifier: Apache-2.0
// What exports and imports have in common as sets of objects: a Model with to_claims(Model), of which a set
// may be written in several ways. Threads: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provider/report.h"
#include "tfplugin/diagnostics.h"
#include "tfplugin/value.h"

namespace ghboot::provider {

template <class Model>
auto sorted_claims(const std::set<Model>& models) {
  std::vector<decltype(to_claims(std::declval<Model>()))> out;
  for (const Model& model : models) out.push_back(to_claims(model));
  std::ranges::sort(out);
  return out;
}

template <class Model>
std::set<Model> spelled_by_claims(const std::set<Model>& before, const std::set<Model>& there) {
  std::map<decltype(to_claims(std::declval<Model>())), const Model*> known;
  for (const Model& model : before) known.emplace(to_claims(model), &model);
  std::set<Model> out;
  for (const Model& model : there) {
    const auto same = known.find(to_claims(model));
    out.insert(same == known.end() ? model : *same->second);
  }
  return out;
}

// What differs is said by what it is about, not by its values: among them may be a token.
template <class Model, class Named>
std::string claims_difference(std::string_view attribute, const std::set<Model>& there,
                              const std::set<Model>& wanted, Named named) {
  using Claims = decltype(to_claims(std::declval<Model>()));
  std::map<std::string, Claims> a, b;
  for (const Model& model : there) a.emplace(to_claims(model).key(), to_claims(model));
  for (const Model& model : wanted) b.emplace(to_claims(model).key(), to_claims(model));
  std::string out;
  for (const auto& [key, claims] : a)
    if (!b.contains(key)) out += fmt::format("  {}: {} is there and not wanted\n", attribute, named(claims));
  for (const auto& [key, claims] : b) {
    const auto at = a.find(key);
    if (at == a.end())
      out += fmt::format("  {}: {} is wanted and not there\n", attribute, named(claims));
    else if (at->second != claims)
      out += fmt::format("  {}: {} is there with other settings\n", attribute, named(claims));
  }
  return out;
}

constexpr std::size_t problems_shown_max = 10;  // A thousand of one kind say no more.

inline void report_problems(const tfplugin::Path& path, std::string_view summary,
                            const std::vector<std::string>& problems, tfplugin::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < problems.size() && i < problems_shown_max; ++i)
    diagnostics.error(path, std::string(summary), sentence(problems[i]));
  if (problems.size() > problems_shown_max)
    diagnostics.error(path, std::string(summary),
                      fmt::format("{} more of this kind.", problems.size() - problems_shown_max));
}

inline void check_count(const tfplugin::Path& path, std::string_view name, std::size_t count,
                        const tfplugin::Value<std::int64_t>& limit, tfplugin::Diagnostics& diagnostics) {
  if (!limit.is_known() || *limit < 0 || count <= static_cast<std::size_t>(*limit)) return;
  diagnostics.error(path, fmt::format("More {} than the limit", name),
                    fmt::format("There are {}, and limits.{} is {}: servers would refuse the account. Raise "
                                "the limit, -1 is none, or leave some out.",
                                count, name, *limit));
}

}  // namespace ghboot::provider
