// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 on 127.0.0.1, plain or under TLS: each connection in a thread of its own, kept alive as long as
// the client wants, at most connections_max side by side (more wait to be accepted). Always holds: after
// stop() no thread runs and no connection is open. Cannot: HTTP/2, chunked answers. Threads: stop() from any
// thread but one of its own.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "standin/http.h"

namespace ghboot::standin {

struct CertificateFiles {
  std::string certificate, key;  // PEM files.
};

class Server {
 public:
  using Answer = std::function<Response(const Request&)>;  // From many threads at once.
  static constexpr int connections_max = 512;

  // Port 0: any that is free. Without files: plain. The error says what could not be done.
  static std::expected<std::unique_ptr<Server>, std::string> listen(std::uint16_t port, Answer answer,
                                                                    const CertificateFiles* tls = nullptr);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  std::uint16_t port() const;
  std::string address() const;  // "https://127.0.0.1:PORT"
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace ghboot::standin
