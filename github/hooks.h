// SPDX-License-Identifier: Apache-2.0
// Webhooks of repositories and organisations (docs.github.com, REST API, "Repository webhooks", "Organization
// webhooks"). Always holds: what GitHub shows in a secret's place, "********", is never sent back, as GitHub
// would take it for a new secret. A hook's secret cannot be read, only whether there is one. Threads: those
// of the Client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "github/client.h"

namespace ghboot::github {

constexpr std::string_view secret_mask = "********";

struct HookHome {
  std::string owner;  // The organisation, where there is no repository.
  std::string repository{};
};

struct LastResponse {  // Of the receiver to the newest delivery. GitHub tells it of repositories' hooks
                       // alone.
  std::optional<std::int64_t> code{};  // Nothing: none was answered.
  std::string status{}, message{};     // status: "active", "unused", or what went wrong; empty: not told.
};

struct Hook {
  std::int64_t id = 0;
  bool active = true;
  std::vector<std::string> events;
  std::string url, content_type;
  bool insecure_ssl = false, has_secret = false;
  std::string ping_url, deliveries_url;
  LastResponse last_response{};
};

struct HookInput {  // All of a hook that is made.
  std::string url, content_type = "json";
  nats::Secret secret{};  // Empty: none.
  bool insecure_ssl = false, active = true;
  std::vector<std::string> events{"push"};
};

struct ConfigChange {  // Keys that are left out keep what they are, the secret too.
  std::optional<std::string> url{}, content_type{};
  std::optional<nats::Secret> secret{};
  std::optional<bool> insecure_ssl{};
};

struct HookChange {  // Of what is not in its config.
  std::optional<std::vector<std::string>> events{};
  std::optional<bool> active{};
};

struct Delivery {
  std::int64_t id = 0;
  std::string guid, event, action, delivered_at, status;  // status: "OK", or why it failed.
  int status_code = 0;                                    // Of the receiver; 0: none answered.
  bool redelivery = false;
};

struct HookList {
  std::vector<Hook> hooks;
  bool not_modified = false;
  std::string etag{}, moved_to{};  // As in Listing.
};

class Hooks {  // Those of one home. The Client outlives it.
 public:
  Hooks(Client& client, const HookHome& home);

  // Errors are Client::send()'s; of create(), ErrorKind::unknown is settled by list(), and
  // ErrorKind::conflict is a hook with this URL and an event of these. ErrorKind::invalid: the mask was given
  // for a secret; nothing was sent.
  Result<HookList> list(const Wait& wait, std::string etag = {});
  Result<Hook> get(std::int64_t id, const Wait& wait);
  Result<Hook> create(const HookInput& input, const Wait& wait);
  Result<Hook> change(std::int64_t id, const HookChange& change,
                      const Wait& wait);  // Leaves the config alone.
  Result<void> change_config(std::int64_t id, const ConfigChange& change, const Wait& wait);
  // With a whole config and no secret: GitHub removes the one that there is.
  Result<Hook> replace(std::int64_t id, const HookInput& input, const Wait& wait);
  // Whether it was there. False is GitHub's 404: it was gone before (also by a try of this call whose answer
  // was lost), or the token must not see it; only a look at the home's own rights tells them apart.
  Result<bool> remove(std::int64_t id, const Wait& wait);
  Result<void> ping(std::int64_t id, const Wait& wait);
  // The newest first, at most `count_max`, by GitHub's cursors: a request for each hundred.
  Result<std::vector<Delivery>> deliveries(std::int64_t id, const Wait& wait, std::size_t count_max = 30);

 private:
  std::string at(std::int64_t id, std::string_view rest = {}) const;
  Client& client_;
  std::string path_;
};

}  // namespace ghboot::github
