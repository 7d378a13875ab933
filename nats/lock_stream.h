// SPDX-License-Identifier: Apache-2.0
// What a lock needs of JetStream: one log, appended to under an expected last sequence, read and followed.
// Always holds: there is no append without an expected sequence, and a Wait bounds each call. It cannot say
// who holds the lock: it knows no message's meaning. Threads: one at a time; each contender has its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "nats/environment.h"
#include "nats/error.h"

namespace ghboot::nats {

struct LockEntry {
  std::string
      created{};  // When the stream was made, as the server writes it: tells streams of one name apart.
  std::uint64_t sequence = 0;
  std::string bytes{};
  std::string stored{};  // When, by the server's clock and as it writes it; empty: not told. For people.
};

enum class Fate : std::uint8_t {
  stored,      // An acknowledgement came.
  not_stored,  // 10071, 10164 or 10070: this copy was not. An earlier one may have been.
  id_unknown,  // 10070 that names no id: nor was this, and the server does not know the last message's
               // id. 2.9 forgets it at a restart once the message is older than the stream's duplicate
               // window.
  denied,      // The user has, or had on this connection, no right to append: this copy was not stored.
  unknown,     // All else: it may be stored, now or later.
};

struct Appended {
  Fate fate = Fate::unknown;
  std::uint64_t sequence = 0;  // Of stored.
  bool duplicate = false;      // Of stored: by an earlier copy with this id, which may be gone since.
  std::string domain{};        // Of stored: the JetStream domain that did it.
  std::string text{};          // Of the others: what was said, or that nothing was.
};

struct LockAppend {
  std::uint64_t expected_last = 0;  // 0: the log is empty. Sent as a header always.
  std::string expected_last_id{};   // That message's `id`: tells a log that went back. Empty: not compared.
  std::string id{};                 // Nats-Msg-Id.
  std::string bytes{};
};

struct Announced {
  std::string bytes{};
};
using LockNews = std::variant<std::monostate, LockEntry, Announced>;  // Nothing: the Wait ended first.

class LockStream {
 public:
  virtual ~LockStream() = default;
  virtual const std::string& domain() const = 0;  // Where last() reads.
  virtual Appended append(const LockAppend& append, const Wait& wait) = 0;
  // As the stream's leader has it; nothing: the log is empty. Any error: no answer.
  virtual Result<std::optional<LockEntry>> last(const Wait& wait) = 0;
  // The next message as it was stored, from the last one on at the first call, or what a waiter announced. An
  // error: something may have been missed; the next call follows anew.
  virtual Result<LockNews> news(const Wait& wait) = 0;
  virtual void announce(std::string_view bytes) = 0;  // To all who call news(), or to nobody.
};

}  // namespace ghboot::nats
