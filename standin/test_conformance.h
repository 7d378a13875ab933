// SPDX-License-Identifier: Apache-2.0
// Runs this program's other tests again, with every exchange of the stand-in recorded, and holds those
// against GitHub's own OpenAPI description: conformance/conformance.mjs. Needs Node.js and the packages that
// test.sh fetches.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "nats/program.h"
#include "standin/test_exchanges.h"

namespace ghboot::standin {

class ConformanceRun {
 public:
  ConformanceRun() {
    std::string name = (std::filesystem::temp_directory_path() / "ghboot-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ConformanceRun(const ConformanceRun&) = delete;
  ConformanceRun& operator=(const ConformanceRun&) = delete;
  ~ConformanceRun() { std::filesystem::remove_all(folder_); }

  // Why it cannot be run here.
  static std::optional<std::string> missing() {
    if (!node()) return "Node.js is not on the PATH";
    const auto packages = packages_folder();
    for (const char* one : {"@octokit/openapi", "ajv"}) {
      if (!std::filesystem::exists(packages / "node_modules" / one))
        return "GitHub's description is not in " + packages.string() + ": test.sh puts it there";
    }
    return std::nullopt;
  }

  void run(const std::string& filter) {
    const std::string exchanges = (folder_ / "exchanges.jsonl").string();
    const auto tests = ended({std::filesystem::read_symlink("/proc/self/exe").string(),
                              "--gtest_filter=" + filter + "-Conformance.*", "--gtest_brief=1"},
                             {std::string(exchanges_variable) + "=" + exchanges});
    ASSERT_EQ(tests.exit_code, 0) << tests.out << tests.err;
    const auto checked =
        ended({node()->string(), GHBOOT_CONFORMANCE_SCRIPT, packages_folder().string(), exchanges}, {});
    std::cout << checked.out;
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  }

 private:
  static std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  }
  static std::optional<std::filesystem::path> node() { return nats::find_program("node", variable("PATH")); }
  // As scripts/parts.sh has it.
  static std::filesystem::path packages_folder() {
    std::filesystem::path parts = variable("GHBOOT_PARTS");
    if (parts.empty() && !variable("XDG_CACHE_HOME").empty())
      parts = variable("XDG_CACHE_HOME") + "/ghboot/parts";
    if (parts.empty()) parts = variable("HOME") + "/.cache/ghboot/parts";
    return parts / "conformance";
  }
  static nats::ProgramOutcome ended(const std::vector<std::string>& arguments,
                                    std::vector<std::string> variables) {
    for (char** one = environ; *one != nullptr; ++one) variables.emplace_back(*one);
    nats::Clock& clock = nats::system_clock();
    auto outcome = nats::run_program({.argv = arguments, .environment = std::move(variables)},
                                     {.wait = {clock.now() + std::chrono::minutes(4)}}, clock);
    return outcome ? *std::move(outcome) : nats::ProgramOutcome{.err = outcome.error().message};
  }

  std::filesystem::path folder_;
};

inline void check_conformance(const std::string& filter) {
  if (const auto why = ConformanceRun::missing()) GTEST_SKIP() << *why;
  ConformanceRun().run(filter);
}

}  // namespace ghboot::standin
