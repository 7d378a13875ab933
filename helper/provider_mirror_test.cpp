// SPDX-License-Identifier: Apache-2.0
#include "helper/provider_mirror.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "helper/test_folder.h"

namespace ghboot::helper {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::string_view other_entry =
    "provider \"registry.terraform.io/hashicorp/random\" {\n  version = \"3.6.0\"\n  hashes = [\n    "
    "\"h1:abc=\",\n  ]\n}\n";
constexpr std::string_view own_entry =
    "provider \"registry.terraform.io/ghboot/ghboot\" {\n  version = \"0.1.0\"\n  hashes = [\n    "
    "\"h1:def=\",\n  ]\n}\n";

class ProviderMirrorTest : public TestFolder {
 protected:
  void SetUp() override { ASSERT_TRUE(folder_.make()); }

  void build(std::string_view text) { ASSERT_TRUE(write_whole(built_, text)); }
  std::vector<fs::path> copies() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.plugins()))
      if (entry.is_regular_file()) found.push_back(entry.path());
    return found;
  }
  static ino_t inode(const fs::path& file) {
    struct stat status{};
    return ::stat(file.c_str(), &status) == 0 ? status.st_ino : 0;
  }

  const fs::path built_ = temporary_ / "terraform-provider-ghboot";
};

TEST_F(ProviderMirrorTest, HasTheProviderForTerraformAndForTofu) {
  build("one");
  ASSERT_TRUE(provide(folder_, built_));
  ASSERT_EQ(copies().size(), 2U);
  for (const fs::path& copy : copies()) {
    EXPECT_EQ(read_whole(copy).value(), "one");
    EXPECT_EQ(copy.filename(), "terraform-provider-ghboot_v" GHBOOT_VERSION);
    EXPECT_EQ(::access(copy.c_str(), X_OK), 0);
  }
}

TEST_F(ProviderMirrorTest, KeepsWhatIsTheSameAndReplacesWhatWasRebuilt) {
  build("one");
  ASSERT_TRUE(provide(folder_, built_));
  const fs::path copy = copies().front();
  const ino_t before = inode(copy);
  ASSERT_TRUE(provide(folder_, built_));
  EXPECT_EQ(inode(copy), before);
  build("two");
  ASSERT_TRUE(provide(folder_, built_));
  EXPECT_EQ(read_whole(copy).value(), "two");
  EXPECT_NE(inode(copy), before) << "a program that runs from the old file keeps it";
}

TEST_F(ProviderMirrorTest, ConfigurationLeavesOtherProvidersWhereTheyAre) {
  const std::string text = cli_config_text(folder_);
  EXPECT_THAT(text, HasSubstr(folder_.plugins().string()));
  EXPECT_THAT(text, HasSubstr("include = [\"ghboot/ghboot\"]"));
  EXPECT_THAT(text, HasSubstr("exclude = [\"ghboot/ghboot\"]"));
}

TEST_F(ProviderMirrorTest, FingerprintIsSha256) {
  build("abc");
  EXPECT_EQ(fingerprint(built_).value(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(fingerprint(temporary_ / "absent"));
}

TEST(LockFile, LosesOurEntryAlone) {
  const std::string header = "# This file is maintained automatically.\n\n";
  const std::string both = header + std::string(own_entry) + "\n" + std::string(other_entry);
  EXPECT_EQ(without_own_entry(both), header + "\n" + std::string(other_entry));
  EXPECT_EQ(without_own_entry(other_entry), other_entry);
  EXPECT_EQ(without_own_entry(""), "");
}

}  // namespace
}  // namespace ghboot::helper
