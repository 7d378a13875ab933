// SPDX-License-Identifier: Apache-2.0
#include "acceptance/tcp_server.h"

#include <utility>

#include <sys/socket.h>

namespace ghboot::acceptance {

using boost::asio::ip::tcp;

TcpServer::TcpServer(std::function<void(Socket&)> handler)
    : handler_(std::move(handler)),
      acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()),
      listener_([this] { listen(); }) {}

void TcpServer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    // close() would not wake Linux's blocking accept(); shutdown() does. On sockets the numbers are used, as
    // their objects belong to other threads now.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    for (Socket& socket : sockets_) {
      ::shutdown(socket.native_handle(), SHUT_RDWR);
    }
  }
  if (listener_.joinable()) {
    listener_.join();
  }
  threads_.clear();
  sockets_.clear();
}

void TcpServer::listen() {
  for (;;) {
    boost::system::error_code failed;
    Socket socket = acceptor_.accept(failed);
    std::lock_guard lock(mutex_);
    if (stopping_) {
      return;
    }
    if (!failed) {
      Socket& kept = sockets_.emplace_back(std::move(socket));
      threads_.emplace_back([this, &kept] { serve(kept); });
    }
  }
}

void TcpServer::serve(Socket& socket) {
  handler_(socket);
  ::shutdown(socket.native_handle(), SHUT_RDWR);
}

}  // namespace ghboot::acceptance
