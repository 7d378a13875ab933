// SPDX-License-Identifier: Apache-2.0
// Real nats-servers in operator mode, one or a cluster, on free ports of 127.0.0.1, with an operator of their
// own and all that they keep in a temporary folder. The program is $GHBOOT_NATS_SERVER, else the nats-server
// on the PATH (or in /usr/sbin, where Debian has it). Always holds: when a function that starts servers
// returns, they take connections and, in a cluster, know each other; no server outlives the object. It looks
// at what servers keep in their folders, not through the code under test. Throws std::runtime_error when the
// harness itself fails. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/process.h"
#include "acceptance/route_relays.h"
#include "acceptance/temp_folder.h"
#include "nats/account_claims.h"
#include "nats/connection.h"
#include "nats/new_operator.h"
#include "nats/server_config.h"

namespace ghboot::acceptance {

struct NatsOptions {
  std::size_t servers = 1;   // Of each cluster.
  std::size_t clusters = 1;  // "c", or "c1", "c2", … joined by gateways. n1 … are the first one's.
  bool jetstream = true;
  bool strict = false;  // The operator's own key signs nothing.
  nats::ResolverKind resolver = nats::ResolverKind::full;
  bool allow_delete = true;
  std::optional<int> accounts_max{};
  std::optional<std::int64_t> max_payload{};
  std::string merge_interval = "2s";             // Between two merges of what the servers keep.
  std::optional<nats::NewOperator> issuer{};     // Another tool's; else a new one.
  bool has_relays = false;                       // Between the servers of the one cluster: for cut_off().
  std::map<std::string, std::string> preload{};  // JWTs by account, beside the system account's.
};

class NatsServer {
 public:
  explicit NatsServer(const NatsOptions& options = {});
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;
  ~NatsServer();

  std::string url(std::size_t index = 0) const;  // "nats://127.0.0.1:PORT", the same after a restart.
  std::uint16_t port(std::size_t index = 0) const;
  const nats::NewOperator& issuer() const { return operator_; }
  std::filesystem::path operator_seed_file() const;  // Of the signing key.
  std::filesystem::path system_creds_file() const;

  std::filesystem::path jetstream_folder(std::size_t index = 0) const;  // To be copied while it is stopped.

  void start(std::size_t index = 0) { start({index}); }
  void start(std::initializer_list<std::size_t> indices);  // Together: of a cluster one alone is not whole.
  // As a service manager does; done when the leader of JetStream's group knows, where a majority is left.
  void stop(std::size_t index = 0);
  void kill(std::size_t index = 0);    // SIGKILL, done on return: what it had not written is lost.
  void freeze(std::size_t index = 0);  // SIGSTOP, done on return: connections stay and nothing answers.
  void thaw(std::size_t index = 0);
  void cut_off(std::size_t index);  // From the other servers; clients reach it.
  void mend();

  // What a server keeps, by account, the system account left out.
  std::map<std::string, std::string> stored(std::size_t index = 0) const;
  std::optional<nats::AccountClaims> account(std::string_view public_key, std::size_t index = 0) const;
  // The one account that there is; throws when there are more or none.
  nats::AccountClaims only_account(std::size_t index = 0) const;

  // As another tool would: signed by the operator's signing key, and pushed.
  void push(const nats::AccountClaims& claims);
  void push_text(std::string_view jwt);
  std::string sign(const nats::AccountClaims& claims) const;  // Newer than what is stored.
  void erase(std::string_view account);
  // As an editor would, in the folder of a server that runs.
  void overwrite(std::string_view account, std::string_view jwt, std::size_t index = 0) const;
  void remove_file(std::string_view account, std::size_t index = 0) const;

  nats::Result<std::shared_ptr<nats::Connection>> connect(std::string_view creds,
                                                          std::size_t index = 0) const;

 private:
  struct One;
  nats::ServerConfig config_of(std::size_t index) const;
  std::filesystem::path file_of(std::string_view account, std::size_t index) const;
  void launch(std::size_t index);
  void wait_until_whole(std::size_t index);
  void wait_until_counted(std::size_t asked);
  std::size_t running_servers() const;

  NatsOptions options_;
  TempFolder folder_;
  nats::NewOperator operator_;
  std::vector<One> servers_;
  std::unique_ptr<RouteRelays> relays_;
};

}  // namespace ghboot::acceptance
