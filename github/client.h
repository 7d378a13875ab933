// SPDX-License-Identifier: Apache-2.0
// A client of one GitHub, as one user or one App's installation. Always holds: the token goes to the base
// URL's host alone, and is in no error and no log. It cannot tell whether a write that was not answered
// happened: look it up. Threads: any, many side by side. Clock and Random outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "github/exchange.h"
#include "github/message.h"
#include "nats/secret.h"

namespace ghboot::github {

struct AppCredentials {
  std::string id;  // Or the client id. Empty: no App.
  nats::Secret pem;
  std::int64_t installation_id = 0;  // 0: that of `owner` is looked up.
  std::string owner{};               // An organisation or a user.
};

struct ClientOptions {
  std::string base_url = "https://api.github.com";
  nats::Secret token{};  // Any that GitHub makes; none, and no App: requests are anonymous.
  AppCredentials app{};
  Pace pace{};
  std::function<void(std::string_view)> log{};  // From any thread; what is waited for, and what has moved.
};

struct TokenWanted {                                 // Empty: all that the installation has.
  std::vector<std::string> repositories{};           // Names without their owner.
  std::map<std::string, std::string> permissions{};  // "contents": "read".
};

struct AppToken {
  nats::Secret token{};
  std::string expires_at{};  // As GitHub writes it, RFC 3339.
  std::map<std::string, std::string> permissions{};
  std::vector<std::string> repositories{};  // Empty: all of the installation.
  std::int64_t installation_id = 0;
};

struct Listing {
  std::shared_ptr<const nlohmann::json> items{};  // An array; null when not_modified.
  bool not_modified = false;
  std::string
      etag{};  // Of a listing of one page. With more it is empty: a page's ETag says nothing of the others.
  std::string moved_to{};  // As in Response.
};

class Client {
 public:
  // Sends nothing. ErrorKind::invalid: a base URL, token, key or pair of them that cannot work.
  static Result<std::unique_ptr<Client>> make(ClientOptions options, Clock& clock, Random& random);
  ~Client();

  // As Exchange::run(). A token of an installation is got when first needed, and again shortly before it
  // expires.
  Result<Response> send(const Request& request, const Wait& wait);

  // All pages, by GitHub's own links. ErrorKind::refused: more than `items_max`, or pages that lead in a
  // circle or elsewhere. With `member`, each page is an object with the array in it ("workflow_runs").
  Result<Listing> list(const Request& request, const Wait& wait, std::size_t items_max = 100'000,
                       std::string_view member = {});

  // A token of the App's installation for somebody else; this client goes on with its own.
  // ErrorKind::missing: the App is not installed there; refused: the JWT was not taken, or the installation
  // is suspended; invalid: the installation has no such permission or repository, or there is no App.
  Result<AppToken> make_token(const TokenWanted& wanted, const Wait& wait);
  // Of a token that make_token() gave; one that is not valid any more is done too.
  Result<void> revoke_token(const nats::Secret& token, const Wait& wait);

  const BaseUrl& base() const;

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ghboot::github
