// SPDX-License-Identifier: Apache-2.0
#include "nats/bus_names.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string key(std::string_view login, std::string_view host = "github.com") {
  const auto names = BusNames::make(login, host);
  return names ? names->key() : "no: " + names.error().message;
}

TEST(BusNames, AreTheLoginInLowerCase) {
  EXPECT_EQ(key("acme"), "acme");
  EXPECT_EQ(key("Acme-Inc"), "acme-inc");
  EXPECT_EQ(key("octo_corp"), "octo_corp");
  EXPECT_EQ(key("ACME", "GitHub.com"), "acme");
  EXPECT_EQ(key(std::string(39, 'a')), std::string(39, 'a'));
}

TEST(BusNames, OfAnotherHostHaveItInThem) {
  EXPECT_EQ(key("Acme", "GHE.example.com"), "acme__ghe_example_com");
  EXPECT_EQ(key("acme", "ghe.example.com:8443"), "acme__ghe_example_com_8443");
  EXPECT_EQ(key("acme", "big-co.ghe.com"), "acme__big-co_ghe_com");
}

TEST(BusNames, OfNoLoginAreRefusedWithIt) {
  for (const char* login : {"", "-acme", "_acme", "ac me", "ac.me", "ac*", ">", "acme/x", "äcme"})
    EXPECT_THAT(key(login), AllOf(HasSubstr("no: "), HasSubstr(login), HasSubstr("login"))) << login;
  EXPECT_THAT(key(std::string(40, 'a')), HasSubstr("1 to 39"));
  EXPECT_THAT(key("acme__ghe_example_com"), HasSubstr("no: ")) << "else it is another host's organization";
}

TEST(BusNames, OfAHostThatGivesNoneAreRefusedWithIt) {
  for (const char* host :
       {"", "[::1]", "ghe.example.com/api", "https://ghe.example.com", "a b", "*", "ghe_x", "-x", ".x"})
    EXPECT_THAT(key("acme", host), AllOf(HasSubstr("no: "), HasSubstr(host), HasSubstr("host"))) << host;
  EXPECT_EQ(key("acme", std::string(122, 'h')).size(), 128U);
  EXPECT_THAT(key("acme", std::string(123, 'h')), HasSubstr("at most 126"));
}

TEST(BusNames, AreThoseOfTheDesign) {
  const auto names = BusNames::make("Acme", "github.com").value();
  EXPECT_EQ(names.stream(BusStream::events), "GITHUB_EVENTS_acme");
  EXPECT_EQ(names.stream(BusStream::requests), "GITHUB_REQUESTS_acme");
  EXPECT_EQ(names.stream(BusStream::regeneration), "GITHUB_REGENERATION_acme");
  EXPECT_EQ(names.stream(BusStream::lock), "GITHUB_LOCK_acme");
  EXPECT_EQ(names.stream(BusStream::bucket), "KV_ghboot_acme");
  EXPECT_EQ(names.bucket(), "ghboot_acme");
  EXPECT_THAT(
      names.subjects(BusStream::events),
      ElementsAre("github.acme.hook.*", "github.acme.template_changed", "github.acme.workflow_status"));
  EXPECT_THAT(names.subjects(BusStream::requests), ElementsAre("github.acme.regeneration_requested"));
  EXPECT_THAT(names.subjects(BusStream::regeneration),
              ElementsAre("github.acme.regeneration_started", "github.acme.regeneration_completed",
                          "github.acme.regeneration_failed", "github.acme.regeneration_asked"));
  EXPECT_THAT(names.subjects(BusStream::lock), ElementsAre("github.acme.regeneration_lock"));
  EXPECT_THAT(names.subjects(BusStream::bucket), ElementsAre("$KV.ghboot_acme.>"));
  EXPECT_EQ(names.lock().stream, "GITHUB_LOCK_acme");
  EXPECT_EQ(names.lock().subject, "github.acme.regeneration_lock");
  EXPECT_EQ(names.lock().wait_subject, "github.acme.regeneration_wait");
}

TEST(BusNames, OfNoTwoOrganizationsAreTheSame) {
  std::set<std::string> streams;
  std::set<std::string> subjects;
  const auto hosts = {"github.com", "ghe.example.com"};
  for (const char* login : {"acme", "acme-inc", "events_acme", "acme_ghe_example_com"})
    for (const char* host : hosts)
      for (const BusStream which : bus_streams) {
        const auto names = BusNames::make(login, host).value();
        EXPECT_TRUE(streams.insert(names.stream(which)).second) << names.stream(which);
        for (const auto& subject : names.subjects(which))
          EXPECT_TRUE(subjects.insert(subject).second) << subject;
      }
  EXPECT_EQ(streams.size(), 40U);
}

}  // namespace
}  // namespace ghboot::nats
