// SPDX-License-Identifier: Apache-2.0
// One pool of connections over libcurl: many calls side by side, over HTTP/2 where the far side offers it,
// else over kept connections; proxies and CAs from the environment as curl takes them (HTTPS_PROXY, NO_PROXY,
// CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR). It follows no redirect and repeats nothing. Threads:
// perform() from any; the library and its thread come with the first call. The Clock outlives it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "github/answer.h"
#include "nats/secret.h"

namespace ghboot::github {

struct HttpRequest {
  std::string method, url, body;
  std::vector<std::string> headers;  // "Accept: …", without the token.
  nats::Secret authorization;        // "Bearer …"
};

struct NoAnswer {
  bool was_sent = false;   // The far side may have acted upon it.
  bool may_pass = true;    // False: trying again will not help (certificate, library, size).
  std::string reason;      // libcurl's words, or how the Wait ended.
  bool untrusted = false;  // The far side's certificate, or the file that is to prove it.
  bool too_large = false;  // Of an answer: above Transport::body_max.
};

class Transport {
 public:
  static constexpr std::size_t body_max = std::size_t{64} << 20U;

  explicit Transport(Clock& clock);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  ~Transport();

  // Returns at the Wait's end at once; the transfer is broken off then.
  std::expected<HttpAnswer, NoAnswer> perform(HttpRequest request, const Wait& wait);

 private:
  struct Pool;
  std::shared_ptr<Pool> pool();
  Clock& clock_;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ghboot::github
