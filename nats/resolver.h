// SPDX-License-Identifier: Apache-2.0
// The Resolver speaks with the account store of every server of a cluster, by the system account: push, look
// up, list, delete. Each server answers for itself, so each function counts the answers against the servers
// that are connected. Always holds: "gone" is certain or not said; a server that is silent is never counted
// as one that agrees. It cannot compare and set: two writers are kept apart by account_writer.h. Rules:
// server/accounts.go; who should answer: ROUTEZ and GATEWAYZ, who is away: JSZ (only clusters with JetStream
// know). Threads: any. Connector and Clock are borrowed and outlive it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nats/connection.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/nkey.h"
#include "nats/operator_claims.h"
#include "nats/topology.h"

namespace ghboot::nats {

struct Refusal {
  Server server;
  Error error;  // The message names the server.
};

struct Answers {  // Of a push or a delete.
  std::vector<Server> done;
  std::vector<Refusal> refused;  // Also those that said 200 and stored nothing.
  std::vector<Server> silent;    // Connected and without an answer: may have done it.
  std::vector<Away> away;        // As in Cluster.
};

struct Stored {  // What the servers keep of one account.
  std::vector<std::string>
      jwts;  // One for each server that has it, in no order: the answers do not say whose they are.
  std::vector<Server> without;  // Said that they do not have it.
  std::vector<Server> silent;
  std::vector<Away> away;
  bool equal_everywhere() const;  // On all servers that answered.
};

struct Listing {
  Server server;
  std::vector<std::string> accounts;  // "A…"
};

struct StoredStream {
  std::string name;
  std::uint64_t messages = 0, bytes = 0;
};

class Resolver {
 public:
  Resolver(Connector& connector, Clock& clock) : connector_(connector), clock_(clock) {}

  // ErrorKind::refused: the creds are not of the system account.
  Result<Cluster> servers(const Wait& wait);
  // The same, and each that answers with its version and whether it has JetStream: servers before 2.10 tell
  // that of themselves alone, so each is asked.
  Result<Cluster> described_servers(const Wait& wait);
  // Of the server's configuration, as it tells them itself. Empty where it was given bare keys instead.
  Result<std::vector<OperatorClaims>> operators(const Wait& wait);
  // A server stores what any operator signed and answers 200, and the account is then broken: so the key is
  // compared with the operators before it signs. ErrorKind::invalid names both.
  Result<void> check_signer(std::string_view operator_public_key, const Wait& wait);

  // ErrorKind::missing: every connected server said that it does not have the account. unreachable: nobody
  // has it, and not all answered. refused: the servers keep no accounts (a MEMORY resolver).
  Result<Stored> lookup(std::string_view account, const Wait& wait);
  Result<std::vector<Listing>> list(const Wait& wait);  // Of the servers that answered, at least one.

  // Fails only when nothing was sent: invalid (above max_payload, untrue form), unreachable, refused (no
  // server has a resolver that takes accounts).
  Result<Answers> push(std::string_view jwt, const Wait& wait);
  Result<Answers> remove(const std::vector<std::string>& accounts, const KeyPair& signer,
                         std::int64_t unix_seconds, const Wait& wait);

  // By name, largest size of its copies. ErrorKind::unreachable: a server with JetStream was silent, so
  // others may exist.
  Result<std::vector<StoredStream>> streams(std::string_view account, const Wait& wait);
  Result<bool> jetstream_enabled(const Wait& wait);  // On any server.

  // Every push and delete of an account that any client makes from now on, ours too.
  Result<Subscription> watch(const Wait& wait);

 private:
  struct Answered;
  struct Known {  // What was learned through one connection.
    std::weak_ptr<Connection> from;
    Cluster cluster;
    SteadyTime cluster_until{};  // Not trusted any longer than this.
    std::chrono::milliseconds round_trip{};
    std::optional<std::vector<OperatorClaims>> operators;
    std::map<std::string, std::string> names;  // By id. Servers before 2.10 tell only their own.
  };
  Result<std::shared_ptr<Connection>> connect(const Wait& wait);
  Result<Cluster> servers_through(Connection& connection, const Wait& wait);
  Result<Answered> ask_all(std::string_view subject, std::string_view body, const Wait& wait);
  void name_silent(Answered& answered);
  Result<Answers> claims_answers(Result<Answered> asked) const;
  Result<Stored> lookup_listed(std::string_view account, const Wait& wait);
  Result<std::vector<std::string>> lookup_texts(std::string_view account, std::size_t texts_wanted,
                                                std::size_t answers_wanted, const Wait& wait);
  Wait patience(const Wait& wait) const;

  Connector& connector_;
  Clock& clock_;
  std::mutex mutex_;
  Known known_;
};

}  // namespace ghboot::nats
