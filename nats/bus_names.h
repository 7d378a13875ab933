// SPDX-License-Identifier: Apache-2.0
// What the streams, subjects and bucket of one organisation are called; nothing else makes these names. An
// organisation is its login and the host that it is on, since another GitHub has other organisations (design:
// events.md, "Names"). Always holds: two organisations share no name, and each name is one that JetStream
// takes. It cannot follow a login that is given to another organisation. Threads: as any value.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nats/error.h"

namespace ghboot::nats {

enum class BusStream : std::uint8_t {
  events,        // What GitHub said.
  requests,      // For regenerations.
  regeneration,  // What became of them.
  lock,
  bucket,  // The stream behind the key-value bucket.
};
inline constexpr std::array bus_streams{BusStream::lock, BusStream::regeneration, BusStream::requests,
                                        BusStream::events, BusStream::bucket};  // As they are made.

struct LockNames {
  std::string stream;        // "GITHUB_LOCK_acme"
  std::string subject;       // "github.acme.regeneration_lock"
  std::string wait_subject;  // "github.acme.regeneration_wait", which no stream stores.
};

struct RegenerationNames {
  std::string requests_stream, request;  // "GITHUB_REQUESTS_acme", "github.acme.regeneration_requested"
  std::string stream;                    // "GITHUB_REGENERATION_acme", which stores the four below.
  std::string started, completed, failed, asked;  // "github.acme.regeneration_started"
  std::string snapshot_stream,
      snapshot;  // "KV_ghboot_acme", "$KV.ghboot_acme.regeneration": what the log says.
};

class BusNames {
 public:
  // ErrorKind::invalid: no login, or a host that gives no name. The host is GitHub's own, not its API's:
  // "github.com", "acme.ghe.com", "ghe.example.com:8443".
  static Result<BusNames> make(std::string_view login, std::string_view host);

  const std::string& key() const { return key_; }            // "acme", or "acme__ghe_example_com".
  std::string stream(BusStream which) const;                 // "GITHUB_EVENTS_acme"
  std::vector<std::string> subjects(BusStream which) const;  // That it stores.
  std::string subject(std::string_view what) const;          // "github.acme.<what>"
  std::string bucket() const;                                // "ghboot_acme"
  LockNames lock() const;
  RegenerationNames regeneration() const;

 private:
  explicit BusNames(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace ghboot::nats
