// SPDX-License-Identifier: Apache-2.0
// Where a test's exchanges go: the test Conformance.* runs the other tests again and names a file for them.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "standin/request_log.h"

namespace ghboot::standin {

constexpr const char* exchanges_variable = "GHBOOT_TEST_EXCHANGES";

inline RequestLog::Sink test_exchanges() {
  const char* path = std::getenv(exchanges_variable);
  if (path == nullptr || *path == '\0') return {};
  return [path = std::string(path)](const std::string& line) {
    std::ofstream(path, std::ios::app) << line << '\n';
  };
}

}  // namespace ghboot::standin
