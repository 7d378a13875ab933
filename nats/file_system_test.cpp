// SPDX-License-Identifier: Apache-2.0
#include "nats/file_system.h"

#include <gtest/gtest.h>

#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

constexpr std::size_t large = std::size_t{256} << 20U;

class FileSystemTest : public testing::Test {
 protected:
  std::string made(std::string_view bytes) {
    const std::string path = folder_.path() + "/f";
    const auto file = files_.create(path);
    EXPECT_TRUE(file && files_.write(*file, bytes));
    return path;
  }
  FileResult<std::string> read(const std::string& path, std::size_t size_max) {
    const auto file = files_.open(path);
    if (!file) return std::unexpected(file.error());
    return files_.read(*file, size_max);
  }
  TempFolder folder_;
  FileSystem& files_ = system_files();
};

TEST_F(FileSystemTest, AFileIsReadUpToItsLimit) {
  const std::string path = made("12345");
  EXPECT_EQ(read(path, 5).value_or(""), "12345");
  EXPECT_EQ(read(path, 4).error(), std::errc::file_too_large);
}

// A buffer of the whole limit took a second to fill: a stand-in with fifty deliveries did not start in time.
TEST_F(FileSystemTest, ASmallFileTakesLittleMemoryWhateverTheLimit) {
  const auto bytes = read(made("small"), large);
  ASSERT_TRUE(bytes);
  EXPECT_LT(bytes->capacity(), 1024U);
}

TEST_F(FileSystemTest, AFileThatDoesNotTellItsSizeIsReadWhole) {
  const auto bytes = read("/proc/self/status", large);
  ASSERT_TRUE(bytes);
  EXPECT_NE(bytes->find("\nThreads:"), std::string::npos);
  EXPECT_EQ(read("/proc/self/status", 10).error(), std::errc::file_too_large);
}

}  // namespace
}  // namespace ghboot::nats
