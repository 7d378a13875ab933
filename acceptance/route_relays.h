// SPDX-License-Identifier: Apache-2.0
// Stand before the route ports of a cluster's servers, so that one of them can be cut off from the others
// while its clients reach it: nothing passes then, and no connection ends; what was on its way arrives when
// all is mended. Servers are told apart by the names that they give each other. It needs the servers to
// advertise the relays' ports, see NatsOptions. Threads: it runs in threads of its own; all functions from
// any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ghboot::acceptance {

class RouteRelays {
 public:
  struct Server {
    std::string name;
    std::uint16_t route_port = 0;
  };
  explicit RouteRelays(const std::vector<Server>& servers);
  RouteRelays(const RouteRelays&) = delete;
  RouteRelays& operator=(const RouteRelays&) = delete;
  ~RouteRelays();

  std::uint16_t port(std::size_t index) const;  // What others are to connect to.
  void cut_off(std::size_t index);              // One at a time.
  void mend();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ghboot::acceptance
