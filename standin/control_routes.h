// SPDX-License-Identifier: Apache-2.0
// The control API: what GitHub's own API does not do, or does elsewhere. It needs no token; a request that a
// browser sent for another site (Origin), or that named another host than this machine, is refused. Bodies
// and answers are JSON. Members that are left out keep what is there, or have GitHub's default.
//
// GET /_standin → {"version", "addresses"?}: it is there.
//
// POST /_standin/owners {login, type: "Organization"|"User", admins: [login], members: [login], site_admin}
//   → 201 {id, login}, or 200 when it was there and is changed.
// DELETE /_standin/owners/LOGIN → 204, with all that it has.
//
// POST /_standin/repositories {full_name: "owner/name", private, archived, default_branch, admins: [login],
//   writers, readers, protected_branches: [name], which the API moves for nobody} → 201 the repository, or
//   200 likewise.
// PATCH /_standin/repositories/OWNER/NAME {name, owner, private, archived, …} → 200: renamed, transferred, …
// DELETE /_standin/repositories/OWNER/NAME → 204.
//
// POST /_standin/tokens {login, kind: "classic"|"fine_grained", scopes: ["repo"], permissions:
//   {"repository_hooks": "write"}, owner: login, repositories: ["owner/name"], oauth_app, expires_in:
//   seconds, token: "to use"} → 201 {token}; it is never shown again.
// POST /_standin/tokens/revoke {token} → 204.
//
// POST /_standin/events {repository: "owner/name" or organization: login, event, action, payload: {…}}
//   → 202 {guid, deliveries: count}.
//
// POST /_standin/apps {slug, name, owner: login, permissions, public_key: PEM} → 201 {id, slug, client_id,
//   private_key: PEM, where it made the key itself}.
// POST /_standin/installations {app_id, owner: login, permissions: as approved, repositories: [name],
//   suspended} → 201 {id}, or 200 when it was installed there.
// DELETE /_standin/installations/ID → 204.
//
// PATCH /_standin/settings {refuses_local_urls: as GitHub does, hooks_per_event_max: 20,
//   long_installation_tokens: "ghs_APPID_JWT" in place of 40 characters; of runs to come: run_queued_seconds,
//   run_seconds, run_conclusion, run_details: false as a GHES that does not know return_run_details}.
//
// PATCH /_standin/limits {user, anonymous, installation: requests an hour, exceeded_status: 403|429,
//   writes_per_minute, points_per_minute: 0 is no secondary limit, bad_credentials_max, retry_after:
//   seconds}.
// POST /_standin/limits/spend {login or installation_id, used, resets_in: seconds} → 204: as if by requests.
//
// POST /_standin/faults → 201. What it matches, each may be left out: {method, path_prefix, header,
//   header_value}; of the matches {skip, times}; what it does: {latency_ms; status, body: "json", "html" or
//   the text itself (GitHub's errors have a documentation_url), headers: {…}: in place of the answer, and
//   without a cut the request has no effect; cut: "before" the write, "after" it (with a status: that is
//   answered after it), or "truncated": half of the answer}.
// GET, DELETE /_standin/faults: those that are left; none any more.
//
// GET /_standin/requests?since=NUMBER → the request log: [{number, method, target, status, counted, …}].
// DELETE /_standin/requests → 204; numbers go on.
//
// POST /_standin/sink: a receiver of webhooks: 202, or 401 when the signature is not that of the hook that
//   X-GitHub-Hook-ID names.
// GET /_standin/sink → what it got: [{hook_id, guid, event, signature: "valid"|"invalid"|"unsigned"}].
//
// Threads: those of the call.
#pragma once

#include <span>

#include "standin/router.h"

namespace ghboot::standin {

constexpr std::string_view control_prefix = "/_standin";
constexpr std::string_view sink_path = "/_standin/sink";

std::span<const Route> control_routes();
std::span<const Route> control_memory_routes();  // Of limits, faults, the log and the receiver.

// The answer to a request that must not use the control API; nothing when it may.
std::optional<Response> refuse_control(const Request& request);

}  // namespace ghboot::standin
