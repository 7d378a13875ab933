// SPDX-License-Identifier: Apache-2.0
// An organisation's lock as a verb of `ghboot lock` meets it: its names, a connection as a user of the
// account that has the stream, and how its failures end a verb. Threads: one. It stays where it is made.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "helper/exit_code.h"
#include "helper/verbs.h"
#include "nats/bus_names.h"
#include "nats/connection.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lock_contender.h"
#include "nats/lock_sight.h"
#include "nats/lock_writer.h"

namespace ghboot::helper {

class LockAccess {
 public:
  // ExitCode::wrong_use: an organisation of no such name, no creds named, no servers known. ExitCode::failed:
  // no creds in the file. Nothing is asked of a server yet. The organisation is that of the GitHub which
  // GITHUB_BASE_URL leads to, as the provider's.
  static Result<std::unique_ptr<LockAccess>> make(const DataFolder& folder, const LockArgs& args,
                                                  const Environment& environment);

  const nats::BusNames& names() const { return names_; }
  nats::JetStreamLockStream& stream() { return stream_; }
  nats::LockWriter& writer() { return writer_; }
  nats::Connector& connector() { return connector_; }
  nats::LockParts parts();  // The system's, and this stream.
  // The log's last message. ExitCode::unknown: no answer, or no such log. ExitCode::failed: no right to it.
  Result<nats::LockEntry> last();

 private:
  LockAccess(nats::BusNames names, nats::ConnectOptions options);

  const nats::BusNames names_;
  nats::Connector connector_;
  nats::JetStreamLockStream stream_;
  nats::LockWriter writer_;
};

// Where this machine keeps what it has seen of the lock. It makes the folder.
nats::SightPlace lock_sight_place(const DataFolder& folder, const nats::BusNames& names);

nats::Wait lock_patience();  // Of what a person asks for and looks at.
Failure lock_failure(const nats::LeaseFailure& failure);

// What others wrote, so that nothing in it moves the cursor.
std::string on_one_line(std::string text);

}  // namespace ghboot::helper
