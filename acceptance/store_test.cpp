// SPDX-License-Identifier: Apache-2.0
// The store of seeds and creds at its worst: full, read-only, unreadable, shared. Nothing is pushed whose key
// could not be kept.
#include <algorithm>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/addresses.h"
#include "acceptance/done.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void expect_nothing_made(Workplace& w, const Outcome& applied) {
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(plain(applied), HasSubstr(w.store().string()));
  EXPECT_THAT(w.nats.stored(), IsEmpty());
  EXPECT_TRUE(w.terraform.attributes(a).is_null());
}

void expect_one_account(Workplace& w) {
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(w.nats.stored(), SizeIs(1));
  EXPECT_THAT(account_seeds(w.store()), SizeIs(1));
}

TEST(Store, ThatIsFullStopsACreateBeforeThePush) {
  Workplace w;
  w.account();
  w.terraform.wrap_provider("ulimit -f 0");  // The kernel refuses every byte.
  Outcome applied = w.terraform.apply();
  expect_nothing_made(w, applied);
  EXPECT_THAT(plain(applied), HasSubstr("File too large"));
  w.terraform.wrap_provider("");
  expect_one_account(w);
}

TEST(Store, ThatIsReadOnlyStopsACreateBeforeThePush) {
  Workplace w;
  w.account();
  w.terraform.wrap_provider("");
  fs::create_directory(w.store());
  fs::permissions(w.store(), fs::perms::owner_read | fs::perms::owner_exec);
  Outcome applied = w.terraform.apply();
  expect_nothing_made(w, applied);
  EXPECT_THAT(plain(applied), HasSubstr("Permission denied"));
  fs::permissions(w.store(), fs::perms::owner_all);
  expect_one_account(w);
}

TEST(Store, ThatIsNoFolderSaysWhatItIs) {
  Workplace w;
  w.account();
  write_file(w.store(), "");
  expect_nothing_made(w, w.terraform.apply());
}

TEST(Store, IsNotReadByARefresh) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  fs::rename(w.store(), w.store_parent.path() / "elsewhere");
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << "a seed that is away is no drift: " << planned.text();
  EXPECT_FALSE(fs::exists(w.store()));
}

TEST(Store, WithASeedThatCannotBeReadMakesNoUser) {
  Workplace w;
  w.account();
  ASSERT_TRUE(done(w.terraform.apply()));
  w.user();
  w.terraform.wrap_provider("");
  const fs::path seed = files_in(w.store(), ".nk").front();
  fs::permissions(seed, fs::perms::none);
  Outcome refused = w.terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(plain(refused), HasSubstr(seed.string()));
  EXPECT_THAT(files_in(w.store(), ".creds"), IsEmpty());
  fs::permissions(seed, fs::perms::owner_read | fs::perms::others_read);
  Outcome shared = w.terraform.apply();
  EXPECT_EQ(shared.exit_code, 1) << "a seed that others may read";
  EXPECT_THAT(plain(shared), HasSubstr("chmod"));
  fs::permissions(seed, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_TRUE(done(w.terraform.apply()));
}

TEST(Store, IsSharedByTwoAppliesAtOnce) {
  Workplace w;
  Terraform other;
  lead_to(other, w.nats, w.store());
  const std::string_view many = R"(
resource "ghboot_nats_account" "many" {
  count = 5
  name  = "acme-${count.index}"
})";
  w.terraform.write("main.tf", many);
  other.write("main.tf", many);
  Process first = w.terraform.start_apply();
  Process second = other.start_apply();
  for (Process* process : {&first, &second}) {
    Outcome outcome = process->wait();
    EXPECT_TRUE(done(outcome));
  }
  EXPECT_THAT(w.nats.stored(), SizeIs(10)) << "each folder has accounts of its own";
  EXPECT_THAT(account_seeds(w.store()), SizeIs(10));
}

}  // namespace
}  // namespace ghboot::acceptance
