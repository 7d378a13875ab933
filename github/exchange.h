// SPDX-License-Identifier: Apache-2.0
// One request until its final answer: through the gate, over redirects, again where that is safe, waiting
// where GitHub asks for it and the Wait has room. Who asks is handed in, as an App's JWT and a token go the
// same way. Threads: any. Clock and Random outlive it.
#pragma once

#include <functional>
#include <string>

#include "github/base_url.h"
#include "github/gate.h"
#include "github/message.h"
#include "github/transport.h"

namespace ghboot::github {

constexpr std::string_view api_version = "2022-11-28";  // X-GitHub-Api-Version; GHES 3.9 and newer know it.

struct Pace {
  int side_by_side = 10;  // GitHub's own limit is 100, of all programs of one user.
  std::chrono::milliseconds between_writes{1000};
  int tries_max = 4;        // Of what may be repeated, the first one included.
  int limit_waits_max = 5;  // GitHub bans who goes on while limited.
};

struct Identity {
  nats::Secret authorization;       // "Bearer …"; empty: none.
  std::string token_permissions{};  // For errors.
};

Identity bearer(std::string_view token);

class Exchange {
 public:
  using Log = std::function<void(std::string_view)>;  // From any thread; a line for people.

  Exchange(BaseUrl base, Pace pace, Log log, Clock& clock, Random& random);

  // As read_answer() says; and ErrorKind::unreachable: not sent, or a limit that lasts longer than the Wait
  // (Error::limited); unknown: a write that was sent and not answered.
  Result<Response> run(const Request& request, const Identity& identity, const Wait& wait);

  const BaseUrl& base() const { return base_; }
  void log(std::string_view line) const {
    if (log_) log_(line);
  }

 private:
  struct Course;
  using Step = std::optional<Result<Response>>;  // Nothing: go round again.
  Step step(Course& course);
  Step wait_for_limit(Course& course, Limited limited);
  Step after_no_answer(Course& course, const NoAnswer& failed);
  Step follow(Course& course, const HttpAnswer& answer);
  bool may_repeat(Course& course, bool was_sent);
  Asked asked(const Course& course) const;
  HttpRequest http_request(const Course& course) const;

  BaseUrl base_;
  Pace pace_;
  Log log_;
  Clock& clock_;
  Random& random_;
  Gate gate_;
  Transport transport_;
};

}  // namespace ghboot::github
