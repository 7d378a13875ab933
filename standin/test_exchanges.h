// SPDX-License-Identifier: Apache-2.0
// Where a test's exchanges go: to a file of its own in the folder that the unit's Conformance reads, once all
// tests have run (cmake/Units.cmake).
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "standin/request_log.h"

namespace ghboot::standin {

// Nothing where the unit has no Conformance.
inline RequestLog::Sink test_exchanges() {
#ifdef GHBOOT_TEST_EXCHANGES
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + '.' + test->name() + ".jsonl";
  std::ranges::replace(name, '/', '_');
  return [path = std::filesystem::path(GHBOOT_TEST_EXCHANGES) / name](const std::string& line) {
    std::ofstream(path, std::ios::app) << line << '\n';
  };
#else
  return {};
#endif
}

}  // namespace ghboot::standin
