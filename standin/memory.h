// SPDX-License-Identifier: Apache-2.0
// What the stand-in remembers only while it runs: limits, faults, the request log, and what its own receiver
// of webhooks got. Threads: one at a time.
#pragma once

#include <deque>
#include <string>

#include "standin/fault.h"
#include "standin/limits.h"
#include "standin/request_log.h"

namespace ghboot::standin {

struct Received {
  std::int64_t at = 0;
  Id hook_id = 0;
  std::string guid, event, signature;  // "valid", "invalid", "unsigned", or "unknown hook".
};

struct Memory {
  Limits limits;
  Faults faults;
  RequestLog log;
  std::deque<Received> received;
};

}  // namespace ghboot::standin
