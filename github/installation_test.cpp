// SPDX-License-Identifier: Apache-2.0
#include "github/installation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "github/app_jwt.h"
#include "github/test_server.h"

namespace ghboot::github {
namespace {

using namespace std::chrono_literals;

struct TestKey {
  TestKey() : key(EVP_RSA_gen(2048)) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio, &data));
    pem.assign(data, size);
    BIO_free(bio);
  }
  ~TestKey() { EVP_PKEY_free(key); }
  TestKey(const TestKey&) = delete;
  TestKey& operator=(const TestKey&) = delete;
  EVP_PKEY* key;
  std::string pem;
};
TestKey& test_key() {
  static TestKey key;
  return key;
}

std::string decoded(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  EXPECT_EQ(sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                              text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
            0);
  out.resize(size);
  return out;
}

TEST(AppJwt, IsSignedByTheKeyAndShortLived) {
  const auto jwt = app_jwt("123", nats::Secret(test_key().pem), 1'000'000);
  ASSERT_TRUE(jwt) << jwt.error().message;
  const std::string text(jwt->reveal());
  const std::size_t first = text.find('.'), last = text.rfind('.');
  EXPECT_EQ(nlohmann::json::parse(decoded(text.substr(0, first)))["alg"], "RS256");
  const auto claims = nlohmann::json::parse(decoded(text.substr(first + 1, last - first - 1)));
  EXPECT_EQ(claims, (nlohmann::json{{"iat", 999'940}, {"exp", 1'000'540}, {"iss", "123"}}));
  EXPECT_LE(claims["exp"].get<int>() - claims["iat"].get<int>(), 600);
  const std::string signature = decoded(text.substr(last + 1));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, test_key().key);
  EXPECT_EQ(EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                             signature.size(), reinterpret_cast<const unsigned char*>(text.data()), last),
            1);
  EVP_MD_CTX_free(context);
}

TEST(AppJwt, WhatIsNoKeyIsRefusedWithoutShowingIt) {
  for (const char* pem :
       {"", "hunter2", "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\n"}) {
    const auto jwt = app_jwt("123", nats::Secret(pem), 0);
    ASSERT_FALSE(jwt);
    EXPECT_FALSE(jwt.error().message.contains("hunter2"));
  }
  EXPECT_FALSE(app_jwt("12\"3", nats::Secret(test_key().pem), 0));
  std::string one_line = test_key().pem;
  for (std::size_t at = 0; (at = one_line.find('\n')) != std::string::npos;) one_line.replace(at, 1, "\\n");
  EXPECT_TRUE(app_jwt("123", nats::Secret(one_line), 0));
}

class InstallationTest : public ::testing::Test {
 protected:
  std::unique_ptr<Client> client(const TestServer& server) {
    auto made = Client::make({.base_url = server.url(),
                              .app = {.id = "123", .pem = nats::Secret(test_key().pem), .owner = "acme"}},
                             clock_, random_);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
  Wait wait() { return {clock_.now() + 20s}; }
  // The n-th token lives for an hour by the server's clock, which is far from ours.
  std::string github(const TestServer::Asked& asked) {
    if (asked.path == "/orgs/acme/installation") return TestServer::json(404, "{}");
    if (asked.path == "/users/acme/installation") return TestServer::json(200, R"({"id":77})");
    if (asked.path == "/app/installations/77/access_tokens")
      return TestServer::json(
          201,
          R"({"token":"ghs_)" + std::to_string(++minted_) +
              R"(","expires_at":"2001-01-01T01:00:00Z","permissions":{"metadata":"read"}})",
          "Date: Mon, 01 Jan 2001 00:00:00 GMT\r\n");
    if (asked.head.contains("Bearer " + revoked_ + "\r\n"))
      return TestServer::json(401, R"({"message":"Bad credentials"})");
    return TestServer::json(asked.path == "/no" ? 403 : 200, "{}");
  }

  TestClock clock_;
  TestRandom random_;
  int minted_ = 0;
  std::string revoked_ = "none";
};

TEST_F(InstallationTest, TokenIsLookedUpByOwnerKeptAndRenewedBeforeItExpires) {
  TestServer server([this](const auto& asked) { return github(asked); });
  const auto app = client(server);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(app->send({.path = "/x"}, wait()));
  EXPECT_EQ(minted_, 1);
  EXPECT_TRUE(server.asked().back().head.contains("Bearer ghs_1"));
  clock_.sleep(54min, {});
  ASSERT_TRUE(app->send({.path = "/x"}, wait()));
  EXPECT_EQ(minted_, 1);
  clock_.sleep(2min, {});
  ASSERT_TRUE(app->send({.path = "/x"}, wait()));
  EXPECT_EQ(minted_, 2);
}

TEST_F(InstallationTest, RevokedTokenIsReplacedOnce) {
  TestServer server([this](const auto& asked) { return github(asked); });
  const auto app = client(server);
  ASSERT_TRUE(app->send({.path = "/x"}, wait()));
  revoked_ = "ghs_1";
  EXPECT_TRUE(app->send({.path = "/x"}, wait()));
  EXPECT_EQ(minted_, 2);
}

TEST_F(InstallationTest, ErrorsOfRightsNameWhatTheInstallationHas) {
  TestServer server([this](const auto& asked) { return github(asked); });
  EXPECT_EQ(client(server)->send({.path = "/no"}, wait()).error().rights.token_permissions, "metadata=read");
}

TEST_F(InstallationTest, AnAppThatIsNotInstalledIsSaidSo) {
  TestServer server([](const auto&) { return TestServer::json(404, R"({"message":"Not Found"})"); });
  const auto answer = client(server)->send({.path = "/x"}, wait());
  EXPECT_EQ(answer.error().kind, ErrorKind::missing);
  EXPECT_TRUE(answer.error().message.contains("App 123 is not installed for acme")) << answer.error().message;
}

TEST_F(InstallationTest, ARefusedJwtNamesTheClock) {
  TestServer server([](const auto&) {
    return TestServer::json(401, R"({"message":"'Expiration time' claim ('exp') is too far in the future"})");
  });
  const auto answer = client(server)->send({.path = "/x"}, wait());
  EXPECT_EQ(answer.error().kind, ErrorKind::refused);
  EXPECT_TRUE(answer.error().message.contains("clock of this machine, which says 2027-01-15T08:00:00Z"))
      << answer.error().message;
}

}  // namespace
}  // namespace ghboot::github
