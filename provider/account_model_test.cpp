// SPDX-License-Identifier: Apache-2.0
#include "provider/account_model.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

nats::AccountClaims stored() {
  nats::AccountClaims claims(nats::test_key(nats::KeyKind::account).public_key(), "acme");
  claims.set_description("Events");
  claims.set_tags({"a", "b"});
  return claims;
}

std::string problem_of_name(const std::string& name) {
  tfplugin::Diagnostics diagnostics;
  check_name(name, diagnostics);
  return diagnostics.list().empty() ? "" : diagnostics.list().front().detail;
}

TEST(AccountModel, WhatIsNullIsNotManaged) {
  ClaimsModel wanted;
  wanted.name = "renamed";
  nats::AccountClaims claims = stored();
  wanted.apply_all(claims);
  EXPECT_EQ(claims.name(), "renamed");
  EXPECT_EQ(claims.description(), "Events");
  EXPECT_THAT(claims.tags(), ElementsAre("a", "b"));
}

TEST(AccountModel, AnEmptyTextOrSetTakesTheClaimAway) {
  ClaimsModel wanted;
  wanted.description = "";
  wanted.tags = std::set<std::string>();
  nats::AccountClaims claims = stored();
  wanted.apply_all(claims);
  EXPECT_EQ(claims.description(), "");
  EXPECT_THAT(claims.tags(), IsEmpty());
}

// A role without a template may do everything: claims have a template that says so.
TEST(AccountModel, AnothersSigningKeyLeavesTheSpellingOfOursAlone) {
  const auto ours = nats::test_key(nats::KeyKind::account, 1).public_key();
  const auto theirs = nats::test_key(nats::KeyKind::account, 2).public_key();
  SigningKeyModel key;
  key.public_key = ours;
  key.role = "team";
  ClaimsModel wanted;
  wanted.signing_keys = SigningKeys{key};
  nats::AccountClaims claims = stored();
  wanted.apply_all(claims);
  auto keys = claims.signing_key_scopes();
  keys.push_back({.public_key = theirs, .scoped = false, .role = {}, .description = {}, .rights = {}});
  claims.set_signing_keys(keys);
  const SigningKeys there = *ClaimsModel::of(claims, wanted).signing_keys;
  EXPECT_EQ(there.size(), 2U);
  EXPECT_TRUE(there.contains(key));
}

TEST(AccountModel, AChangeLeavesAloneWhatIsTheSameInStateAndPlan) {
  ClaimsModel prior, planned;
  prior.name = planned.name = "acme";
  prior.description = planned.description = "Events";
  planned.info_url = "https://acme.example";
  nats::AccountClaims claims = stored();
  claims.set_description("of another writer");
  planned.apply_changes(prior, claims);
  EXPECT_EQ(claims.description(), "of another writer");
  EXPECT_EQ(claims.info_url(), "https://acme.example");
}

TEST(AccountModel, TagsAreReadAsTheyAreWrittenWhereServersSeeNoDifference) {
  ClaimsModel spelled;
  spelled.tags = std::set<std::string>{"A", "b"};
  EXPECT_EQ(ClaimsModel::of(stored(), spelled).tags, spelled.tags);
  spelled.tags = std::set<std::string>{"A", "a", " b ", ""};
  EXPECT_EQ(ClaimsModel::of(stored(), spelled).tags, spelled.tags);
  spelled.tags = std::set<std::string>{"A", "c"};
  EXPECT_EQ(ClaimsModel::of(stored(), spelled).tags, (std::set<std::string>{"a", "b"}));
}

TEST(AccountModel, ATextThatIsMissingIsReadAsItIsWritten) {
  ClaimsModel spelled;
  EXPECT_TRUE(ClaimsModel::of(stored(), spelled).info_url.is_null());
  spelled.info_url = "";
  EXPECT_EQ(ClaimsModel::of(stored(), spelled).info_url, "");
}

TEST(AccountModel, EveryLimitGoesToTheClaimsAndBack) {
  LimitsModel limits = to_model(nats::AccountLimits());
  limits.subscriptions = 1;
  limits.data = 2;
  limits.payload = 3;
  limits.imports = 4;
  limits.exports = 5;
  limits.connections = 6;
  limits.leaf_connections = 7;
  limits.wildcard_exports = false;
  limits.disallow_bearer = true;
  limits.jetstream = JetStreamModel{.memory_storage = 8,
                                    .disk_storage = 9,
                                    .streams = 10,
                                    .consumers = 11,
                                    .max_ack_pending = 12,
                                    .memory_max_stream_bytes = 13,
                                    .disk_max_stream_bytes = 14,
                                    .max_bytes_required = true};
  nats::AccountClaims claims = stored();
  claims.set_limits(to_claims(limits));
  EXPECT_EQ(to_model(claims.limits()), limits);
}

TEST(AccountModel, TiersGoToTheClaimsAndBack) {
  LimitsModel limits = to_model(nats::AccountLimits());
  JetStreamModel tier{.memory_storage = 0,
                      .disk_storage = 1'000,
                      .streams = 5,
                      .consumers = -1,
                      .max_ack_pending = -1,
                      .memory_max_stream_bytes = 0,
                      .disk_max_stream_bytes = 0,
                      .max_bytes_required = false};
  limits.jetstream_tiers = std::map<std::string, JetStreamModel>{{"R1", tier}, {"R3", tier}};
  nats::AccountClaims claims = stored();
  claims.set_limits(to_claims(limits));
  EXPECT_EQ(to_model(claims.limits()), limits);
}

