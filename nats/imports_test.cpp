// SPDX-License-Identifier: Apache-2.0
#include "nats/imports.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/activation_claims.h"
#include "nats/claim_entries.h"
#include "nats/environment.h"
#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const KeyPair exporter_key = test_key(KeyKind::account);
const std::string exporter = exporter_key.public_key();
const std::string importer = KeyPair::generate(KeyKind::account, system_random()).public_key();

Import service(std::string subject, std::string local = "") {
  return {.subject = std::move(subject),
          .type = "service",
          .account = exporter,
          .local_subject = std::move(local)};
}
Import stream(std::string subject) {
  return {.subject = std::move(subject), .type = "stream", .account = exporter};
}
json entry(const char* type, const char* subject) {
  return {{"subject", subject}, {"type", type}, {"account", exporter}};
}
std::string token(std::string subject, std::int64_t issued = 10, std::string issuer_account = "") {
  const ActivationClaims claims{.importer = importer,
                                .issuer_account = std::move(issuer_account),
                                .subject = std::move(subject),
                                .kind = "stream"};
  return claims.encode(exporter_key, issued);
}

TEST(Imports, OfTheOldFormReadAsTheNewOneAndStayAsTheyAreWritten) {
  json old_service = entry("service", "here"), old_stream = entry("stream", "a.>");
  old_service["to"] = "there";
  old_stream["to"] = "prefix";
  EXPECT_EQ(read_entry<Import>(old_service), service("there", "here"));
  EXPECT_EQ(read_entry<Import>(old_stream).local_subject, "prefix.a.>");
  json body{{"imports", {old_stream, old_service}}};
  const json before = body;
  write_imports({service("there", "here"), read_entry<Import>(old_stream)}, body);
  EXPECT_EQ(body, before);
}

TEST(Imports, OfTheOldFormAreWrittenInTheNewOneWhenTheyChange) {
  json old = entry("service", "here");
  old["to"] = "there";
  old["unheard"] = 1;
  json body{{"imports", {old}}};
  Import wanted = service("there", "here");
  wanted.share = true;
  write_imports({wanted}, body);
  json now = entry("service", "there");
  now["local_subject"] = "here";
  now["share"] = true;
  now["unheard"] = 1;
  EXPECT_EQ(body["imports"], json::array({now}));
}

TEST(Imports, OfServicesMayNotMeetUnderOneNameHere) {
  const auto overlaps = HasSubstr("overlap");
  EXPECT_THAT(problems_of({service("a.b"), service("a.*")}, importer), ElementsAre(overlaps));
  EXPECT_THAT(problems_of({service("a"), service("b", "a")}, importer), ElementsAre(overlaps));
  EXPECT_THAT(problems_of({service("a.*", "b.$1"), service("b.x")}, importer), ElementsAre(overlaps));
  EXPECT_THAT(problems_of({service("a"), service("a", "b")}, importer), IsEmpty());
  Import other = service("a");
  other.account = importer;
  EXPECT_THAT(problems_of({service("a"), other}, ""), IsEmpty()) << "of another exporter";
  EXPECT_THAT(problems_of({stream("a"), stream("a.>"), stream("a.b")}, importer), IsEmpty()) << "streams may";
  EXPECT_THAT(problems_of({stream("a"), stream("a")}, importer), ElementsAre(HasSubstr("twice")));
}

TEST(Imports, RenameByTheStarsOfTheirSubject) {
  const auto problems = [](std::string subject, std::string local) {
    return problems_of({service(std::move(subject), std::move(local))}, importer);
  };
  EXPECT_THAT(problems("a.*.*", "b.$2.$1"), IsEmpty());
  EXPECT_THAT(problems("a.*", "b.*"), IsEmpty());
  EXPECT_THAT(problems("a.*", "b.$0"), ElementsAre(HasSubstr("$0 refers")));
  EXPECT_THAT(problems("a", "b.$x"), IsEmpty()) << "no reference";
  EXPECT_THAT(problems("a.>", "b.*"), ElementsAre(HasSubstr("must end in >")));
}

TEST(Imports, StandToTheirExportersAsServersSeeIt) {
  Export open{.subject = "a.>", .type = "stream"}, closed{.subject = "a.b", .type = "stream"};
  closed.token_required = true;
  Export own{.subject = "own.*", .type = "stream"};
  own.account_token_position = 2;
  const Exporter there{.exports = {closed, open, own}, .signing_keys = {}};
  const auto state = [&](const Import& import) { return state_of(import, importer, there, 20); };
  EXPECT_EQ(state(stream("a.c")), ImportState::resolved);
  EXPECT_EQ(state(stream("a.b")), ImportState::needs_token) << "the very subject counts first";
  EXPECT_EQ(state(stream("b")), ImportState::not_exported);
  EXPECT_EQ(state(service("a.c")), ImportState::other_kind);
  EXPECT_EQ(state(stream("own." + importer)), ImportState::resolved);
  EXPECT_EQ(state(stream("own." + exporter)), ImportState::other_position);
}

TEST(Imports, ByATokenAreResolvedWhileItIsTrusted) {
  Export closed{.subject = "a", .type = "stream"};
  closed.token_required = true;
  Exporter there{.exports = {closed}, .signing_keys = {}};
  Import import = stream("a");
  import.token = token("a");
  EXPECT_THAT(problems_of({import}, importer), IsEmpty());
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::resolved);
  there.exports[0].revocations["*"] = 9;
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::resolved) << "issued later";
  there.exports[0].revocations[importer] = 10;
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::token_revoked);
  there.exports[0].revocations.clear();
  import.token = token("a", 10, importer);
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::token_untrusted);
  there.signing_keys = {exporter};
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::resolved);
}

TEST(Imports, ByATokenAreResolvedUntilItExpires) {
  Export closed{.subject = "a", .type = "stream"};
  closed.token_required = true;
  const Exporter there{.exports = {closed}, .signing_keys = {}};
  Import import = stream("a");
  const ActivationClaims claims{.importer = importer, .subject = "a", .kind = "stream", .expires_at = 20};
  import.token = claims.encode(exporter_key, 10);
  EXPECT_THAT(problems_of({import}, importer), IsEmpty()) << "servers take it";
  EXPECT_EQ(state_of(import, importer, there, 19), ImportState::resolved);
  EXPECT_EQ(state_of(import, importer, there, 20), ImportState::token_expired);
  const Exporter open{.exports = {{.subject = "a", .type = "stream"}}, .signing_keys = {}};
  EXPECT_EQ(state_of(import, importer, open, 20), ImportState::resolved) << "no token is needed";
}

}  // namespace
}  // namespace ghboot::nats
