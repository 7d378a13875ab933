// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/config_rule.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ghboot::tfplugin {
namespace {

using Names = std::vector<std::string_view>;

struct Found {
  Names all, written, missing;
  bool decided = true;  // None is unknown.
};

bool is_written(const cty::Value& value) {
  const auto* list = value.get<cty::Value::List>();
  const auto* map = value.get<cty::Value::Map>();
  return value.is_known() && !(list && list->empty()) && !(map && map->empty());
}

Found look(const ConfigRule& rule, const cty::Value& config) {
  Found out;
  for (const std::string_view name : rule.names()) {
    const cty::Value& value = config[name];
    out.all.push_back(name);
    if (value.is_unknown())
      out.decided = false;
    else
      (is_written(value) ? out.written : out.missing).push_back(name);
  }
  return out;
}

std::string joined(const Names& names) { return fmt::format("\"{}\"", fmt::join(names, "\", \"")); }

}  // namespace

void check(const ConfigRule& rule, const cty::Value& config, const Path& path, Diagnostics& diagnostics) {
  using Kind = ConfigRule::Kind;
  const Found found = look(rule, config);
  const bool wants_one = rule.kind == Kind::exactly_one || rule.kind == Kind::at_least_one;
  const bool forbids_two = rule.kind == Kind::exactly_one || rule.kind == Kind::at_most_one;
  const auto first_of = [&](const Names& names) { return path.attribute(names.front()); };
  if (forbids_two && found.written.size() > 1)
    diagnostics.error(first_of(found.written), "Attributes that exclude each other",
                      fmt::format("{} are set; {} one of {} may be.", joined(found.written),
                                  wants_one ? "exactly" : "at most", joined(found.all)));
  if (wants_one && found.decided && found.written.empty())
    diagnostics.error(path, "Missing attribute",
                      fmt::format("None of {} is set; {} one of them must be.", joined(found.all),
                                  forbids_two ? "exactly" : "at least"));
  const bool binds =
      rule.kind == Kind::together || (rule.kind == Kind::needs && is_written(config[rule.names().front()]));
  if (binds && !found.written.empty() && !found.missing.empty())
    diagnostics.error(first_of(found.written), "Attributes that belong together",
                      fmt::format("{} {} set without {}; {}.", joined(found.written),
                                  found.written.size() == 1 ? "is" : "are", joined(found.missing),
                                  rule.kind == Kind::together
                                      ? "set all of them, or none"
                                      : "set what is missing, or remove " + joined({found.all.front()})));
}

}  // namespace ghboot::tfplugin
