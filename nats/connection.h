// SPDX-License-Identifier: Apache-2.0
// A Connection to one NATS server, made once and never made again by itself: when it is lost, everything that
// waits on it is told so, and nothing that was meant for then is sent later. A Connector makes a new one when
// asked. Always holds: every call ends at its Wait; only opening notices a stop late, after try_max at the
// latest. It cannot tell whether a message that was published was received: ask for an answer. Threads: any.
// A Subscription may outlive its Connection; it then says that it is lost. The Clock outlives both.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nats/creds.h"
#include "nats/environment.h"
#include "nats/error.h"
#include "nats/turn.h"

namespace ghboot::nats {

struct TlsFiles {  // Paths of PEM files; an empty one is not used. TLS itself is switched on by tls:// or the
                   // server.
  std::string ca, certificate, key;
};

struct ConnectOptions {
  std::vector<std::string>
      servers;  // "nats://host:4222", "tls://…" or "host:4222": tried in order, the first wins.
  std::optional<Creds> creds;
  TlsFiles tls;
  std::string client_name = "ghboot";
  std::chrono::milliseconds try_max{
      5000};  // For one server; a server that must fetch accounts needs seconds.
};

struct Message {
  std::string subject, reply_to, body;
};

struct Outgoing {
  std::string subject, body, reply_to{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

enum class RepliesEnd : std::uint8_t {
  complete,  // All that were asked for are here.
  nobody,    // The server said that nobody listens on the subject: nobody has seen the message.
  timeout,   // The Wait ended first, by time or by stop.
  lost,      // The connection broke: what was sent may have arrived.
};

struct Replies {
  std::vector<Message> messages;
  RepliesEnd end = RepliesEnd::timeout;
};

class Subscription {
 public:
  // The next message; nothing when the Wait ended first. ErrorKind::unreachable: the connection is lost and
  // no message is left.
  Result<std::optional<Message>> next(const Wait& wait);
  std::vector<Message> take();  // What has come until now.
  bool lost() const;            // Messages may have been missed.

  Subscription(Subscription&&) noexcept;
  Subscription& operator=(Subscription&&) noexcept;
  ~Subscription();

 private:
  friend class Connection;
  struct State;
  explicit Subscription(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Connection {
 public:
  // ErrorKind::invalid: an address, TLS file or option that cannot work; refused: a server said no to these
  // creds; unreachable: the rest. The message names each server that was tried and its reason.
  static Result<std::shared_ptr<Connection>> open(const ConnectOptions& options, Clock& clock,
                                                  const Wait& wait);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool alive() const;
  const std::string& url() const;        // As it was given, without user and password: for messages.
  const std::string& server_id() const;  // "N…"
  std::size_t max_payload() const;       // Bytes that one message may hold.

  // False once the server has refused a message for want of the right. It does not say so to who publishes.
  bool may_publish(std::string_view subject) const;

  // ErrorKind::unreachable: not sent (also: nobody listens); refused: no right. unknown: sent, no answer.
  Result<Message> request(std::string_view subject, std::string_view body, const Wait& wait);
  // Sends once and collects what comes back until all_here(replies) says so, which is asked at each reply.
  // Fails when nothing was sent: ErrorKind::unreachable; invalid: a body above max_payload(); refused: no
  // right, which is told at once. ErrorKind::unknown: sent, and no right to hear an answer.
  Result<Replies> gather(std::string_view subject, std::string_view body, const Wait& wait,
                         const std::function<bool(const std::vector<Message>&)>& all_here);
  // ErrorKind::invalid: too large; unreachable: the connection is lost, and it may have been sent.
  Result<void> publish(std::string_view subject, std::string_view body);
  Result<void> publish(const Outgoing& message);
  // A subject on which only this connection is meant to be answered, with `name` as its last token.
  std::string own_subject(std::string_view name) const;
  // One queue over several subjects, in order of arrival. Known to this server before anything that is sent
  // later; what another subscription to the same subject has not had yet may come too. The server goes on
  // sending what is on these subjects while the connection lives: subscribe to few.
  Result<Subscription> subscribe(const std::vector<std::string>& subjects);
  // The server has seen all that was sent before. ErrorKind::unknown: no answer.
  Result<void> flush(const Wait& wait);

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Makes the connection when it is first needed, and again when it was lost. Threads: any; one of them
// connects, the others wait for it.
class Connector {
 public:
  Connector(ConnectOptions options, Clock& clock) : options_(std::move(options)), clock_(clock) {}
  Result<std::shared_ptr<Connection>> get(const Wait& wait);

 private:
  const ConnectOptions options_;
  Clock& clock_;
  Turns connecting_;
  std::shared_ptr<Connection> current_;
};

}  // namespace ghboot::nats
