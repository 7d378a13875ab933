// SPDX-License-Identifier: Apache-2.0
#include "nats/creation_place.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

namespace fs = std::filesystem;

class CreationPlace : public testing::Test {
 protected:
  CreationPlace() { fs::current_path(temp_.path()); }
  ~CreationPlace() override {
    fs::current_path(before_);
    ::unsetenv("TF_WORKSPACE");
    ::unsetenv("TF_DATA_DIR");
  }
  std::string here(const std::string& workspace) const {
    return fs::canonical(temp_.path()).string() + ", workspace " + workspace + ", backend local";
  }

  const fs::path before_ = fs::current_path();
  TempFolder temp_;
};

TEST_F(CreationPlace, IsTheWorkingFolderAndTheDefaultWorkspace) {
  EXPECT_EQ(creation_place(), here("default"));
  write_text(".terraform/environment", "");
  EXPECT_EQ(creation_place(), here("default"));
}

TEST_F(CreationPlace, KnowsTheSelectedWorkspaceAndTheVariableThatWinsOverIt) {
  write_text(".terraform/environment", "staging");
  EXPECT_EQ(creation_place(), here("staging"));
  ::setenv("TF_WORKSPACE", "production", 1);
  EXPECT_EQ(creation_place(), here("production"));
}

TEST_F(CreationPlace, LooksWhereTerraformKeepsItsData) {
  write_text("elsewhere/environment", "blue");
  ::setenv("TF_DATA_DIR", "elsewhere", 1);
  EXPECT_EQ(creation_place(), here("blue"));
}

TEST_F(CreationPlace, TellsBackendsApartWithoutTheirConfiguration) {
  write_text(".terraform/terraform.tfstate", R"({"backend":{"type":"s3","config":{"bucket":"staging"}}})");
  const std::string staging = creation_place();
  write_text(".terraform/terraform.tfstate", R"({"backend":{"type":"s3","config":{"bucket":"live"}}})");
  EXPECT_NE(creation_place(), staging);
  EXPECT_THAT(staging, testing::HasSubstr("backend s3 "));
  EXPECT_THAT(staging, testing::Not(testing::HasSubstr("staging")));
  write_text(".terraform/terraform.tfstate", "torn");
  EXPECT_EQ(creation_place(), here("default"));
}

TEST_F(CreationPlace, KnowsWhatTheLocalStateOfTheWorkspaceHolds) {
  EXPECT_FALSE(local_state_mentions("ADKEY"));
  write_text("./terraform.tfstate", R"({"public_key": "ADKEY"})");
  EXPECT_TRUE(local_state_mentions("ADKEY"));
  EXPECT_FALSE(local_state_mentions("ADOTHER"));
  ::setenv("TF_WORKSPACE", "blue", 1);
  EXPECT_FALSE(local_state_mentions("ADKEY"));
  write_text("terraform.tfstate.d/blue/terraform.tfstate", R"({"public_key": "ADKEY"})");
  EXPECT_TRUE(local_state_mentions("ADKEY"));
}

}  // namespace
}  // namespace ghboot::nats
