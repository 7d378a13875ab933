// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regen/regen_play.h"

namespace ghboot::regen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

RegenerationEvent event(EventKind kind, std::uint64_t sequence) {
  return {.kind = kind,
          .nonce = "n",
          .run = "r",
          .place = {.created = "2026-11-26T08:00:00.1Z", .sequence = sequence}};
}
Result<LogView> read_log(RegenPlay::Asker& by) { return by.log.read(RegenPlay::target, by.within()); }

TEST(RegenerationLog, IsAppendedToUnderWhatWasSeen) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  const auto seen = read_log(b).value();
  auto first = event(EventKind::asked, 1);
  auto second = first;
  EXPECT_TRUE(a.log.append(first, {}, a.within()).value());
  EXPECT_NE(first.nonce, "n");
  EXPECT_FALSE(b.log.append(second, seen, b.within()).value());
  EXPECT_EQ(play.log_text(), "asked");
  EXPECT_TRUE(b.log.append(second, read_log(b).value(), b.within()).value());
}

TEST(RegenerationLog, LooksUpAnAnswerThatDidNotCome) {
  for (const EventFault fault : {EventFault::lose_answer, EventFault::lose_request, EventFault::twice}) {
    RegenPlay play;
    auto& a = play.asker("a");
    play.server.faults = {{0, fault}};
    auto one = event(EventKind::asked, 1);
    EXPECT_TRUE(a.log.append(one, {}, a.within()).value());
    EXPECT_EQ(play.log_text(), "asked");
  }
  RegenPlay play;
  auto& a = play.asker("a");
  play.server.is_silent = true;
  auto one = event(EventKind::asked, 1);
  const auto unknown = a.log.append(one, {}, a.within(20s));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::unknown);
  EXPECT_EQ(unknown.error().message,
            "whether github.acme.regeneration_asked was stored is not known: no answer came");
}

// Its first copy comes after another's event: an answer that was lost does not make it stored.
TEST(RegenerationLog, WhoseCopyWasOvertakenSaysThatItIsNotStored) {
  RegenPlay play;
  auto &a = play.asker("a"), &b = play.asker("b");
  play.server.faults = {{0, EventFault::delay}};
  auto other = event(EventKind::asked, 2);
  play.lock.simulation.at(play.lock.simulation.now() + 1s, [&] {
    play.server.log.store({.subject = "github.acme.regeneration_asked", .id = "x", .bytes = other.encode()},
                          play.lock.simulation.now());
  });
  auto one = event(EventKind::asked, 1);
  EXPECT_FALSE(a.log.append(one, {}, a.within()).value());
  play.lock.pass(2min);
  EXPECT_EQ(play.log_text(), "asked");
  EXPECT_EQ(read_log(b).value().last, 1U);
}

TEST(RegenerationLog, NamesAMessageThatIsNotOursAndWhatToDo) {
  RegenPlay play;
  auto& a = play.asker("a");
  const auto put = [&](std::string subject, std::string id) {
    play.server.log.store({.subject = std::move(subject), .id = std::move(id), .bytes = "hello"}, {});
  };
  put("github.acme.regeneration_completed", "1");
  auto refused = read_log(a);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("message 1 of GITHUB_REGENERATION_acme is not an event of a regeneration"),
                    HasSubstr("nats stream rmm GITHUB_REGENERATION_acme 1")));
  put("github.acme.other", "2");
  EXPECT_THAT(read_log(a).error().message,
              HasSubstr("message 2 of GITHUB_REGENERATION_acme is on github.acme.other, which is none"));
  play.server.log.entries.clear();
  EXPECT_EQ(read_log(a).value().last, 2U) << "what was removed is passed by";
}

}  // namespace
}  // namespace ghboot::regen
