// SPDX-License-Identifier: Apache-2.0
// A delivery on its way to a receiver, and what became of it. Threads: values.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "standin/model.h"

namespace ghboot::standin {

struct Outgoing {
  Id id = 0;  // Of the delivery.
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool verifies_certificate = true;
};

struct Outcome {
  int status_code = 0;  // 0: nobody answered.
  std::string status;   // "OK", or what went wrong, in GitHub's words.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  double duration = 0;  // Seconds.
};

using Send = std::function<void(Outgoing)>;  // From any thread; returns at once.

}  // namespace ghboot::standin
