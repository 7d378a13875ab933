// SPDX-License-Identifier: Apache-2.0
// While libnats 3.4.1 connects, nothing stops it: it waits without end for a TLS handshake that the other
// side never answers, and spins (and grows) when a server sends its INFO and then nothing. It gives no access
// to its socket. So the guard finds that socket, by being the only one that opens at the time, and shuts it
// down when the time is over or a stop is asked for; libnats then fails as it does for a connection that the
// server closed. Always holds: only sockets are touched that came to be during the guard's life and lead to
// its address. It cannot cut short the resolving of a host name. Threads: one.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "nats/environment.h"
#include "nats/server_address.h"
#include "nats/turn.h"

namespace ghboot::nats {

// Whoever has the turn may open a connection: one in the process at a time.
Turns& opening_turns();

class ConnectGuard {
 public:
  // The caller has the turn of opening_turns().
  ConnectGuard(const ServerAddress& address, const Wait& wait);
  ~ConnectGuard();  // Ends the watch. The connection is left alone from then on.

 private:
  void watch(const Wait& wait);

  ServerAddress address_;
  std::set<unsigned long> sockets_before_;  // Inodes.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool ended_ = false;
  std::thread watcher_;
};

}  // namespace ghboot::nats
