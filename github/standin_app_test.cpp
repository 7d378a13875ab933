// SPDX-License-Identifier: Apache-2.0
// A GitHub App between client and stand-in: its JWT, and its installation's token.
#include <thread>

#include <gmock/gmock.h>

#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class StandinApp : public StandinMeeting {
 protected:
  StandinApp() {
    const Json made =
        control("POST", "/apps",
                {{"slug", "bot"}, {"permissions", {{"repository_hooks", "write"}, {"metadata", "read"}}}});
    id_ = made["id"].get<std::int64_t>();
    pem_ = made["private_key"].get<std::string>();
  }
  std::int64_t install(const std::string& owner, Json more = Json::object()) {
    more["app_id"] = id_;
    more["owner"] = owner;
    return control("POST", "/installations", more)["id"].get<std::int64_t>();
  }
  std::unique_ptr<Client> as_app(const std::string& owner, std::int64_t installation_id = 0) {
    return made({.base_url = service_->address(),
                 .app = {.id = std::to_string(id_),
                         .pem = nats::Secret(pem_),
                         .installation_id = installation_id,
                         .owner = owner}});
  }
  Result<HookList> list(Client& as) { return Hooks(as, {"Acme", "Shop"}).list(wait()); }
  int minted() {
    int count = 0;
    for (const Json& one : requests())
      count += one["target"].get<std::string>().ends_with("/access_tokens") ? 1 : 0;
    return count;
  }
  void change_tokens(const std::function<void(standin::Token&)>& change) {
    service_->standin().change([&](standin::State& state) {
      for (auto& [fingerprint, token] : state.tokens) {
        if (token.kind == "installation") change(token);
      }
    });
  }

  std::int64_t id_ = 0;
  std::string pem_;
};

TEST_F(StandinApp, ItsInstallationIsLookedUpAndOneTokenServesUntilItIsOld) {
  install("Acme");
  const auto as = as_app("Acme");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(list(*as)) << list(*as).error().message;
  EXPECT_EQ(minted(), 1);
  EXPECT_EQ(requests().size(), 5U);
  clock_.steady_ahead = 54 * 60;
  ASSERT_TRUE(list(*as));
  EXPECT_EQ(minted(), 1);
  clock_.steady_ahead = 56 * 60;
  ASSERT_TRUE(list(*as));
  EXPECT_EQ(minted(), 2);
}

TEST_F(StandinApp, TokensOfEitherLengthServe) {
  const std::int64_t installation = install("Acme");
  for (const bool is_long : {false, true}) {
    control("PATCH", "/settings", {{"long_installation_tokens", is_long}});
    const auto as = as_app("", installation);
    const auto made = Hooks(*as, {"Acme", "Shop"})
                          .create({.url = is_long ? "https://a.example" : "https://b.example"}, wait());
    EXPECT_TRUE(made) << made.error().message;
  }
  EXPECT_EQ(minted(), 2);
}

TEST_F(StandinApp, ATokenThatIsRevokedOrExpiredEarlyIsReplaced) {
  install("Acme");
  const auto as = as_app("Acme");
  ASSERT_TRUE(list(*as));
  change_tokens([](standin::Token& token) { token.expires_at = 1; });
  EXPECT_TRUE(list(*as));
  EXPECT_EQ(minted(), 2);
  service_->standin().change([](standin::State& state) {
    std::erase_if(state.tokens, [](const auto& one) { return one.second.kind == "installation"; });
  });
  // A write too: a 401 did nothing.
  EXPECT_TRUE(Hooks(*as, {"Acme", "Shop"}).create({.url = "https://a.example"}, wait()));
  EXPECT_EQ(minted(), 3);
}

TEST_F(StandinApp, OneOfManyThreadsGetsTheToken) {
  install("Acme");
  const auto as = as_app("Acme");
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { good += list(*as) ? 1 : 0; });
  }
  EXPECT_EQ(good.load(), 8);
  EXPECT_EQ(minted(), 1);
}

TEST_F(StandinApp, AUsersInstallationIsFoundToo) {
  install("ada");
  control("POST", "/repositories", {{"full_name", "ada/notes"}, {"private", true}});
  const auto as = as_app("ada");
  const auto listed = Hooks(*as, {"ada", "notes"}).list(wait());
  EXPECT_TRUE(listed) << listed.error().message;
}

TEST_F(StandinApp, WhereItIsNotInstalledIsSaid) {
  const auto answer = list(*as_app("Acme"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::missing);
  EXPECT_THAT(answer.error().message, HasSubstr("is not installed for Acme: install it there"));
}

TEST_F(StandinApp, AWrongClockIsNamed) {
  install("Acme");
  for (const std::int64_t ahead : {3'600, -3'600}) {
    clock_.unix_ahead = ahead;
    const auto answer = list(*as_app("Acme"));
    ASSERT_FALSE(answer) << ahead;
    EXPECT_EQ(answer.error().kind, ErrorKind::refused);
    EXPECT_THAT(answer.error().message, HasSubstr("clock of this machine, which says "));
  }
}

TEST_F(StandinApp, AMissingPermissionIsNamedBesideThoseThatItHas) {
  install("Acme", {{"permissions", {{"metadata", "read"}}}});
  const auto answer = list(*as_app("Acme"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::refused);
  EXPECT_THAT(answer.error().message,
              HasSubstr("takes the permission repository_hooks=read; the installation has metadata=read"));
}

TEST_F(StandinApp, ASuspendedInstallationIsSaidSo) {
  install("Acme", {{"suspended", true}});
  const auto answer = list(*as_app("Acme"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::refused);
  EXPECT_THAT(answer.error().message, HasSubstr("suspended"));
}

}  // namespace
}  // namespace ghboot::github
