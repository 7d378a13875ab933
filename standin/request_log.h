// SPDX-License-Identifier: Apache-2.0
// What was asked and answered, for tests and for people. Always holds: no token, no secret and no body is in
// it; who asked is told by the fingerprint of the token, the first twelve digits of its SHA-256. It keeps the
// newest entries. Threads: one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "standin/http.h"

namespace ghboot::standin {

struct RequestEntry {
  std::int64_t number = 0, at = 0;  // Counted from 1; seconds since 1970.
  std::string method, target;
  std::string authorization;  // "bearer 0123456789ab", or empty.
  std::string api_version, if_none_match, user_agent;
  std::string actor, request_id;
  int side_by_side = 0;                             // Requests under way when it came, itself included.
  std::size_t request_size = 0, response_size = 0;  // Of the bodies, in bytes.
  unsigned status = 0;                              // 0: cut.
  bool counted = false;                             // Against the primary limit.
  std::string fault;                                // What was done to it.
};

class RequestLog {
 public:
  static constexpr std::size_t entries_max = 100'000;
  using Sink = std::function<void(const std::string& line)>;  // Each entry as a line of JSON.

  void set_sink(Sink sink) { sink_ = std::move(sink); }
  void add(RequestEntry entry);
  void clear() { entries_.clear(); }
  // Those after that number.
  Json since(std::int64_t number) const;

 private:
  std::deque<RequestEntry> entries_;
  std::int64_t last_ = 0;
  Sink sink_;
};

// Both whole, as Standin::set_exchanges() says.
std::string exchange_line(const Request& request, const Response& response, const std::string& fault);

// The scheme and the fingerprint.
std::string authorization_text(const Request& request);

}  // namespace ghboot::standin
