// SPDX-License-Identifier: Apache-2.0
// ghboot lock on a real server: what a person sees, does by hand, and runs under the lock. Whatever runs
// under it has a file locked, and so have all whom it starts: when the file can be locked, all of it is gone.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "acceptance/process.h"
#include "acceptance/temp_folder.h"

namespace ghboot::acceptance {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class HelperLock : public testing::Test {
 protected:
  HelperLock() {
    const auto creds = folder.path() / "regenerator.creds";
    write_file(creds, place.options.creds->format().reveal());
    for (HelperDev* helper : {&first, &second}) {
      helper->set("NATS_URL", place.server.url());
      helper->set("NATS_CREDS", creds.string());
    }
  }
  static std::vector<std::string> words(const std::string& verb, const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"lock", verb, "--org", "acme"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  // It ignores SIGTERM, as does its child, which has left its session.
  std::vector<std::string> hold_stubborn() const {
    return words(
        "hold",
        {"--lease", "15s", "--", "/bin/sh", "-c",
         fmt::format("exec 9>'{}'; flock 9; trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 100; :' & "
                     "echo up; sleep 100; :",
                     work.string())});
  }
  bool are_all_gone_within(seconds longest) const {
    Process waiter({.argv = {"flock", "-w", std::to_string(longest.count()), work.string(), "true"},
                    .folder = folder.path(),
                    .environment = {{"PATH", "/usr/bin:/bin"}}});
    return waiter.wait(longest + seconds(10)).ok();
  }
  nlohmann::json status() const {
    const Outcome shown = second.run(words("status", {"--json"}));
    return nlohmann::json::parse(shown.out);
  }
  // The second holds it: and nothing of the first is left.
  void expect_a_clean_handover() const {
    const Outcome next = second.run(words(
        "hold", {"--lease", "15s", "--wait", "90s", "--", "flock", "-n", work.string(), "echo", "alone"}));
    EXPECT_EQ(next.exit_code, 0) << next.text();
    EXPECT_EQ(next.out, "alone\n");
  }

  TempFolder folder;
  LockPlace place;
  HelperDev first, second;
  const std::filesystem::path work = folder.path() / "work";
};

TEST_F(HelperLock, StatusTellsWhoHoldsItAndHowToTakeItAway) {
  const Outcome idle = first.run(words("status"));
  ASSERT_TRUE(done(idle));
  EXPECT_THAT(idle.out,
              MatchesRegex("free\n  message   1, generation 1, stored 20[0-9TZ:-]+, [0-9]+ s ago\n"));
  Process held =
      first.start(words("hold", {"--why", "a test", "--", "/bin/sh", "-c", "echo up; exec sleep 100"}));
  ASSERT_TRUE(held.wait_for_output("up"));
  const Outcome shown = second.run(words("status"));
  ASSERT_TRUE(done(shown));
  EXPECT_THAT(shown.out,
              AllOf(HasSubstr("held by "), HasSubstr("  for       a test\n"),
                    ContainsRegex("  token     1.2, since 20[0-9TZ:-]+\n"), HasSubstr("  lease     30 s\n"),
                    HasSubstr("ghboot lock release --org acme --sequence 2 --why TEXT")));
  EXPECT_EQ(status()["pid"], held.id());
  EXPECT_EQ(status()["token"], "1.2");
  EXPECT_GE(status()["age_seconds"], 0);
  held.signal(SIGTERM);
  EXPECT_EQ(held.wait().exit_code, 128 + SIGTERM);
  EXPECT_EQ(status()["state"], "free");
}

TEST_F(HelperLock, HoldEndsAsItsCommandDoesAndGivesTheLockBack) {
  const Outcome run =
      first.run(words("hold", {"--", "/bin/sh", "-c", "echo token $GHBOOT_LOCK_TOKEN; exit 7"}));
  EXPECT_EQ(run.exit_code, 7) << run.text();
  EXPECT_EQ(run.out, "token 1.2\n");
  const Outcome again = second.run(words("hold", {"--", "sh", "-c", "echo token $GHBOOT_LOCK_TOKEN"}));
  ASSERT_TRUE(done(again));
  EXPECT_EQ(again.out, "token 1.4\n");
}

TEST_F(HelperLock, WhoWaitsInVainIsToldWhoHasIt) {
  Process held =
      first.start(words("hold", {"--why", "a test", "--", "/bin/sh", "-c", "echo up; exec sleep 100"}));
  ASSERT_TRUE(held.wait_for_output("up"));
  const Outcome refused = second.run(words("hold", {"--wait", "1s", "--", "/bin/sh", "-c", "echo ran"}));
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("for \"a test\""));
}

TEST_F(HelperLock, ATakenLockEndsItsHoldersCommandBeforeTheNextHoldsIt) {
  Process held = first.start(hold_stubborn());
  ASSERT_TRUE(held.wait_for_output("up"));
  const Outcome stale = second.run(words("release", {"--sequence", "1", "--why", "stuck"}));
  EXPECT_EQ(stale.exit_code, 4);
  EXPECT_THAT(stale.err, HasSubstr("not 1: look again"));
  ASSERT_FALSE(are_all_gone_within(seconds(0)));
  const std::string seen = std::to_string(status()["sequence"].get<int>());
  ASSERT_TRUE(done(second.run(words("release", {"--sequence", seen, "--why", "stuck"}))));
  EXPECT_THAT(second.run(words("status")).out,
              AllOf(HasSubstr("taken from "), HasSubstr(": stuck; free once 15 s")));
  expect_a_clean_handover();
  const Outcome lost = held.wait();
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("the lock was lost"));
}