PermissionsModel only_orders() {
  PermissionsModel model;
  model.publish = SubjectsModel{.allow = std::vector<std::string>{"orders.>"}, .deny = {}};
  return model;
}

TEST(AccountModel, DefaultPermissionsGoToTheClaimsAndBackAndEmptyOnesTakeThemAway) {
  ClaimsModel wanted;
  wanted.default_permissions = only_orders();
  nats::AccountClaims claims = stored();
  wanted.apply_all(claims);
  EXPECT_EQ(ClaimsModel::of(claims, {}).default_permissions, wanted.default_permissions);
  wanted.default_permissions = PermissionsModel();
  wanted.apply_all(claims);
  EXPECT_TRUE(claims.same_content(stored()));
  EXPECT_EQ(ClaimsModel::of(claims, {}).default_permissions, PermissionsModel());
}

TEST(AccountModel, DefaultPermissionsThatAreNotManagedStayAndAreNoDifference) {
  nats::AccountClaims claims = stored();
  claims.set_default_permissions(to_claims(only_orders()));
  ClaimsModel wanted;
  wanted.description = "Other";
  wanted.apply_all(claims);
  EXPECT_THAT(claims.default_permissions().publish.allow, ElementsAre("orders.>"));
  EXPECT_EQ(wanted.difference_from(claims), "");
}

TEST(AccountModel, APlanKeepsTheSpellingOfWhatMeansTheSame) {
  ClaimsModel prior, planned;
  prior.default_permissions = only_orders();
  prior.default_permissions->responses = ResponsesModel{.max = 1, .ttl = "60s"};
  planned.default_permissions = prior.default_permissions;
  planned.default_permissions->responses->ttl = "1m";
  EXPECT_FALSE(planned.may_differ_from(prior));
  planned.keep_spelling_of(prior);
  EXPECT_EQ(planned.default_permissions, prior.default_permissions);
}

TEST(AccountModel, WhatIsUnknownMayDifferAndIsFilledFromWhatIsThere) {
  ClaimsModel prior, planned;
  prior.default_permissions = only_orders();
  planned.default_permissions = Value<PermissionsModel>::unknown();
  EXPECT_TRUE(planned.may_differ_from(prior));
  planned.fill_unknown(prior);
  EXPECT_EQ(planned.default_permissions, prior.default_permissions);
}

TEST(AccountModel, ADifferenceNamesEachLeafWithBothValues) {
  ClaimsModel wanted;
  wanted.name = "acme";
  wanted.description = "Other";
  LimitsModel limits = to_model(nats::AccountLimits());
  limits.connections = 10;
  wanted.limits = limits;
  const std::string difference = wanted.difference_from(stored());
  EXPECT_THAT(difference, HasSubstr("description: \"Events\" there, \"Other\" wanted"));
  EXPECT_THAT(difference, HasSubstr("limits.connections: -1 there, 10 wanted"));
  EXPECT_THAT(difference, testing::Not(HasSubstr("name")));
}

TEST(AccountModel, NamesThatFilesAndSubjectsCannotHoldAreRefused) {
  EXPECT_EQ(problem_of_name("acme-1.events"), "");
  EXPECT_EQ(problem_of_name("Größe"), "");
  EXPECT_THAT(problem_of_name("my account"), HasSubstr("\"my account\" has a space"));
  EXPECT_THAT(problem_of_name(""), HasSubstr("is empty"));
  EXPECT_THAT(problem_of_name("a/b"), HasSubstr("has a slash"));
  EXPECT_THAT(problem_of_name("a\nb"), HasSubstr("control character"));
  EXPECT_THAT(problem_of_name(".."), HasSubstr("means a folder"));
  EXPECT_THAT(problem_of_name(std::string(256, 'a')), HasSubstr("256 bytes"));
}

TEST(AccountModel, FlatAndTieredLimitsTogetherAreRefusedAtTheTiers) {
  LimitsModel limits;
  limits.jetstream = JetStreamModel();
  limits.jetstream_tiers = std::map<std::string, JetStreamModel>{{"R1", {}}};
  tfplugin::Diagnostics diagnostics;
  check_limits(limits, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].path, tfplugin::Path({"limits", "jetstream_tiers"}));
  EXPECT_EQ(diagnostics.list()[0].summary, "Flat and tiered JetStream limits together");
}

TEST(AccountModel, ATierIsANumberOfReplicas) {
  LimitsModel limits;
  limits.jetstream_tiers = std::map<std::string, JetStreamModel>{{"R9", {}}};
  tfplugin::Diagnostics diagnostics;
  check_limits(limits, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1U);
  EXPECT_THAT(diagnostics.list()[0].detail, HasSubstr("\"R9\" is no tier; expected R1 to R5"));
}

// Read as its default, what is unknown inside would look like no change.
TEST(AccountModel, WhatIsUnknownInsideMayDifferAndKeepsNoSpelling) {
  ClaimsModel prior, planned;
  prior.default_permissions = PermissionsModel();
  planned.default_permissions = PermissionsModel{
      .publish = SubjectsModel{.allow = Value<std::vector<std::string>>::unknown(), .deny = {}},
      .subscribe = {},
      .responses = {}};
  EXPECT_TRUE(planned.may_differ_from(prior));
  const auto before = planned.default_permissions;
  planned.keep_spelling_of(prior);
  EXPECT_EQ(planned.default_permissions, before);
}

}  // namespace
}  // namespace ghboot::provider
