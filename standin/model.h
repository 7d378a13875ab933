// SPDX-License-Identifier: Apache-2.0
// What the stand-in remembers, as plain values. Times are seconds since 1970. Ids are unique over all kinds,
// and those of deliveries are above 2^53, as GitHub's may be: who reads them as a double is found out. A
// token is kept as its SHA-256 alone; a hook's secret has to be kept, for signing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ghboot::standin {

using Id = std::int64_t;
using Permissions = std::map<std::string, std::string>;  // "repository_hooks" → "read", "write" or "admin".

struct Owner {
  Id id = 0;
  std::string login;
  bool is_organization = true;
  bool is_site_admin = false;                // A user that owns every organisation.
  std::vector<std::string> admins, members;  // Logins, of an organisation.
  std::int64_t created_at = 0;
};

struct Repository {
  Id id = 0, owner_id = 0;
  std::string name;
  bool is_private = false, archived = false;
  std::string default_branch = "main";
  std::vector<std::string> admins, writers, readers;  // Logins, besides those that the owner gives.
  std::vector<std::string> protected_branches;        // They change by pull requests alone.
  std::int64_t created_at = 0, updated_at = 0;
};

struct Token {
  std::string fingerprint;       // SHA-256 of the token, in hex.
  std::string kind = "classic";  // Or "fine_grained", "installation".
  std::string login;             // Of a user's token.
  std::vector<std::string> scopes;
  Permissions permissions;
  Id owner_id = 0;               // Of a fine-grained one: whose resources; 0: its user's.
  bool all_repositories = true;  // Else `repositories`.
  std::vector<Id> repositories;
  std::string oauth_app;        // The OAuth app that it was given to.
  Id installation_id = 0;       // Of an installation's.
  std::int64_t expires_at = 0;  // 0: never.
};

struct App {
  Id id = 0;
  std::string slug, name, client_id, owner;
  std::string public_key;  // PEM.
  Permissions permissions;
};

struct Installation {
  Id id = 0, app_id = 0, owner_id = 0;
  Permissions permissions;  // As the owner approved them.
  bool all_repositories = true, suspended = false;
  std::vector<Id> repositories;
  std::int64_t created_at = 0;
};

struct Hook {
  Id id = 0;
  bool of_organization = false;
  Id target_id = 0;  // The repository's or the organisation's.
  bool active = true;
  std::vector<std::string> events;
  std::string url, content_type = "form", secret, insecure_ssl = "0";
  std::string oauth_app;  // That made it.
  std::int64_t created_at = 0, updated_at = 0;
  int last_code = 0;  // Of the last answer; 0: none, or nobody answered.
  std::string last_status = "unused", last_message;
};

struct Delivery {
  Id id = 0, hook_id = 0, repository_id = 0;
  std::string guid;  // The event's: all hooks that it reaches share it.
  std::string event, action;
  bool redelivery = false;
  bool done = false;  // Else it is under way, and is sent again after a restart.
  std::string url;
  std::vector<std::pair<std::string, std::string>> request_headers, response_headers;
  std::string payload;  // JSON.
  std::string response_body;
  std::int64_t delivered_at = 0;
  double duration = 0;  // Seconds.
  int status_code = 0;  // 0: nobody answered.
  std::string status;   // "OK", or what went wrong.
};

struct Pull {
  Id id = 0, repository_id = 0, number = 0;
  std::string title, body, head, base;  // Branches, both of this repository.
  bool open = true, draft = false;
  std::string author;  // A login.
  std::int64_t created_at = 0, updated_at = 0;
};

struct Run {  // Of a workflow. What stage it is in follows from the time.
  Id id = 0, repository_id = 0, workflow_id = 0, number = 0;
  std::string name, path, event, head_branch, head_sha, title, actor;
  std::map<std::string, std::string> inputs;
  std::int64_t created_at = 0, queued_seconds = 0, run_seconds = 0;
  std::int64_t cancelled_at = 0;  // 0: it was not.
  std::string conclusion = "success";
  int told = 0;  // Of its stages, so many were told to hooks.
};

struct RunSettings {  // For runs to come.
  std::int64_t queued_seconds = 2, run_seconds = 4;
  std::string conclusion = "success";
  bool returns_details = true;  // Knows return_run_details; an older GHES answers 400 to it.
};

struct State {
  Id next_id = 1001;
  std::map<Id, Owner> owners;
  std::map<Id, Repository> repositories;
  std::map<std::string, Id> moved;      // Lower-case "owner/name" of old → the repository.
  std::map<std::string, Token> tokens;  // By fingerprint.
  std::map<Id, App> apps;
  std::map<Id, Installation> installations;
  std::map<Id, Hook> hooks;
  std::map<Id, Pull> pulls;
  std::map<Id, Run> runs;
  RunSettings run_settings;
  bool refuses_local_urls = false;  // Of hooks, as GitHub does.
  int hooks_per_event_max = 20;
  bool long_installation_tokens = false;  // "ghs_APPID_JWT" in place of 40 characters.

  // Kept apart from the rest, each in a file of its own.
  std::map<Id, Delivery> deliveries;

  Id take_id() { return next_id++; }
};

constexpr Id first_delivery_id = 9'100'000'000'000'000;  // 2^53 is 9'007'199'254'740'992.

}  // namespace ghboot::standin
