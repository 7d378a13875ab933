// SPDX-License-Identifier: Apache-2.0
#include "nats/bus_config.h"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

using nlohmann::json;
using std::chrono::hours, std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

BusSettings settings() {
  return {.names = BusNames::make("acme", "github.com").value(), .organization_id = 1234};
}

json wanted(BusStream which = BusStream::events) { return json::parse(wanted_config(settings(), which)); }

// What a server of 2.9 makes of it, which knows no metadata.
json echo_of_old(json config) {
  config.erase("metadata");
  return config;
}

// What one of 2.15.1 adds.
json echo_of_new(json config) {
  config["compression"] = "none";
  config["consumer_limits"] = json::object();
  config["allow_msg_ttl"] = false;
  config["metadata"]["_nats.level"] = "5";
  config["metadata"]["_nats.req.level"] = "0";
  config["metadata"]["_nats.ver"] = "2.15.1";
  return config;
}

std::vector<std::string> fields(const json& found, const json& expected = wanted()) {
  std::vector<std::string> names;
  for (const auto& one : differences(found.dump(), expected.dump())) names.push_back(one.field);
  return names;
}

TEST(BusConfig, IsThatOfTheDesign) {
  const json events = wanted();
  EXPECT_EQ(events["name"], "GITHUB_EVENTS_acme");
  EXPECT_EQ(events["max_age"], 7 * 24 * 3600 * 1'000'000'000LL);
  EXPECT_EQ(events["duplicate_window"], 3 * 24 * 3600 * 1'000'000'000LL);
  EXPECT_EQ(events["discard"], "new");
  const json requests = wanted(BusStream::requests);
  EXPECT_EQ(requests["max_age"], 30 * 24 * 3600 * 1'000'000'000LL);
  EXPECT_EQ(requests["duplicate_window"], 120 * 1'000'000'000LL);
  EXPECT_EQ(requests["discard"], "new");
  const json regeneration = wanted(BusStream::regeneration);
  for (const char* limit : {"max_msgs", "max_bytes", "max_msgs_per_subject"})
    EXPECT_EQ(regeneration[limit], -1) << limit;
  EXPECT_EQ(regeneration["max_age"], 0);
  const json lock = wanted(BusStream::lock);
  EXPECT_EQ(lock["max_msgs_per_subject"], 8);
  EXPECT_EQ(lock["discard"], "old");
  EXPECT_EQ(lock["max_age"], 0);
  EXPECT_EQ(lock["deny_delete"], true);
  EXPECT_EQ(lock["deny_purge"], true);
  const json bucket = wanted(BusStream::bucket);
  EXPECT_EQ(bucket["name"], "KV_ghboot_acme");
  EXPECT_EQ(bucket["allow_rollup_hdrs"], true);
  EXPECT_EQ(bucket["deny_delete"], true);
  EXPECT_EQ(bucket["allow_direct"], true);
}

TEST(BusConfig, TakesItsSettings) {
  BusSettings mine = settings();
  mine.replicas = 3;
  mine.events_age = hours(100);
  mine.events_bytes = 5000;
  mine.events_window = hours(80);
  mine.requests_age = hours(50);
  mine.requests_bytes = 6000;
  mine.requests_window = seconds(7);
  const json events = json::parse(wanted_config(mine, BusStream::events));
  EXPECT_EQ(events["max_age"], 360000 * 1'000'000'000LL);
  EXPECT_EQ(events["max_bytes"], 5000);
  EXPECT_EQ(events["duplicate_window"], 288000 * 1'000'000'000LL);
  const json requests = json::parse(wanted_config(mine, BusStream::requests));
  EXPECT_EQ(requests["max_age"], 180000 * 1'000'000'000LL);
  EXPECT_EQ(requests["max_bytes"], 6000);
  EXPECT_EQ(requests["duplicate_window"], 7 * 1'000'000'000LL);
  for (const BusStream which : bus_streams)
    EXPECT_EQ(json::parse(wanted_config(mine, which))["num_replicas"], 3);
}

TEST(BusConfig, AsServersEchoItDoesNotDiffer) {
  for (const BusStream which : bus_streams) {
    EXPECT_THAT(fields(wanted(which), wanted(which)), IsEmpty());
    EXPECT_THAT(fields(echo_of_old(wanted(which)), wanted(which)), IsEmpty());
    EXPECT_THAT(fields(echo_of_new(wanted(which)), wanted(which)), IsEmpty());
  }
}

TEST(BusConfig, WithSubjectsInAnotherOrderOrForeignMetadataDoesNotDiffer) {
  json found = echo_of_new(wanted());
  std::swap(found["subjects"][0], found["subjects"][2]);
  found["metadata"]["team"] = "platform";
  EXPECT_THAT(fields(found), IsEmpty());
}

TEST(BusConfig, DiffersInWhatIsOtherMissingOrAdded) {
  json found = echo_of_new(wanted());
  found["max_age"] = 3600 * 1'000'000'000LL;
  found["subjects"].push_back("github.acme.x");
  found.erase("max_bytes");
  found["no_ack"] = true;
  found["compression"] = "s2";
  found["sources"] = json::array({{{"name", "OTHER"}}});
  EXPECT_THAT(fields(found), testing::UnorderedElementsAre("max_age", "subjects", "max_bytes", "no_ack",
                                                           "compression", "sources"));
  const auto all = differences(settings(), {{BusStream::events, found.dump()}});
  EXPECT_THAT(shown(all), AllOf(HasSubstr("GITHUB_EVENTS_acme: max_age is 1h and ought to be 168h"),
                                HasSubstr("GITHUB_EVENTS_acme: max_bytes is not set and ought to be -1"),
                                HasSubstr("GITHUB_EVENTS_acme: no_ack is true and ought to be not set"),
                                HasSubstr("; ")));
}

TEST(BusConfig, ThatIsNoJsonDiffersInEveryField) {
  EXPECT_THAT(differences("no JSON", wanted().dump()), testing::SizeIs(testing::Gt(10U)));
  EXPECT_THAT(differences("[1]", wanted().dump()), testing::SizeIs(testing::Gt(10U)));
}

TEST(BusConfig, DiffersForGoodWhereNoServerChangesIt) {
  const auto is_fixed = [](BusStream which, const char* field, const json& value) {
    json found = wanted(which);
    found[field] = value;
    const auto all = differences(found.dump(), wanted(which).dump());
    return all.size() == 1 && all[0].field == field && all[0].is_fixed;
  };
  EXPECT_TRUE(is_fixed(BusStream::events, "storage", "memory"));
  EXPECT_TRUE(is_fixed(BusStream::events, "retention", "workqueue"));
  EXPECT_TRUE(is_fixed(BusStream::events, "sealed", true));
  EXPECT_TRUE(is_fixed(BusStream::events, "deny_delete", true));
  EXPECT_TRUE(is_fixed(BusStream::events, "deny_purge", true));
  EXPECT_FALSE(is_fixed(BusStream::lock, "deny_delete", false)) << "it can be switched on";
  EXPECT_FALSE(is_fixed(BusStream::lock, "deny_purge", false));
  EXPECT_FALSE(is_fixed(BusStream::events, "retention", "interest")) << "newer servers change it";
  EXPECT_FALSE(is_fixed(BusStream::events, "max_age", 1));
}

TEST(BusConfig, HoldsTheOrganizationInMetadataAndDescription) {
  EXPECT_EQ(organization_of(wanted().dump()), 1234U);
  EXPECT_EQ(organization_of(echo_of_old(wanted()).dump()), 1234U);
  const auto described = [](const char* description) {
    return organization_of(json{{"description", description}}.dump());
  };
  EXPECT_EQ(described("GitHub organization 77"), 77U);
  EXPECT_EQ(described("GitHub organization 77 (acme)"), 77U);
  for (const char* none : {"", "events of 1234", "GitHub organization acme", "GitHub organization 0 (acme)",
                           "GitHub organization 12x (acme)", "GitHub organization 99999999999999999999"})
    EXPECT_EQ(described(none), std::nullopt) << none;
  json both = wanted();
  both["metadata"]["ghboot.organization_id"] = "78";
  EXPECT_EQ(organization_of(both.dump()), 78U);
  for (const char* none : {"", "{}", "[]", "no JSON", R"({"metadata":{"ghboot.organization_id":1234}})"})
    EXPECT_EQ(organization_of(none), std::nullopt) << none;
}

TEST(BusConfig, OfAnotherOrganizationIsRefusedWithBothIds) {
  EXPECT_TRUE(check_organization(settings(), {}));
  EXPECT_TRUE(check_organization(settings(), {{BusStream::events, wanted().dump()}}));
  EXPECT_TRUE(check_organization(settings(), {{BusStream::events, "{}"}})) << "it is nobody's";
  BusSettings other = settings();
  other.organization_id = 99;
  const auto checked = check_organization(other, {{BusStream::events, echo_of_old(wanted()).dump()}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::conflict);
  EXPECT_THAT(checked.error().message,
              AllOf(HasSubstr("GITHUB_EVENTS_acme"), HasSubstr("1234"), HasSubstr("99")));
}

TEST(BusConfig, WithoutAnOrganizationDiffersInIt) {
  json found = echo_of_old(wanted());
  found["description"] = "mine";
  EXPECT_THAT(fields(found), ElementsAre("description", "organization_id"));
}

TEST(BusConfig, WhenUpdatedKeepsForeignMetadataAndItsOwnId) {
  json found = echo_of_new(wanted());
  found["metadata"]["team"] = "platform";
  found["metadata"]["ghboot.organization_id"] = "9";
  const json sent = json::parse(updated_config(found.dump(), wanted().dump()));
  EXPECT_EQ(sent["metadata"], (json{{"team", "platform"}, {"ghboot.organization_id", "1234"}}));
  EXPECT_EQ(json::parse(updated_config(echo_of_old(wanted()).dump(), wanted().dump())), wanted());
}

TEST(BusConfig, ThatCanNeverWorkIsToldInWords) {
  EXPECT_THAT(problems(settings()), IsEmpty());
  BusSettings bad = settings();
  bad.organization_id = 0;
  bad.replicas = 2;
  bad.events_age = hours(1);
  bad.requests_bytes = 0;
  bad.requests_window = seconds(0);
  const auto said = [](const BusSettings& settings) {
    std::vector<std::string> out;
    for (const Problem& one : problems(settings)) out.push_back(fmt::format("{}: {}", one.setting, one.text));
    return out;
  };
  EXPECT_THAT(
      said(bad),
      ElementsAre(HasSubstr("organization_id: the organization's numeric id is 0"),
                  HasSubstr("replicas: 2 replicas"),
                  AllOf(HasSubstr("events_duplicate_window: a second copy is known for 72h among the "
                                  "events"),
                        HasSubstr("which is 1h (events_max_age)")),
                  HasSubstr("requests_max_bytes: the requests may have 0 bytes"),
                  HasSubstr("requests_duplicate_window: a second copy is known for 0s among the requests")));
  BusSettings for_ever = settings();
  for_ever.events_age = seconds(0);
  EXPECT_THAT(problems(for_ever), IsEmpty());
  for_ever.events_age = seconds(-1);
  EXPECT_THAT(said(for_ever),
              ElementsAre(HasSubstr("events_max_age: the events are kept for less than no time")));
}

TEST(BusConfig, SettingsAreReadFromWhatIsThere) {
  BusSettings other = settings();
  other.events_age = hours(10);
  other.events_bytes = 5;
  other.events_window = hours(1);
  other.requests_age = hours(20);
  other.requests_bytes = 6;
  other.requests_window = hours(2);
  const BusFound some{{BusStream::events, wanted_config(other, BusStream::events)}};
  BusSettings read = settings_in(some, settings());
  EXPECT_EQ(read.events_age, hours(10));
  EXPECT_EQ(read.events_bytes, 5);
  EXPECT_EQ(read.events_window, hours(1));
  EXPECT_EQ(read.requests_age, settings().requests_age) << "what is not there is as expected";
  other.replicas = 3;
  read = settings_in({{BusStream::events, wanted_config(settings(), BusStream::events)},
                      {BusStream::lock, wanted_config(other, BusStream::lock)},
                      {BusStream::requests, wanted_config(other, BusStream::requests)}},
                     settings());
  EXPECT_EQ(read.replicas, 3) << "the one that differs";
  EXPECT_EQ(read.events_age, settings().events_age);
  EXPECT_EQ(read.requests_age, hours(20));
  EXPECT_EQ(read.requests_bytes, 6);
  EXPECT_EQ(read.requests_window, hours(2));
  read =
      settings_in({{BusStream::events, "no JSON"}, {BusStream::lock, R"({"num_replicas":"3"})"}}, settings());
  EXPECT_EQ(read.replicas, 1);
}

TEST(BusConfig, OfThreeReplicasNeedsEveryServerToBeNewEnough) {
  BusSettings three = settings();
  three.replicas = 3;
  const Server n1{.id = "N1", .name = "n1", .version = "2.11.0"};
  const Server n2{.id = "N2", .name = "n2", .version = "2.10.29"};
  const auto said = [&](const Cluster& cluster) {
    const auto checked = check_servers(three, cluster);
    return checked ? "" : checked.error().message;
  };
  EXPECT_EQ(said({.present = {n1, n1}}), "");
  EXPECT_THAT(said({.present = {n1, n2}}), AllOf(HasSubstr("3 replicas"), HasSubstr("server n2 is 2.10.29"),
                                                 HasSubstr("2.11"), Not(HasSubstr("n1"))));
  EXPECT_THAT(said({.present = {n1, {.id = "N3"}}}), HasSubstr("server N3 does not tell its version"));
  EXPECT_THAT(said({.present = {n1}, .away = {{.name = "n4"}}}), HasSubstr("server n4 is away"));
  EXPECT_THAT(said({}), HasSubstr("no server told its version"));
  EXPECT_TRUE(check_servers(settings(), {.present = {n2}})) << "one replica is right everywhere";
}

}  // namespace
}  // namespace ghboot::nats
