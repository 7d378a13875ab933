// SPDX-License-Identifier: Apache-2.0
#include "standin/server.h"

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "standin/http_exchange.h"

namespace ghboot::standin {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

struct Connection {
  explicit Connection(tcp::socket accepted) : socket(std::move(accepted)), number(socket.native_handle()) {}

  tcp::socket socket;
  const int number;  // For shutdown(): the socket itself belongs to its thread.
  std::atomic<bool> over{false};
  std::jthread thread;
};

}  // namespace

struct Server::Parts {
  Answer answer;
  std::optional<asio::ssl::context> tls;
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::uint16_t port = 0;
  std::mutex mutex;
  std::condition_variable ended;
  bool stopping = false;              // Guarded by mutex, like the list.
  std::list<Connection> connections;  // Closed by who joins its thread, so that a number is never another's.
  std::jthread listener;

  void accept_all();
  void serve(Connection& connection);
  void talk(tcp::socket& socket);
  void stop();
};

void Server::Parts::accept_all() {
  for (;;) {
    Error failed;
    tcp::socket socket = acceptor.accept(failed);
    std::unique_lock lock(mutex);
    ended.wait(lock, [this] {
      std::erase_if(connections, [](const Connection& one) { return one.over.load(); });
      return stopping || connections.size() < connections_max;
    });
    if (stopping) return;
    if (failed) continue;
    Connection& kept = connections.emplace_back(std::move(socket));
    kept.thread = std::jthread([this, &kept] { serve(kept); });
  }
}

void Server::Parts::serve(Connection& connection) {
  talk(connection.socket);
  ::shutdown(connection.number, SHUT_RDWR);
  const std::lock_guard lock(mutex);
  connection.over = true;
  ended.notify_all();
}

void Server::Parts::talk(tcp::socket& socket) {
  Error failed;
  (void)socket.set_option(tcp::no_delay(true), failed);
  if (!tls) {
    serve_plain(socket, answer);
    return;
  }
  asio::ssl::stream<tcp::socket&> stream(socket, *tls);
  (void)stream.handshake(asio::ssl::stream_base::server, failed);
  if (!failed) serve_tls(stream, answer);
}

void Server::Parts::stop() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    ended.notify_all();
    // close() would not wake Linux's blocking accept(); shutdown() does.
    ::shutdown(acceptor.native_handle(), SHUT_RDWR);
    for (const Connection& connection : connections) ::shutdown(connection.number, SHUT_RDWR);
  }
  if (listener.joinable()) listener.join();
  connections.clear();
}

std::expected<std::unique_ptr<Server>, std::string> Server::listen(std::uint16_t port, Answer answer,
                                                                   const CertificateFiles* tls) {
  auto parts = std::make_unique<Parts>();
  parts->answer = std::move(answer);
  Error failed;
  if (tls != nullptr) {
    parts->tls.emplace(asio::ssl::context::tls_server);
    (void)parts->tls->use_certificate_chain_file(tls->certificate, failed);
    if (!failed) (void)parts->tls->use_private_key_file(tls->key, asio::ssl::context::pem, failed);
    if (failed)
      return std::unexpected(
          fmt::format("cannot use the certificate {}: {}", tls->certificate, failed.message()));
  }
  const tcp::endpoint place(asio::ip::address_v4::loopback(), port);
  (void)parts->acceptor.open(place.protocol(), failed);
  if (!failed) (void)parts->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) (void)parts->acceptor.bind(place, failed);
  if (!failed) (void)parts->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    return std::unexpected(fmt::format("cannot listen on 127.0.0.1:{}: {}", port, failed.message()));
  parts->port = parts->acceptor.local_endpoint(failed).port();
  parts->listener = std::jthread([raw = parts.get()] { raw->accept_all(); });
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { stop(); }
void Server::stop() { parts_->stop(); }
std::uint16_t Server::port() const { return parts_->port; }
std::string Server::address() const {
  return fmt::format("{}://127.0.0.1:{}", parts_->tls ? "https" : "http", parts_->port);
}

}  // namespace ghboot::standin
