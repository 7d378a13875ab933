// SPDX-License-Identifier: Apache-2.0
// The whole stand-in: its folder, its certificate, its two ports and its deliveries, put together. Always
// holds: when open() returned, both ports take connections; when it is destroyed, no thread runs and all that
// was acknowledged is stored. Threads: open and destroy from one; what it runs are its own.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ghboot::standin {

class Standin;

struct ServiceOptions {
  std::uint16_t port = 0, tls_port = 0;  // 0: any that is free.
  std::string folder;                    // Empty: a temporary one, gone with it.
  // A classic token with every scope of the user "ghboot", who owns every organisation. Empty: none.
  std::string admin_token;
  std::string search_path;  // PATH, for git.
  std::function<void(const std::string& line)> log =
      {};  // Each request as a line of JSON; from many threads, in turn.
  std::function<void(const std::string& line)> exchanges = {};  // As Standin::set_exchanges().
};

class Service {
 public:
  // The error says what could not be done, and what to do.
  static std::expected<std::unique_ptr<Service>, std::string> open(const ServiceOptions& options);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  std::string address() const;      // "http://127.0.0.1:PORT"
  std::string tls_address() const;  // "https://127.0.0.1:PORT"
  std::string certificate() const;  // The path of the PEM file that clients have to trust.
  Standin& standin();

 private:
  struct Parts;
  explicit Service(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace ghboot::standin
