// SPDX-License-Identifier: Apache-2.0
// Rate limits. The primary one counts each asker's requests within an hour; all tokens of one user share it,
// and a 304 for who has shown a token costs nothing. The secondary one is off until it is asked for, so that
// a machine's tests need not take minutes: writes within a minute, and requests side by side. Source:
// docs.github.com, "Rate limits for the REST API". Kept in memory: a restart forgets them. Threads: one at a
// time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "standin/call.h"

namespace ghboot::standin {

struct LimitSettings {
  std::int64_t user = 5000, anonymous = 60, installation = 5000;  // Within an hour.
  unsigned exceeded_status = 403;                                 // Or 429: GitHub answers either.
  std::int64_t writes_per_minute = 0;                             // Secondary; 0: none.
  std::int64_t points_per_minute = 0;                             // Likewise: a read is one, a write five.
  std::int64_t bad_credentials_max = 30;                          // Within five minutes.
  std::int64_t retry_after = 60;                                  // Seconds; 0: the header is left out.
};

class Limits {
 public:
  LimitSettings settings;

  struct Usage {
    std::int64_t limit = 0, used = 0, reset = 0;
    std::int64_t remaining() const { return used >= limit ? 0 : limit - used; }
  };

  // Counts the request. What to answer when it is over a limit; it has the headers then.
  std::optional<Response> count(const Actor& actor, const Request& request, std::int64_t now);
  // A request with a bad token. What to answer once there were too many of them.
  std::optional<Response> count_bad(std::int64_t now);
  void give_back(const Actor& actor);  // It cost nothing after all.
  Usage usage(const Actor& actor, std::int64_t now);
  // For the control API: what this asker has used, as if by requests.
  void set_used(const std::string& actor, std::int64_t used, std::int64_t reset);
  void add_headers(const Actor& actor, std::int64_t now, Response& response);

 private:
  struct Spent {
    std::int64_t at, points;
    bool is_write;
  };
  Usage& usage_of(const Actor& actor, std::int64_t now);
  bool over_secondary(const Actor& actor, const Request& request, std::int64_t now);

  std::deque<std::int64_t> bad_;  // When; within the last five minutes.
  std::map<std::string, Usage> used_;
  std::map<std::string, std::deque<Spent>> spent_;  // Within the last minute.
};

Json usage_view(const Limits::Usage& usage, std::string_view resource);

}  // namespace ghboot::standin
