// SPDX-License-Identifier: Apache-2.0
// Faults by predicate: what a network, a proxy or GitHub itself may do to a request, and a client has to
// survive. The first fault that matches is used. `after` faults let the request have its effect and lose the
// answer, so that the client cannot know. Kept in memory. Threads: one at a time.
#pragma once

#include <chrono>
#include <deque>
#include <expected>
#include <optional>
#include <string>

#include "standin/http.h"

namespace ghboot::standin {

struct Fault {
  // What it matches; empty: anything.
  std::string method, path_prefix, header, header_value;
  std::int64_t skip = 0;    // So many matches pass first.
  std::int64_t times = -1;  // And so many are met; -1: all.
  // What it does.
  std::int64_t latency_ms = 0;
  unsigned status = 0;  // In place of the answer; 0: the answer stays.
  std::string
      body;  // "html": a proxy's error page; "json" or empty: GitHub's error body; else the text itself.
  Headers headers;  // Of that answer.
  std::string cut;  // "before" or "after" the write; "truncated": half of the answer.
};

class Faults {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  const std::deque<Fault>& all() const { return faults_; }

  // The fault that this request meets; it is counted.
  std::optional<Fault> meet(const Request& request);

 private:
  std::deque<Fault> faults_;
};

// The error says what is wrong.
std::expected<Fault, std::string> read_fault(const Json& json);
Json fault_view(const Fault& fault);
// The answer in place of GitHub's; only for a fault with a status.
Response fault_response(const Fault& fault);

}  // namespace ghboot::standin
