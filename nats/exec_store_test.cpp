// SPDX-License-Identifier: Apache-2.0
// A store that is a program: what it is told, what it answers, and what becomes of its faults.
#include "nats/exec_store.h"

#include <chrono>
#include <cstdlib>
#include <stop_token>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "nats/folder_store.h"
#include "nats/store_fixture.h"
#include "nats/test_store_program.h"

namespace ghboot::nats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ExecStoreTest : public testing::Test {
 protected:
  ExecStore store(std::chrono::milliseconds time = std::chrono::seconds(60), std::stop_token stop = {}) {
    return of(program_.command(), time, std::move(stop));
  }
  ExecStore of(std::vector<std::string> command, std::chrono::milliseconds time = std::chrono::seconds(60),
               std::stop_token stop = {}) {
    return {
        CredentialProgram(std::move(command), {system_clock().now() + time, std::move(stop)}, system_clock()),
        marks(), system_files(), system_random()};
  }
  std::string marks() const { return temp_.path() + "/marks"; }
  nlohmann::json entry(std::string_view name) const {
    return nlohmann::json::parse(program_.entry(name), nullptr, false);
  }
  std::string message_of_get() {
    const auto got = store().key(key_.public_key());
    return got ? "no error" : got.error().message;
  }

  TempFolder temp_;
  TestStoreProgram program_{temp_.path() + "/program"};
  const KeyPair key_ = new_key(KeyKind::account);
};

TEST_F(ExecStoreTest, ABegunKeyIsWithTheProgramAndItsMarkHere) {
  const auto pending = store().begin(KeyKind::account, "acme");
  ASSERT_TRUE(pending) << pending.error().message;
  EXPECT_FALSE(pending->found());
  const auto kept = entry("ghboot/keys/" + pending->public_key());
  EXPECT_EQ(kept["Secret"], std::string(pending->key().seed().reveal()));
  EXPECT_EQ(kept["Username"], "made by ghboot, account");
  EXPECT_EQ(store().key(pending->public_key())->public_key(), pending->public_key());
  for (const auto& [path, mode] : tree_of(marks())) {
    if (std::filesystem::is_directory(marks() + "/" + path)) continue;
    EXPECT_THAT(text_of(marks() + "/" + path), Not(HasSubstr(std::string(pending->key().seed().reveal()))));
  }
}

TEST_F(ExecStoreTest, ACreateThatWasCutOffIsTakenUpUntilConfirmed) {
  const std::string first = store().begin(KeyKind::account, "acme")->public_key();
  const auto again = store().begin(KeyKind::account, "acme");
  EXPECT_TRUE(again->found());
  EXPECT_EQ(again->public_key(), first);
  EXPECT_NE(store().begin(KeyKind::account, "acme")->public_key(), first) << "the other create is alive";
  store().confirm(KeyKind::account, "acme", first);
  EXPECT_EQ(store().discard_key(first).has_value(), true);
}

TEST_F(ExecStoreTest, OnlyOwnSeedsAreErased) {
  ASSERT_TRUE(store().add_key(key_));
  ASSERT_TRUE(store().add_key(key_)) << "the same again is no error";
  const std::string made = store().begin(KeyKind::user, "u")->public_key();
  ASSERT_TRUE(store().discard_key(key_.public_key()));
  ASSERT_TRUE(store().discard_key(made));
  EXPECT_TRUE(store().key(key_.public_key()));
  EXPECT_EQ(store().key(made).error().kind, ErrorKind::missing);
  EXPECT_TRUE(store().discard_key(made)) << "none there is no error";
}

TEST_F(ExecStoreTest, CredsAreKeptUnderTheUsersKeyWithTheNamesForPeople) {
  const KeyPair user = new_key(KeyKind::user);
  const auto name = store().put_creds(alice, make_creds(user, 7));
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(entry(*name)["Username"], "op/acme/alice");
  EXPECT_EQ(store().creds(alice, user.public_key())->key.public_key(), user.public_key());
  EXPECT_EQ(store().creds_of("op", "acme", user.public_key())->key.public_key(), user.public_key());
  EXPECT_FALSE(store().holder(alice)->has_value());
  ASSERT_TRUE(store().discard_creds(alice, user.public_key()));
  EXPECT_EQ(store().creds(alice, user.public_key()).error().kind, ErrorKind::missing);
}

// The program's own note of its variables and arguments is the witness.
TEST_F(ExecStoreTest, NoSecretIsInItsArgumentsOrVariables) {
  ::setenv("GHBOOT_OPERATOR_SEED", "SOX-own-secret", 1);
  ::setenv("GHBOOT_SYSTEM_CREDS", "own-creds", 1);
  ::setenv("VAULT_ADDR", "http://vault", 1);
  const auto pending = store().begin(KeyKind::account, "acme");
  ASSERT_TRUE(store().put_creds(alice, make_creds(key_)));
  ASSERT_TRUE(store().key(pending->public_key()));
  for (const char* name : {"GHBOOT_OPERATOR_SEED", "GHBOOT_SYSTEM_CREDS", "VAULT_ADDR"}) ::unsetenv(name);
  for (const KeyPair& key : {pending->key(), key_})
    EXPECT_THAT(program_.seen(), Not(HasSubstr(std::string(key.seed().reveal()))));
  EXPECT_THAT(program_.seen(), AllOf(Not(HasSubstr("own-secret")), Not(HasSubstr("own-creds"))));
  EXPECT_THAT(program_.seen(), HasSubstr("VAULT_ADDR=http://vault"));
  EXPECT_THAT(program_.calls(), StartsWith("a word store\n"));
}

