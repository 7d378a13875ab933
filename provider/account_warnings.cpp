// SPDX-License-Identifier: Apache-2.0
#include "provider/account_warnings.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/subject_mappings.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;

constexpr std::size_t names_shown_max = 20;
constexpr std::chrono::seconds question_max{5};

// "a, b and 3 more".
std::string listed(std::vector<std::string> names) {
  const std::size_t more = names.size() > names_shown_max ? names.size() - names_shown_max : 0;
  names.resize(names.size() - more);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

void find_in_mappings(const Mappings& mappings, std::vector<NeededVersion>& out) {
  for (const auto& [source, mapping] : mappings) {
    std::int64_t total = 0;
    for (const auto& to : mapping.destinations.value_or({})) {
      total += to.weight.value_or(0);
      if (!to.subject.is_known()) continue;
      const auto since = nats::destination_since(source, *to.subject);
      if (since > nats::ServerVersion())
        out.push_back(
            {.path = Path({"mappings"}).key(source),
             .since = since,
             .consequence = fmt::format(
                 "refuse or ignore the whole mapping, because of its destination \"{}\"", *to.subject)});
    }
    if (total > 100)
      out.push_back({.path = Path({"mappings"}).key(source),
                     .since = {2, 10, 18},
                     .consequence = "refuse the account, because they add up the weights of all clusters"});
  }
}

constexpr nats::ServerVersion in_process_since{2, 11};

bool names_in_process(const RightsModel& rights) {
  return rights.connection_types.is_known() && rights.connection_types->contains("IN_PROCESS");
}

void find_in_signing_keys(const SigningKeys& keys, std::vector<NeededVersion>& out) {
  for (const auto& key : keys)
    if (key.rights.is_known() && names_in_process(*key.rights))
      out.push_back({.path = Path({"signing_keys"}),
                     .since = in_process_since,
                     .consequence = fmt::format("do not know the connection type IN_PROCESS of role \"{}\"",
                                                key.role.value_or(""))});
}

template <class Entries>
void find_traces(const Value<Entries>& entries, std::string_view attribute, std::vector<NeededVersion>& out) {
  if (!entries.is_known()) return;
  for (const auto& entry : *entries)
    if (entry.allow_trace.value_or(false)) {
      out.push_back({.path = Path({attribute}),
                     .since = {2, 11},
                     .consequence = fmt::format("do not know allow_trace, which \"{}\" has",
                                                entry.subject.value_or(""))});
      return;
    }
}

}  // namespace

void warn_of_removed_keys(Session& session, std::string_view account_name,
                          const std::vector<std::string>& keys, Call& call) {
  Diagnostics ignored;  // Without a store nothing is known of users.
  Call quiet{.diagnostics = ignored, .private_state = call.private_state};
  const auto store = session.store(quiet);
  for (const std::string& key : keys) {
    const auto users = store ? store->users_signed_by(key) : std::vector<std::string>();
    if (!users || users->empty()) continue;
    call.diagnostics.warning(
        Path({"signing_keys"}), "Signing key with users",
        fmt::format("Signing key {} leaves account {}, and servers then refuse whoever it signed. Of these "
                    "the store has {}: {}. Give them another signing_key first, in an apply of its own.",
                    key, account_name,
                    users->size() == 1 ? "one user" : fmt::format("{} users", users->size()),
                    listed(*users)));
  }
}

std::vector<NeededVersion> claims_of_newer_servers(const ClaimsModel& claims) {
  std::vector<NeededVersion> out;
  if (claims.authorization.is_known() && !claims.authorization->auth_users.is_null())
    out.push_back({.path = Path({"authorization"}),
                   .since = {2, 10},
                   .consequence = "let users in as if it were not there"});
  if (claims.mappings.is_known()) find_in_mappings(*claims.mappings, out);
  if (claims.signing_keys.is_known()) find_in_signing_keys(*claims.signing_keys, out);
  find_traces(claims.exports, "exports", out);
  find_traces(claims.imports, "imports", out);
  return out;
}

std::vector<NeededVersion> rights_of_newer_servers(const RightsModel& user) {
  if (!names_in_process(user)) return {};
  return {{.path = Path({"connection_types"}),
           .since = in_process_since,
           .consequence = "do not know the connection type IN_PROCESS, and refuse a user who has no other"}};
}

void warn_of_old(Session& session, const std::vector<NeededVersion>& needed, Call& call) {
  if (needed.empty() || session.unknown_setting()) return;
  Diagnostics ignored;
  Call quiet{.diagnostics = ignored, .private_state = call.private_state};
  auto* resolver = session.resolver(quiet);
  if (!resolver) return;
  const auto servers =
      resolver->described_servers({std::min(call.deadline, session.clock().now() + question_max), call.stop});
  if (!servers) return;
  for (const NeededVersion& need : needed) {
    std::vector<std::string> old;
    for (const auto& server : servers->present)
      if (!server.version.empty() && nats::parse_version(server.version) < need.since)
        old.push_back(fmt::format("{} ({})", nats::shown(server), server.version));
    if (old.empty()) continue;
    std::ranges::sort(old);
    call.diagnostics.warning(
        need.path, "Servers that are too old for it",
        fmt::format("{} needs servers of {} or newer; older ones {}. Too old: {}. Update them, or leave it "
                    "out.",
                    need.path.text(), nats::to_string(need.since), need.consequence, listed(old)));
  }
}

}  // namespace ghboot::provider
