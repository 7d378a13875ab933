// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "nats/base64.h"
#include "standin/test_standin.h"
#include "standin/text.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class AppTest : public StandinTest {
 protected:
  AppTest() {
    const Json app = json(
        ask("POST", "/_standin/apps",
            {{"slug", "keeper"}, {"permissions", {{"repository_hooks", "write"}, {"metadata", "read"}}}}));
    app_id_ = app["id"].get<Id>();
    client_id_ = app["client_id"];
    key_ = app["private_key"];
    installation_ =
        json(ask("POST", "/_standin/installations", {{"app_id", app_id_}, {"owner", "acme"}}))["id"]
            .get<Id>();
  }

  std::string jwt(const Json& claims, const std::string& header = R"({"alg":"RS256","typ":"JWT"})") const {
    const std::string text = nats::encode_base64url(header) + "." + nats::encode_base64url(claims.dump());
    return text + "." + nats::encode_base64url(sign_rs256(key_, text));
  }
  std::string good_jwt() const {
    return jwt({{"iat", clock_.seconds - 60}, {"exp", clock_.seconds + 600}, {"iss", client_id_}});
  }
  std::string message(const std::string& token) {
    token_ = token;
    const Response response = ask("GET", "/app");
    return response.status == 200
               ? ""
               : fmt::format("{} {}", response.status, json(response)["message"].get<std::string>());
  }
  Response mint(const Json& body = Json::object()) {
    token_ = good_jwt();
    return ask("POST", fmt::format("/app/installations/{}/access_tokens", installation_), body);
  }

  Id app_id_ = 0, installation_ = 0;
  std::string client_id_, key_;
};

TEST_F(AppTest, ShowsItselfByIdOrClientId) {
  EXPECT_EQ(message(good_jwt()), "");
  EXPECT_EQ(message(jwt({{"iat", clock_.seconds}, {"exp", clock_.seconds + 60}, {"iss", app_id_}})), "");
  EXPECT_EQ(
      message(jwt({{"iat", clock_.seconds}, {"exp", clock_.seconds + 60}, {"iss", std::to_string(app_id_)}})),
      "");
}

TEST_F(AppTest, AWrongClockIsNamed) {
  EXPECT_EQ(message(jwt({{"iat", clock_.seconds}, {"exp", clock_.seconds + 601}, {"iss", client_id_}})),
            "401 'Expiration time' claim ('exp') is too far in the future");
  EXPECT_THAT(
      message(jwt({{"iat", clock_.seconds - 700}, {"exp", clock_.seconds - 100}, {"iss", client_id_}})),
      HasSubstr("representing the future time"));
  EXPECT_THAT(
      message(jwt({{"iat", clock_.seconds + 120}, {"exp", clock_.seconds + 600}, {"iss", client_id_}})),
      HasSubstr("'Issued at' claim ('iat')"));
}

TEST_F(AppTest, AForeignOrBrokenJwtIsRefused) {
  EXPECT_THAT(message(jwt({{"iat", clock_.seconds}, {"exp", clock_.seconds + 60}, {"iss", "nobody"}})),
              HasSubstr("'Issuer'"));
  const std::string good = good_jwt();
  EXPECT_EQ(message(good.substr(0, good.size() - 4)), "401 A JSON web token could not be decoded");
  EXPECT_EQ(message(jwt({{"iss", client_id_}}, R"({"alg":"none"})")),
            "401 A JSON web token could not be decoded");
  EXPECT_EQ(message("ada-token"), "401 A JSON web token could not be decoded");
}

TEST_F(AppTest, AnInstallationsTokenDoesWhatItsPermissionsSay) {
  const Response made = mint();
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(json(made)["expires_at"], iso_time(clock_.seconds + 3600));
  token_ = json(made)["token"];
  EXPECT_THAT(token_, StartsWith("ghs_"));
  EXPECT_EQ(token_.size(), 40U);
  make_hook("https://a.example");
  const Response refused = ask("GET", "/orgs/acme/hooks");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(json(refused)["message"], "Resource not accessible by integration");
  EXPECT_EQ(refused.header("X-Accepted-GitHub-Permissions"), "organization_hooks=read");
  clock_.seconds += 3600;
  EXPECT_EQ(ask("GET", "/repos/acme/shop/hooks").status, 401U);
}

TEST_F(AppTest, TheLongFormWorksLikeTheShortOne) {
  ask("PATCH", "/_standin/settings", {{"long_installation_tokens", true}});
  const std::string token = json(mint())["token"];
  EXPECT_THAT(token, StartsWith(fmt::format("ghs_{}_", app_id_)));
  EXPECT_GT(token.size(), 400U);
  token_ = token;
  EXPECT_EQ(ask("GET", "/repos/acme/shop/hooks").status, 200U);
}

TEST_F(AppTest, ATokenMayHaveLessThanItsInstallation) {
  token_ = json(mint({{"permissions", {{"repository_hooks", "read"}}}, {"repositories", {"shop"}}}))["token"];
  EXPECT_EQ(ask("GET", "/repos/acme/shop/hooks").status, 200U);
  EXPECT_EQ(ask("POST", "/repos/acme/shop/hooks", {{"config", {{"url", "https://a.example"}}}}).status, 403U);
  EXPECT_EQ(json(ask("GET", "/installation/repositories"))["total_count"], 1);
}

TEST_F(AppTest, ATokenMayNotHaveMore) {
  const Response more = mint({{"permissions", {{"hooks", "write"}}}});
  EXPECT_EQ(more.status, 422U);
  EXPECT_EQ(json(more)["message"], "The permissions requested are not granted to this installation.");
  EXPECT_EQ(mint({{"repositories", {"no-such"}}}).status, 422U);
}

TEST_F(AppTest, FindsWhereItIsInstalled) {
  token_ = good_jwt();
  EXPECT_THAT(json(ask("GET", "/app/installations")), SizeIs(1));
  EXPECT_EQ(json(ask("GET", "/orgs/acme/installation"))["id"], installation_);
  EXPECT_EQ(json(ask("GET", "/repos/acme/shop/installation"))["id"], installation_);
  EXPECT_EQ(ask("GET", "/repos/acme/other/installation").status, 404U);
  EXPECT_EQ(ask("GET", "/app/installations/1").status, 404U);
}

TEST_F(AppTest, ASuspendedInstallationGetsNoToken) {
  ask("POST", "/_standin/installations", {{"app_id", app_id_}, {"owner", "acme"}, {"suspended", true}});
  EXPECT_EQ(mint().status, 403U);
}

TEST_F(AppTest, ATokenCanEndItself) {
  token_ = json(mint())["token"];
  EXPECT_EQ(ask("DELETE", "/installation/token").status, 204U);
  EXPECT_EQ(ask("GET", "/installation/repositories").status, 401U);
}

}  // namespace
}  // namespace ghboot::standin
