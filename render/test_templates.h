// SPDX-License-Identifier: Apache-2.0
// A folder of templates below the system's temporary one, gone with all that is in it when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "render/templates.h"

namespace ghboot::render {

class TestTemplates : public ::testing::Test {
 protected:
  TestTemplates() : root_(make_temporary()) {}
  ~TestTemplates() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  void put(const std::string& path, std::string_view bytes) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
  }
  void link(const std::string& path, const std::string& target) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::filesystem::create_symlink(target, root_ / path);
  }
  void allow(const std::string& path, unsigned mode) const {
    std::filesystem::permissions(root_ / path, static_cast<std::filesystem::perms>(mode));
  }

  std::map<std::string, RenderedFile> made(const Variables& variables = {}) const {
    const auto files = render_folder(root_, variables);
    std::map<std::string, RenderedFile> out;
    if (!files) ADD_FAILURE() << files.error().message;
    if (files)
      for (const RenderedFile& file : *files) out.emplace(file.path, file);
    return out;
  }
  // What one template makes.
  std::string text(std::string_view of_template, const Variables& variables = {}) const {
    put("a", of_template);
    auto files = made(variables);
    return files.contains("a") ? files.at("a").bytes : "nothing was made";
  }
  // Without the folder's name: "FILE:LINE:COLUMN: …".
  std::string error(const Variables& variables = {}) const {
    const auto files = render_folder(root_, variables);
    if (files) return "all was made";
    EXPECT_EQ(files.error().kind, ErrorKind::invalid);
    std::string message = files.error().message;
    const std::string before = root_.string() + "/";
    for (std::size_t at = 0; (at = message.find(before, at)) != std::string::npos;)
      message.erase(at, before.size());
    return message;
  }
  std::string error_of(std::string_view of_template, const Variables& variables = {}) const {
    put("a", of_template);
    return error(variables);
  }

  const std::filesystem::path root_;

 private:
  static std::filesystem::path make_temporary() {
    std::string name = (std::filesystem::temp_directory_path() / "ghboot-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return name;
  }
};

}  // namespace ghboot::render
