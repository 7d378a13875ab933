// SPDX-License-Identifier: Apache-2.0
// A proxy between a client and one nats-server that reads along: it lists what was published, and can stop a
// message at a chosen moment, so that a test can kill the client exactly before a push or exactly after it.
// Messages on other subjects, and those of other connections, pass meanwhile. A judge may lose, double and
// delay messages one by one, and cut connections. Cannot: TLS. A server in a cluster tells its clients other
// addresses, and they may then go past the proxy. Threads: it runs in threads of its own; all functions from
// any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ghboot::acceptance {

enum class Moment : std::uint8_t {
  before_sending,  // The server has not seen it.
  before_answer,   // The server has seen it and answered; the client has not got the answer.
};

enum class Way : std::uint8_t { up, down };  // To the server; to the client.

struct Passage {  // What becomes of a message.
  enum class Kind : std::uint8_t { pass, drop, twice, late, cut };
  Kind kind = Kind::pass;
  // Of late, and of twice's second: what comes behind passes it, and it arrives when its sender is gone, too.
  std::chrono::milliseconds delay{0};
};
// Asked for each message, one at a time, from threads of the proxy: it must not call the proxy.
using PassageJudge = std::function<Passage(Way way, std::string_view subject)>;

using SubjectPredicate = std::function<bool(std::string_view subject)>;

class NatsProxy {
 public:
  explicit NatsProxy(std::uint16_t server_port);
  NatsProxy(const NatsProxy&) = delete;
  NatsProxy& operator=(const NatsProxy&) = delete;
  ~NatsProxy();

  std::string url() const;  // "nats://127.0.0.1:PORT"
  // Subjects that clients published to, in the order in which they came.
  std::vector<std::string> published() const;
  std::size_t pushes() const;   // Of these, how many ask servers to store an account.
  std::size_t deletes() const;  // Likewise, to delete accounts.

  // What is published from now on to such a subject waits at `moment` until release(). Of each message
  // `which` is asked once, from threads of the proxy: it must not call the proxy.
  void hold(Moment moment, SubjectPredicate which);
  bool wait_until_held(std::chrono::seconds longest = std::chrono::seconds(30));
  void release();
  void release_and_hold(Moment moment, SubjectPredicate which);  // What waits goes on, what comes then waits.
  // The server gets the message, and the client this body in place of each answer's.
  void answer_with(std::string body, SubjectPredicate which);
  // The message never reaches the server.
  void swallow(SubjectPredicate which);
  void judge(PassageJudge judge);  // Of all messages from now on. When it returns, an earlier one is done.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

bool is_push(
    std::string_view subject);  // All three forms, see facts on $SYS.REQ.CLAIMS.UPDATE in server/accounts.go.
bool is_delete(std::string_view subject);
bool is_lookup(std::string_view subject);

}  // namespace ghboot::acceptance
