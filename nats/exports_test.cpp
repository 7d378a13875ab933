// SPDX-License-Identifier: Apache-2.0
#include "nats/exports.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats/account_claims.h"
#include "nats/jwt.h"
#include "nats/test_keys.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const KeyPair signer = test_key(KeyKind::operator_key);

Result<AccountClaims> with(const json& exports) {
  return AccountClaims::decode(
      encode_jwt(json{{"sub", test_key(KeyKind::account).public_key()},
                      {"nats",
                       {{"type", "account"},
                        {"version", 2},
                        {"limits", {{"exports", -1}, {"imports", -1}, {"wildcards", true}}},
                        {"exports", exports}}}},
                 signer, 1));
}

json written(const AccountClaims& claims) { return claims.document()["nats"].value("exports", json()); }

Export whole() {
  Export out{.subject = "a.*", .type = "service"};
  out.name = "n";
  out.description = "d";
  out.info_url = "https://example.org";
  out.response_type = "Chunked";
  out.response_threshold_ns = 5;
  out.account_token_position = 2;
  out.advertise = out.allow_trace = true;
  return out;
}

TEST(Exports, ComeBackAsTheyWere) {
  Export measured{.subject = "b", .type = "service"};
  measured.token_required = true;
  measured.latency = ServiceLatency{.sampling = 0, .results = "r"};
  AccountClaims claims = *with(json::array());
  claims.set_exports({measured, whole()});
  EXPECT_THAT(claims.exports(), ElementsAre(whole(), measured)) << "by subject, as the servers' library";
  EXPECT_EQ(written(claims)[1]["service_latency"]["sampling"], "headers");
  EXPECT_EQ(AccountClaims::decode(claims.encode(signer, 2))->exports(), claims.exports());
  EXPECT_THAT(claims.problems(), IsEmpty());
  claims.set_exports({});
  EXPECT_TRUE(written(claims).is_null());
}

TEST(Exports, ThatMeanTheSameStayAsTheyAreWritten) {
  const json theirs = {{{"subject", "z"},
                        {"type", "service"},
                        {"token_req", false},
                        {"response_type", "Singleton"},
                        {"service_latency", {{"sampling", "Headers"}, {"results", "r"}}}},
                       {{"subject", "a"}, {"type", "stream"}, {"unheard", 1}}};
  AccountClaims claims = *with(theirs);
  auto exports = claims.exports();
  std::swap(exports[0], exports[1]);
  claims.set_exports(exports);
  EXPECT_EQ(written(claims), theirs);
}

TEST(Exports, ThatChangeKeepTheirRevocationsAndWhatIsNotKnown) {
  AccountClaims claims = *with({{{"subject", "a"},
                                 {"type", "stream"},
                                 {"token_req", true},
                                 {"revocations", {{"*", 5}}},
                                 {"unheard", 1}},
                                {{"subject", "b"}, {"type", "stream"}}});
  EXPECT_EQ(claims.exports()[0].revocations.at("*"), 5);
  claims.set_exports({{.subject = "a", .type = "stream", .name = "n"}});
  EXPECT_EQ(written(claims), json::array({{{"subject", "a"},
                                           {"type", "stream"},
                                           {"name", "n"},
                                           {"revocations", {{"*", 5}}},
                                           {"unheard", 1}}}));
}

TEST(Exports, OfAWrongFormAreNamedByTheirPlace) {
  const auto error = [](const json& exports) {
    const auto claims = with(exports);
    return claims ? "no error" : claims.error().message;
  };
  EXPECT_THAT(error(5), HasSubstr("\"nats.exports\""));
  EXPECT_THAT(error({nullptr}), HasSubstr("a list of objects"));
  EXPECT_THAT(error({{{"subject", "a"}}, {{"subject", 5}}}), HasSubstr("\"nats.exports[1].subject\""));
  EXPECT_THAT(error({{{"subject", "a"}, {"service_latency", {{"sampling", "often"}}}}}),
              HasSubstr("\"headers\" or a number"));
  EXPECT_THAT(error({{{"subject", "a"}, {"revocations", {{"*", "x"}}}}}), HasSubstr("revocations.*"));
}

TEST(Exports, ThatServersRefuseAreProblemsOfTheAccount) {
  AccountClaims claims = *with(json::array());
  claims.set_exports({{.subject = "a.>", .type = "stream"}, {.subject = "a.b", .type = "stream"}});
  EXPECT_THAT(claims.problems(), ElementsAre(HasSubstr("\"a.b\" is part of \"a.>\"")));
  claims.set_exports({{.subject = "a.>", .type = "stream"}, {.subject = "a.b", .type = "service"}});
  EXPECT_THAT(claims.problems(), IsEmpty()) << "streams and services are apart";
  auto limits = claims.limits();
  limits.wildcards = false;
  limits.exports = 1;
  claims.set_limits(limits);
  EXPECT_THAT(claims.problems(), Contains(HasSubstr("nats.limits.wildcards allows none")));
  EXPECT_THAT(claims.problems(), Contains(HasSubstr("nats.limits.exports allows 1")));
}

}  // namespace
}  // namespace ghboot::nats
