// SPDX-License-Identifier: Apache-2.0
// A data folder below the system's temporary one, gone with all that is in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "helper/data_folder.h"

namespace ghboot::helper {

class TestFolder : public ::testing::Test {
 protected:
  TestFolder() : temporary_(make_temporary()), folder_(temporary_ / "data") {}
  ~TestFolder() override { std::filesystem::remove_all(temporary_); }

  const std::filesystem::path temporary_;
  const DataFolder folder_;

 private:
  static std::filesystem::path make_temporary() {
    std::string name = (std::filesystem::temp_directory_path() / "ghboot-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
  }
};

inline bool is_the_owners_alone(const std::filesystem::path& path) {
  constexpr auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  return (std::filesystem::status(path).permissions() & others) == std::filesystem::perms::none;
}

inline Environment environment_of(const std::map<std::string, std::string>& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
}

}  // namespace ghboot::helper