TEST_F(HelperLock, AKilledHolderLeavesNothingBehind) {
  Process held = first.start(hold_stubborn());
  ASSERT_TRUE(held.wait_for_output("up"));
  held.signal(SIGKILL);
  EXPECT_TRUE(are_all_gone_within(seconds(60)));
  expect_a_clean_handover();
}

TEST_F(HelperLock, AStoppedHoldersCommandIsGoneBeforeTheNextHoldsIt) {
  Process held = first.start(hold_stubborn());
  ASSERT_TRUE(held.wait_for_output("up"));
  held.signal(SIGSTOP);
  expect_a_clean_handover();
  held.signal(SIGCONT);
  const Outcome lost = held.wait();
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("the lock was lost"));
}

TEST_F(HelperLock, AHolderWithoutAServerEndsItsCommandInTime) {
  Process held = first.start(hold_stubborn());
  ASSERT_TRUE(held.wait_for_output("up"));
  place.server.freeze();
  EXPECT_TRUE(are_all_gone_within(seconds(60)));
  place.server.thaw();
  const Outcome lost = held.wait();
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("the lock was lost: it was not renewed in time; the command was ended"));
  expect_a_clean_handover();
}

TEST_F(HelperLock, ACommandThatRunsTooLongIsEndedAndTheLockGivenBack) {
  const Outcome run = first.run(words("hold", {"--max-hold", "1s", "--", "/bin/sh", "-c", "exec sleep 100"}));
  EXPECT_EQ(run.exit_code, 128 + SIGTERM);
  EXPECT_THAT(run.err, HasSubstr("has run for 1 s (--max-hold) and is ended"));
  EXPECT_EQ(status()["state"], "free");
}

TEST_F(HelperLock, ADaemonThatACommandLeavesIsEndedBeforeTheLockIsGivenBack) {
  const Outcome run = first.run(words(
      "hold", {"--", "/bin/sh", "-c",
               fmt::format("exec 9>'{}'; flock 9; setsid sh -c 'setsid sleep 100 & exit' & wait; exit 0",
                           work.string())}));
  ASSERT_TRUE(done(run));
  EXPECT_THAT(run.err, HasSubstr("processes that the command left behind were ended: 1"));
  EXPECT_TRUE(are_all_gone_within(seconds(60)));
}

TEST_F(HelperLock, AWholeApplyRunsUnderTheLock) {
  const TempFolder configuration;
  write_file(configuration.path() / "main.tf", R"(
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo token $GHBOOT_LOCK_TOKEN"
  }
}
)");
  const auto terraform = find_program("terraform").value_or("tofu");
  const Outcome applied =
      first.run(words("hold", {"--", terraform.string(), "-chdir=" + configuration.path().string(), "apply",
                               "-auto-approve", "-no-color"}));
  ASSERT_TRUE(done(applied));
  EXPECT_THAT(applied.out, AllOf(HasSubstr("token 1.2"), HasSubstr("1 added")));
  EXPECT_EQ(status()["state"], "free");
}

TEST_F(HelperLock, WhoRunsUnderTheLockIsNotLetToWaitForItself) {
  const Outcome held = first.run(words("hold", {"--", "sh", "-c", "echo $GHBOOT_LOCK_ORG"}));
  EXPECT_EQ(held.out, "acme\n");
  first.set("GHBOOT_LOCK_ORG", "other");
  const Outcome both =
      first.run(words("hold", {"--", "sh", "-c", "env | grep -c GHBOOT_LOCK_; echo $GHBOOT_LOCK_ORG"}));
  EXPECT_EQ(both.out, "2\nother,acme\n");
  first.set("GHBOOT_LOCK_ORG", "acme,other");
  first.set("GHBOOT_LOCK_TOKEN", "1.2");
  const Outcome refused = first.run(words("hold", {"--", "true"}));
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.err,
              HasSubstr("this runs under the lock of acme already (token 1.2): it would wait for itself"));
}

