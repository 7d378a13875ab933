// SPDX-License-Identifier: Apache-2.0
#include "provider/mappings_model.h"

#include <utility>

#include <fmt/format.h>

#include "nats/nkey.h"
#include "nats/subject.h"
#include "provider/public_key.h"
#include "provider/text_or_null.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Path;

void check_destination(const std::string& source, const DestinationModel& to, const Path& path,
                       Diagnostics& diagnostics) {
  if (!to.subject.is_known()) return;
  if (const std::string problem = nats::problem_of_destination(source, *to.subject); !problem.empty())
    diagnostics.error(
        path.attribute("subject"), "Destination that servers would ignore",
        fmt::format("\"{}\" {}. Servers would take the mapping of \"{}\" and not apply it, without a word.",
                    *to.subject, problem, source));
}

void check_mapping(const std::string& source, const MappingModel& mapping, const Path& path,
                   Diagnostics& diagnostics) {
  if (const auto problem = nats::problem_of_subject(source); !problem.empty())
    return diagnostics.error(
        path, "Not a subject",
        fmt::format("\"{}\" {}; a subject is like \"orders.*.created\".", source, problem));
  if (!mapping.destinations.is_known()) return;
  const Path list = path.attribute("destinations");
  if (mapping.destinations->empty())
    diagnostics.error(
        list, "Mapping without a destination",
        fmt::format("\"{}\" goes nowhere. Name a destination, or leave the mapping out.", source));
  std::map<std::string, std::int64_t> totals;  // By cluster.
  std::set<std::string> seen;
  for (std::size_t i = 0; i < mapping.destinations->size(); ++i) {
    const auto& to = (*mapping.destinations)[i];
    const Path place = list.index(static_cast<std::int64_t>(i));
    check_destination(source, to, place, diagnostics);
    // The default is not filled in yet when a configuration is checked.
    if (!to.weight.is_unknown() && !to.cluster.is_unknown())
      totals[to.cluster.value_or("")] += to.weight.value_or(100);
    if (to.subject.is_known() && !seen.insert(*to.subject).second)
      diagnostics.error(place, "Destination that is listed twice",
                        fmt::format("\"{}\" is twice among the destinations of \"{}\", also where the "
                                    "clusters differ. Servers would ignore the whole mapping: keep one.",
                                    *to.subject, source));
  }
  for (const auto& [cluster, total] : totals)
    if (total > 100)
      diagnostics.error(list, "Weights above 100 percent",
                        fmt::format("The weights of \"{}\"{} are {} together; 100 are the most.", source,
                                    cluster.empty() ? "" : fmt::format(" in cluster {}", cluster), total));
}

void check_keys(const Value<std::set<std::string>>& keys, nats::KeyKind kind, const Path& path,
                Diagnostics& diagnostics) {
  if (!keys.is_known()) return;
  for (const std::string& key : *keys) {
    if (key == "*" && kind == nats::KeyKind::account) continue;
    check_public_key(kind, key, path, diagnostics);
  }
}

}  // namespace

nats::SubjectMappings to_claims(const Mappings& mappings) {
  nats::SubjectMappings out;
  for (const auto& [source, mapping] : mappings) {
    auto& list = out[source];
    for (const auto& to : mapping.destinations.value_or({}))
      list.push_back({.subject = to.subject.value_or(""),
                      .weight = to.weight.value_or(100),
                      .cluster = to.cluster.value_or("")});
  }
  return out;
}

Mappings to_model(const nats::SubjectMappings& mappings) {
  Mappings out;
  for (const auto& [source, destinations] : mappings) {
    std::vector<DestinationModel> list;
    for (const auto& to : destinations)
      list.push_back({.subject = to.subject, .cluster = text_or_null(to.cluster), .weight = to.weight});
    out[source].destinations = std::move(list);
  }
  return out;
}

nats::Authorization to_claims(const AuthorizationModel& model) {
  return {.auth_users = texts_of(model.auth_users),
          .allowed_accounts = texts_of(model.allowed_accounts),
          .xkey = model.xkey.value_or("")};
}

AuthorizationModel to_model(const nats::Authorization& authorization) {
  return {.auth_users = set_or_null(authorization.auth_users),
          .allowed_accounts = set_or_null(authorization.allowed_accounts),
          .xkey = text_or_null(authorization.xkey)};
}

void check_mappings(const Value<Mappings>& mappings, Diagnostics& diagnostics) {
  if (!mappings.is_known()) return;
  for (const auto& [source, mapping] : *mappings)
    check_mapping(source, mapping, Path({"mappings"}).key(source), diagnostics);
}

void check_authorization(const Value<AuthorizationModel>& authorization, Diagnostics& diagnostics) {
  if (!authorization.is_known()) return;
  const AuthorizationModel& model = *authorization;
  const Path path({"authorization"});
  check_keys(model.auth_users, nats::KeyKind::user, path.attribute("auth_users"), diagnostics);
  check_keys(model.allowed_accounts, nats::KeyKind::account, path.attribute("allowed_accounts"), diagnostics);
  if (model.xkey.is_known())
    check_public_key(nats::KeyKind::curve, *model.xkey, path.attribute("xkey"), diagnostics);
  const bool on =
      model.auth_users.is_unknown() || (model.auth_users.is_known() && !model.auth_users->empty());
  if (!on && (!model.allowed_accounts.is_null() || !model.xkey.is_null()))
    diagnostics.error(path.attribute("auth_users"), "Auth callout without its service's users",
                      "allowed_accounts and xkey count only beside auth_users: name the users by which the "
                      "service connects, or leave all three out.");
  if (model.allowed_accounts.is_known() && model.allowed_accounts->contains("*") &&
      model.allowed_accounts->size() > 1)
    diagnostics.error(path.attribute("allowed_accounts"), "Any account beside some",
                      "\"*\" stands for any account: leave it out, or the others.");
}

}  // namespace ghboot::provider
