// SPDX-License-Identifier: Apache-2.0
// A small GitHub without its sockets: a request in, an answer out, and deliveries handed to who sends them.
// Always holds: what an answer promises is stored before the answer is given. It is one at a time inside, as
// the state is one. Threads: all functions from any thread. Clock, randomness and the receiver of `send`
// outlive it.
#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "nats/environment.h"
#include "standin/call.h"
#include "standin/git.h"
#include "standin/memory.h"
#include "standin/outgoing.h"
#include "standin/router.h"
#include "standin/store.h"

namespace ghboot::standin {

struct Surroundings {
  nats::Clock& clock;
  nats::Random& random;
  Store store{};
  Git git{};
  Send send = [](const Outgoing&) {};
};

class Standin {
 public:
  // The error says what is wrong with what was stored.
  static std::expected<std::unique_ptr<Standin>, std::string> open(Surroundings surroundings);

  Response answer(const Request& request);
  // What became of a delivery.
  void delivered(Id id, const Outcome& outcome);
  // Tells hooks what stages runs of workflows have reached meanwhile.
  void tick();
  // Sends what an earlier run had not finished.
  void resume();
  // Waits end early from then on, so that connections can be closed.
  void stop() { stop_.request_stop(); }
  void set_log(RequestLog::Sink sink);
  // Each request of the API and its answer, whole, as a line of JSON: {method, target, request, user_agent,
  // status, headers, response, fault}. With secrets and tokens: for tests of the two against GitHub's own
  // description, before the first request.
  void set_exchanges(RequestLog::Sink sink) { exchanges_ = std::move(sink); }
  // For tests and for the command line: what the control API does, without HTTP.
  void change(const std::function<void(State&)>& edit);
  State state() const;  // A copy.

 private:
  explicit Standin(Surroundings surroundings, State state);

  struct Passage;  // Of one request.

  Response faulty(Passage& passage, const Fault& fault);
  Response answered(Passage& passage);
  Response cloned(Passage& passage);
  Response controlled(Passage& passage);
  Response checked(Call& call);
  Response routed(Call& call);
  Response finished(Passage& passage, Call& call, Response response);
  Call call_for(const Request& request);
  void log(const Passage& passage, const Response& response);
  void revoke(const std::string& fingerprint);
  bool stored(const Call& call);
  Outgoing outgoing_of(const Delivery& delivery) const;

  Surroundings surroundings_;
  std::stop_source stop_;
  std::atomic<int> under_way_ = 0;
  RequestLog::Sink exchanges_{};
  mutable std::mutex mutex_;
  std::string origin_ = "http://127.0.0.1";  // That the last client named: for events that nobody asked for.
  State state_;                              // Guarded by mutex_, like what is not stored.
  Memory memory_;
};

}  // namespace ghboot::standin