TEST_F(HelperLock, WhatCannotBeMeantIsToldBeforeAnythingIsHeld) {
  const auto expect = [&](const std::vector<std::string>& more, int code, const std::string& text) {
    const Outcome refused = first.run(words("hold", more));
    EXPECT_EQ(refused.exit_code, code) << refused.text();
    EXPECT_THAT(refused.err, HasSubstr(text));
  };
  expect({}, 2, "what shall run under the lock?");
  expect({"--", "no-such-program"}, 2, "there is no program no-such-program on the PATH");
  expect({"--lease", "14s", "--", "true"}, 1, "a lease of 14 s: give one from 15 s to 24 h");
  expect({"--creds", "/nowhere", "--", "true"}, 1, "/nowhere");
  expect({"--creds", folder.path().string(), "--", "true"}, 1, folder.path().string() + ": Is a directory");
  expect({"--why", std::string(100'000, 'w'), "--", "true"}, 1, "reason has 100000 bytes; 1000 are the most");
  expect({"--why", "two\nlines", "--", "true"}, 1, "holds a line's end");
  expect({"--wait", "0s", "--", "true"}, 2, "--wait");
  EXPECT_EQ(first.run({"lock", "status", "--org", "no name"}).exit_code, 2);
  const Outcome of_nobody = first.run({"lock", "status"});
  EXPECT_EQ(of_nobody.exit_code, 2);
  EXPECT_THAT(of_nobody.err, StartsWith("ghboot: --org is required"));
  EXPECT_THAT(first.run(words("frobnicate")).err, StartsWith("ghboot: "));
  for (const std::vector<std::string>& of_other :
       {std::vector<std::string>{"lock", "status", "--org", "other"},
        std::vector<std::string>{"lock", "hold", "--org", "other", "--", "true"}}) {
    const Outcome missing = first.run(of_other);  // At once: nobody makes it by being waited for.
    EXPECT_EQ(missing.exit_code, 5);
    EXPECT_THAT(missing.err, HasSubstr("GITHUB_LOCK_other: stream not found (10059)"));
  }
  const Outcome idle = first.run(words("release", {"--sequence", "1", "--why", "stuck"}));
  EXPECT_EQ(idle.exit_code, 1);
  EXPECT_THAT(idle.err, HasSubstr("the lock is free"));
  first.set("NATS_CREDS", "");
  EXPECT_THAT(first.run(words("status")).err, HasSubstr("name with --creds, or in NATS_CREDS"));
  EXPECT_EQ(status()["sequence"], 1);
}

TEST_F(HelperLock, OfAnotherGitHubIsAnotherLock) {
  first.set("GITHUB_BASE_URL", "https://ghe.example.com/api/v3");
  EXPECT_THAT(first.run(words("status")).err,
              HasSubstr("GITHUB_LOCK_acme__ghe_example_com: stream not found"));
  first.set("GITHUB_BASE_URL", "https://github.com");
  const Outcome refused = first.run(words("status"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("GITHUB_BASE_URL: "));
}

TEST_F(HelperLock, ARightThatIsMissingIsNamedAtOnce) {
  const auto began = nats::system_clock().now();
  const auto creds = folder.path() / "deaf.creds";
  write_file(creds, new_user(place.account, {.publish = {.deny = {"$JS.API.>"}}}).format().reveal());
  const Outcome refused = first.run(words("status", {"--creds", creds.string()}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("no right to publish on $JS.API.STREAM.INFO.GITHUB_LOCK_acme"));
  write_file(creds, new_user(place.account, {.publish = {.deny = {place.names.subject}}}).format().reveal());
  const Outcome not_held = first.run(words("hold", {"--creds", creds.string(), "--", "true"}));
  EXPECT_EQ(not_held.exit_code, 1);
  EXPECT_THAT(not_held.err, HasSubstr("no right to publish on github.acme.regeneration_lock"));
  EXPECT_LT(nats::system_clock().now() - began, seconds(9));
}

TEST_F(HelperLock, AMessageThatIsNotOursStopsAllUntilItIsLeftBehind) {
  place.publish("hello");
  for (const Outcome& stopped : {first.run(words("status")), first.run(words("hold", {"--", "true"}))}) {
    EXPECT_EQ(stopped.exit_code, 1);
    EXPECT_THAT(stopped.err, HasSubstr("message 2 of the lock's stream is not a message of the lock"));
  }
  ASSERT_TRUE(done(
      first.run(words("new-generation", {"--above", "1", "--lease", "1s", "--why", "a stray message"}))));
  const Outcome run = first.run(words("hold", {"--", "sh", "-c", "echo $GHBOOT_LOCK_TOKEN"}));
  ASSERT_TRUE(done(run));
  EXPECT_EQ(run.out, "2.4\n");
}

TEST_F(HelperLock, ANewGenerationIsAboveTheOneThatWasLost) {
  ASSERT_TRUE(done(first.run(words("new-generation", {"--above", "4", "--why", "stream was lost"}))));
  EXPECT_THAT(first.run(words("status")).out, HasSubstr(": stream was lost; free once 30 s have passed"));
  const Outcome run = first.run(words("hold", {"--", "sh", "-c", "echo $GHBOOT_LOCK_TOKEN"}));
  ASSERT_TRUE(done(run));
  EXPECT_EQ(run.out, "5.3\n");
}

}  // namespace
}  // namespace ghboot::acceptance
