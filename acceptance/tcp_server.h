// SPDX-License-Identifier: Apache-2.0
// Listens on a free port of 127.0.0.1 and serves each connection in a thread of its own: the ground under the
// stand-ins. When stop() returns, every connection is shut down and every thread has ended; what a handler
// waits for besides its socket must be woken first, by who owns it. Threads: stop() from any thread but a
// handler's.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace ghboot::acceptance {

class TcpServer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  // The connection ends when the handler returns. Throws boost::system::system_error when it cannot listen.
  explicit TcpServer(std::function<void(Socket&)> handler);
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  ~TcpServer() { stop(); }

  std::uint16_t port() const { return port_; }
  void stop();

 private:
  void listen();
  void serve(Socket& socket);

  std::function<void(Socket&)> handler_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::mutex mutex_;
  bool stopping_ = false;      // Guarded by mutex_, like the two lists.
  std::list<Socket> sockets_;  // Closed by stop() alone, so that a number is never another connection's.
  std::list<std::jthread> threads_;
  std::jthread listener_;
};

}  // namespace ghboot::acceptance
