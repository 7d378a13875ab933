// SPDX-License-Identifier: Apache-2.0
#include "nats/store_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class StoreSurveyTest : public StoreTest {
 protected:
  StoreSurvey look() const {
    auto found = survey_store(place(), system_files(), system_random());
    EXPECT_TRUE(found);
    return found ? *std::move(found) : StoreSurvey();
  }
};

TEST_F(StoreSurveyTest, OfNothingIsEmptyAndMakesNothing) {
  EXPECT_THAT(look().seeds, SizeIs(0));
  EXPECT_TRUE(tree_of(temp_.path()).empty());
}

TEST_F(StoreSurveyTest, NamesSeedsCredsAndMarks) {
  const std::string account = store_.begin(KeyKind::account, "O/acme")->public_key();
  const KeyPair user = new_key(KeyKind::user);
  ASSERT_TRUE(store_.put_creds({.operator_name = "op", .account_name = "acme", .user_name = "svc"},
                               make_creds(user)));
  const StoreSurvey found = look();
  ASSERT_THAT(found.seeds, SizeIs(1));
  EXPECT_EQ(found.seeds[0].public_key, account);
  EXPECT_EQ(found.seeds[0].name, "account");
  EXPECT_EQ(found.seeds[0].path, seed_file(account));
  EXPECT_EQ(found.seeds[0].problem, "");
  ASSERT_THAT(found.creds, SizeIs(1));
  EXPECT_EQ(found.creds[0].public_key, user.public_key());
  EXPECT_EQ(found.creds[0].name, "op/acme/svc");
  ASSERT_THAT(found.pending, SizeIs(1));
  EXPECT_EQ(found.pending[0].public_key, account);
  EXPECT_THAT(found.pending[0].name, HasSubstr("account/"));
}

// What an editor or a file manager leaves in a folder made the whole list fail: "a file lies where a folder
// of the store is expected".
TEST_F(StoreSurveyTest, FilesWhereFoldersBelongAreNamedBesideTheRest) {
  ASSERT_TRUE(store_.begin(KeyKind::account, "O/acme"));
  const KeyPair user = new_key(KeyKind::user);
  ASSERT_TRUE(store_.put_creds({.operator_name = "op", .account_name = "acme", .user_name = "svc"},
                               make_creds(user)));
  for (const char* stray : {"keys/.DS_Store", "keys/A/.DS_Store", "creds/op~", "creds/op/.x.swp",
                            "pending/.DS_Store", "pending/account/.DS_Store"})
    write_text(in_store(stray), "x");
  const StoreSurvey found = look();
  for (const auto* items : {&found.seeds, &found.creds, &found.pending}) {
    ASSERT_THAT(*items, SizeIs(3));
    int strays = 0;
    for (const auto& item : *items)
      if (item.public_key.empty()) {
        EXPECT_THAT(item.problem, HasSubstr("it is a file; the store has folders alone there"));
        EXPECT_EQ(item.name, "");
        ++strays;
      } else {
        EXPECT_EQ(item.problem, "") << item.path;
      }
    EXPECT_EQ(strays, 2);
  }
}

TEST_F(StoreSurveyTest, AFileAmongMarksIsNoMark) {
  const std::string account = store_.begin(KeyKind::account, "acme")->public_key();
  write_text(in_store("pending/account/acme/" + account + "~"), "x");
  const StoreSurvey found = look();
  ASSERT_THAT(found.pending, SizeIs(2));
  EXPECT_EQ(found.pending[0].problem, "");
  EXPECT_THAT(found.pending[1].problem, HasSubstr("its name is not that of a mark"));
}

TEST_F(StoreSurveyTest, SaysWhatIsWrongWithEachFileAndNeverWhatItHolds) {
  const KeyPair key = new_key(KeyKind::account), other = new_key(KeyKind::account);
  const std::string seed(key.seed().reveal());
  write_text(seed_file(key.public_key()), seed, 0644);
  write_text(seed_file(other.public_key()), seed);
  write_text(in_store("keys/A/BC/notes.txt"), "x");
  write_text(in_store("keys/A/ZZ/" + key.public_key() + ".nk"), seed);
  write_text(in_store("creds/op/acme/svc.creds"), "no creds");
  const StoreSurvey found = look();
  std::string all;
  for (const auto& item : found.seeds) all += item.problem + "\n";
  ASSERT_THAT(found.creds, SizeIs(1));
  all += found.creds[0].problem;
  EXPECT_THAT(all, HasSubstr("may be read by others"));
  EXPECT_THAT(all, HasSubstr("holds the seed of another key"));
  EXPECT_THAT(all, HasSubstr("its name is not that of a seed"));
  EXPECT_NE(found.creds[0].problem, "");
  EXPECT_THAT(all, testing::Not(HasSubstr(seed)));
}

}  // namespace
}  // namespace ghboot::nats
