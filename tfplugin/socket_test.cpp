// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/socket.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ghboot::tfplugin {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
namespace fs = std::filesystem;

mode_t mode(const fs::path& path) {
  struct stat found{};
  stat(path.c_str(), &found);
  return found.st_mode & 0777U;
}

TEST(Socket, LiesWhereNobodyElseCanEnterAndGoesWithItsFolder) {
  fs::path folder;
  {
    const Socket socket(testing::TempDir());
    folder = fs::path(socket.path()).parent_path();
    EXPECT_EQ(mode(folder), 0700U);
  }
  EXPECT_FALSE(fs::exists(folder));
}

TEST(Socket, IsOpenToAGroupThatTheHostNames) {
  const Socket socket(testing::TempDir());
  std::ofstream(socket.path()).close();
  socket.open_to(std::to_string(getegid()));
  EXPECT_EQ(mode(socket.path()), 0660U);
  EXPECT_EQ(mode(fs::path(socket.path()).parent_path()), 0750U);
  EXPECT_THAT([&] { socket.open_to("no-such-group"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("PLUGIN_UNIX_SOCKET_GROUP is no-such-group")));
}

TEST(Socket, WithoutAPlaceSaysWhichFolderItWas) {
  EXPECT_THAT([] { Socket("/nowhere/at/all"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("in /nowhere/at/all: No such file")));
  EXPECT_THAT([] { Socket("/" + std::string(120, 'a')); },
              ThrowsMessage<std::runtime_error>(HasSubstr("set TMPDIR to a shorter folder")));
}

}  // namespace
}  // namespace ghboot::tfplugin
