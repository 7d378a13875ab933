// SPDX-License-Identifier: Apache-2.0
// A Session is what one configuration of the provider reaches: the servers, the store, the writer of
// accounts. Each part is made when a call first needs it, so that a plan which needs none contacts nobody,
// and what is missing or wrong is said by the call that needs it, in words that name the setting and never
// its value. Threads: any. Clock and Random are borrowed and outlive it; what it hands out lives as long as
// it does.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "github/client.h"
#include "nats/account_writer.h"
#include "nats/connection.h"
#include "nats/environment.h"
#include "nats/file_system.h"
#include "nats/resolver.h"
#include "nats/store.h"
#include "provider/configuration.h"
#include "provider/github_client.h"
#include "provider/hook_listings.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

struct Surroundings {  // What main() hands in.
  nats::Clock& clock;
  nats::Random& random;
  nats::FileSystem& files;
};

class Session {
 public:
  Session(Configuration configuration, const Surroundings& surroundings);

  // Null, with an error in the call's diagnostics, when the configuration does not suffice for it.
  nats::Resolver* resolver(tfplugin::Call& call);
  nats::AccountWriter* writer(tfplugin::Call& call);
  // What signs accounts; nothing, with an error. No server is asked.
  std::optional<nats::KeyPair> operator_key(tfplugin::Call& call);
  // For this call alone: its time is the time of a store's program.
  std::shared_ptr<nats::Store> store(tfplugin::Call& call);
  // How the servers are reached, as nobody yet.
  std::optional<nats::ConnectOptions> servers(tfplugin::Call& call) const;
  // Of the user that the configuration names for what is no account's.
  std::optional<nats::Creds> user_creds(tfplugin::Call& call) const;
  // The host of GitHub itself, as "github.com"; nothing, with an error.
  std::optional<std::string> github_host(tfplugin::Call& call) const;
  // GitHub, as what the configuration says; it sends nothing yet.
  github::Client* github(tfplugin::Call& call);
  HookListings& hook_listings() { return hook_listings_; }
  // Who asks GitHub, as fingerprint_of(): empty where that cannot be said.
  const std::string& github_asker();
  const std::string& github_owner() const { return configuration_.github.owner; }  // Empty: none was given.
  nats::Clock& clock() const { return surroundings_.clock; }
  nats::Random& random() const { return surroundings_.random; }
  const nats::HeldLocks& held_locks() const { return configuration_.held_locks; }
  // What was made under this key is done: its mark stays locked while the session lives, so that a second
  // create of the same name does not take it for the rest of one that was cut off.
  void keep(nats::PendingKey key);
  // A state holds this key, so no create that was cut off needs it any more. Without a store nothing happens.
  void confirm(nats::KeyKind kind, std::string_view name, std::string_view public_key);

  // The first setting that Terraform does not know yet, as "nats.servers": nobody can be asked while there is
  // one.
  std::optional<std::string> unknown_setting() const;
  // Before a read: false, with a warning under `summary`, while there is one, and the state stays as it is.
  bool can_refresh(std::string summary, tfplugin::Call& call) const;
  bool github_is_known() const { return configuration_.github.unknown.empty(); }
  bool can_refresh_github(std::string summary, tfplugin::Call& call) const;

 private:
  bool make_resolver(tfplugin::Diagnostics& diagnostics);
  bool make_writer(tfplugin::Diagnostics& diagnostics);
  std::optional<nats::KeyPair> read_operator_key(tfplugin::Diagnostics& diagnostics) const;
  const std::shared_ptr<nats::Store>& folder_store();
  bool all_known(tfplugin::Diagnostics& diagnostics) const;
  bool have_servers(tfplugin::Diagnostics& diagnostics) const;
  nats::ConnectOptions connect_options(std::optional<nats::Creds> creds) const;

  const Configuration configuration_;
  const Surroundings surroundings_;
  std::mutex mutex_;
  std::optional<nats::Connector> connector_;
  std::optional<nats::Resolver> resolver_;
  std::optional<nats::AccountWriter> writer_;
  std::shared_ptr<nats::Store> folder_store_;
  std::unique_ptr<github::Client> github_;
  std::optional<std::string> github_asker_;
  HookListings hook_listings_;
  std::vector<nats::PendingKey> kept_;
};

// The session of the newest configuration: with -debug one process is configured again by each command, while
// calls of the one before may still run on theirs.
class Sessions {
 public:
  void begin(std::shared_ptr<Session> session) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(session);
  }
  // Null, with an error, before the provider was configured.
  std::shared_ptr<Session> current(tfplugin::Call& call) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Session> current_;
};

inline nats::Wait wait_of(const tfplugin::Call& call) { return {call.deadline, call.stop}; }

}  // namespace ghboot::provider
