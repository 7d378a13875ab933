// SPDX-License-Identifier: Apache-2.0
// The servers that have the lock's stream, one or a cluster, and what is done to the stream by who operates
// them. Always holds: what gets no answer in time is left undone, and said. It cannot tell whether contenders
// saw anything of it. Throws std::runtime_error when the harness fails. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acceptance/lock_place.h"
#include "acceptance/temp_folder.h"

namespace ghboot::faults {

struct Shape {
  std::size_t servers = 1;
  std::size_t replicas = 1;  // Of the lock's stream.
};

class Servers {
 public:
  explicit Servers(const Shape& shape);

  std::size_t count() const { return shape_.servers; }
  std::size_t replicas() const { return shape_.replicas; }
  acceptance::NatsServer& program() { return place_.server; }
  std::vector<std::uint16_t> ports() const;
  const nats::Creds& creds() const { return *place_.options.creds; }
  const nats::LockNames& names() const { return place_.names; }

  std::optional<std::size_t> leader();                 // Of the stream; nothing: nobody says so.
  bool step_down(std::optional<std::size_t> to = {});  // `to` is a wish, known to servers from 2.11 on.
  bool revoke();                                       // What is held, as a person would.
  bool make_anew();  // The stream, with a generation above, kept from all for a lease, as who lost one would.
  // Three that acquire one after the other, sent to this server alone; nobody waits for answers. False: it
  // did not say what its log ends with.
  bool append_in_vain(std::size_t index);
  void announce_dead();  // Sixteen who wait longest and never come.
  // What the one server keeps, and the last of that put back. It is stopped.
  void back_up();
  bool has_backup() const { return has_backup_; }
  void restore();
  std::optional<std::uint64_t> generation();  // Of the last message; nothing: nobody says so.
  // As a person deals with a log that went back: freed at once, and closed for a lease with a generation
  // above. Only while nobody else reaches the server.
  void begin_generation(std::uint64_t above);
  // What the servers do not have alike; empty: nothing. Waits until the last have caught up.
  std::string difference();

 private:
  std::optional<std::string> ask(const std::string& what, const std::string& body = "");
  std::string log_of(std::size_t index, std::uint64_t last);
  std::string direct_read(nats::Connection& connection, std::uint64_t sequence) const;

  const Shape shape_;
  acceptance::LockPlace place_;
  const acceptance::TempFolder backup_;
  bool has_backup_ = false;
  std::uint64_t dead_ = 0;
};

}  // namespace ghboot::faults