TEST_F(ExecStoreTest, WhatTheStoreLacksSaysWhereItLooked) {
  const auto missing = store().key(key_.public_key());
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(missing.error().message,
              AllOf(HasSubstr(key_.public_key()), HasSubstr(program_.path().string()),
                    HasSubstr("ghboot/keys/" + key_.public_key())));
}

TEST_F(ExecStoreTest, AnErrorIsToldInItsWordsWithoutWhatLooksLikeASecret) {
  const std::string seed(key_.seed().reveal());
  program_.before("echo 'permission denied for " + seed + " at path team-a'; exit 2");
  const auto refused = store().key(key_.public_key());
  EXPECT_EQ(refused.error().kind, ErrorKind::refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("permission denied for (secret) at path team-a"),
                                             HasSubstr("exit code 2"), Not(HasSubstr(seed))));
  program_.before("echo 'vault is sealed' >&2; exit 1");
  EXPECT_THAT(message_of_get(), HasSubstr("said: vault is sealed"));
  program_.before("exit 1");
  EXPECT_THAT(message_of_get(), HasSubstr("without a word"));
  // A secret that is printed beside a failure, as a careless script would.
  program_.before("cat; exit 1");
  const auto not_added = store().add_key(key_);
  EXPECT_THAT(not_added.error().message, Not(HasSubstr(seed)));
  EXPECT_EQ(first_line_without_secrets(std::string(seed) + "\x1b[2J"), "(secret)[2J");
}

TEST_F(ExecStoreTest, AnAnswerThatIsNoCredentialIsNotUsed) {
  for (const char* answer : {"echo hello", "echo '{}'", "echo '{\"Secret\":5}'", "echo '[1]'", ":"}) {
    program_.before(std::string(answer) + "; exit 0");
    EXPECT_EQ(store().key(key_.public_key()).error().kind, ErrorKind::invalid) << answer;
  }
  const KeyPair other = new_key(KeyKind::account);
  program_.before("printf '{\"Secret\":\"" + std::string(other.seed().reveal()) + "\"}'; exit 0");
  EXPECT_THAT(message_of_get(), AllOf(HasSubstr("holds the seed of another key, " + other.public_key()),
                                      Not(HasSubstr(std::string(other.seed().reveal())))));
}

TEST_F(ExecStoreTest, AProgramThatIsNotThereIsNamed) {
  EXPECT_THAT(of({"/nowhere/keep"}).key(key_.public_key()).error().message,
              HasSubstr("/nowhere/keep is not there, or may not be run"));
  EXPECT_THAT(of({"ghboot-no-such-program"}).key(key_.public_key()).error().message,
              HasSubstr("looked for on the PATH"));
}

// The program waits for a child of its own: all of them end, and none is left as a zombie.
TEST_F(ExecStoreTest, AProgramThatHangsIsEndedInTimeWithAllThatItStarted) {
  program_.before("echo $$ > \"$here/pid\"; sleep 1000 & echo $! > \"$here/child\"; wait");
  const auto begun = std::chrono::steady_clock::now();
  const auto hung = store(std::chrono::milliseconds(700)).key(key_.public_key());
  EXPECT_EQ(hung.error().kind, ErrorKind::unknown);
  EXPECT_THAT(hung.error().message, HasSubstr("did not end in time, and was ended"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left, not even its remains";
  const int child = std::stoi(text_of(temp_.path() + "/program/child"));
  const std::string status = "/proc/" + std::to_string(child) + "/stat";
  const auto has_ended = [&] { return !std::filesystem::exists(status) || text_of(status).contains(") Z "); };
  const Wait wait{system_clock().now() +
                  std::chrono::seconds(10)};  // SIGKILL takes a moment of the kernel's.
  while (!has_ended() && system_clock().sleep(std::chrono::milliseconds(5), wait)) {
  }
  EXPECT_TRUE(has_ended()) << text_of(status);
}

TEST_F(ExecStoreTest, AGrandchildThatKeepsTheStreamsIsNotWaitedFor) {
  ASSERT_TRUE(store().add_key(key_));
  program_.before("sleep 30 & ");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(store().key(key_.public_key()));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
}

TEST_F(ExecStoreTest, WhenNobodyKnowsWhetherASeedWasKeptTheNextCreateLooks) {
  // Stored, and then it hangs: only the time ends it.
  program_.before(R"([ "$1" = store ] && { cat > "$here/late"; sleep 1000; })");
  const auto unknown = store(std::chrono::milliseconds(700)).begin(KeyKind::account, "acme");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::unknown);
  program_.before("");
  const auto late = nlohmann::json::parse(text_of(temp_.path() + "/program/late"));
  const std::string name = late["ServerURL"];
  std::ofstream(temp_.path() + "/program/entries/ghboot_keys_" + name.substr(name.rfind('/') + 1)) << late;
  const auto next = store().begin(KeyKind::account, "acme");
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_TRUE(next->found());
  EXPECT_EQ(program_.entries(), 1U);
}

TEST_F(ExecStoreTest, ASeedThatWasNotKeptLeavesNoMark) {
  program_.before("exit 1");
  EXPECT_FALSE(store().begin(KeyKind::account, "acme"));
  program_.before("");
  EXPECT_FALSE(store().begin(KeyKind::account, "acme")->found());
}

}  // namespace
}  // namespace ghboot::nats
