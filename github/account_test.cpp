// SPDX-License-Identifier: Apache-2.0
#include "github/account.h"

#include <gtest/gtest.h>

#include "github/test_server.h"

namespace ghboot::github {
namespace {

using namespace std::chrono_literals;

class AccountTest : public ::testing::Test {
 protected:
  AccountTest()
      : server_([this](const auto&) { return TestServer::json(status_, answer_); }),
        client_(*Client::make({.base_url = server_.url()}, clock_, random_)) {}
  Result<Account> find(std::string_view login) { return find_account(*client_, login, {clock_.now() + 60s}); }

  int status_ = 200;
  std::string answer_ = R"({"login":"Acme","id":9007199254740993,"type":"Organization"})";
  TestClock clock_;
  TestRandom random_;
  TestServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(AccountTest, IsFoundByItsLoginWithTheIdThatStays) {
  const auto found = find("acme");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(server_.asked().back().path, "/users/acme");
  EXPECT_EQ(found->id, 9007199254740993);
  EXPECT_EQ(found->login, "Acme");
}

TEST_F(AccountTest, ThatIsNotThereIsSaidByItsLogin) {
  status_ = 404;
  answer_ = R"({"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"})";
  const auto found = find("acme");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::missing);
  EXPECT_TRUE(found.error().message.contains("no organisation and no user with the login acme"))
      << found.error().message;
}

TEST_F(AccountTest, WithoutAnIdIsNoAnswer) {
  answer_ = R"({"login":"acme"})";
  EXPECT_FALSE(find("acme"));
}

}  // namespace
}  // namespace ghboot::github
