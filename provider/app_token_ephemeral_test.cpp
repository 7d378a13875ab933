// SPDX-License-Identifier: Apache-2.0
#include "provider/app_token_ephemeral.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "provider/webhook_place.h"

namespace ghboot::provider {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using V = tfplugin::cty::Value;

class ShiftedClock final : public nats::Clock {  // A machine's whose time is wrong.
 public:
  nats::SteadyTime now() override { return nats::system_clock().now(); }
  std::int64_t unix_seconds() override { return nats::system_clock().unix_seconds() + shift; }
  bool sleep(std::chrono::milliseconds duration, const nats::Wait& wait) override {
    return nats::system_clock().sleep(duration, wait);
  }
  std::int64_t shift = 0;
};

class AppTokenTest : public WebhookPlace {
 protected:
  AppTokenTest() {
    const auto app =
        control("POST", "/_standin/apps",
                {{"slug", "keeper"}, {"permissions", {{"contents", "write"}, {"metadata", "read"}}}});
    app_id_ = app["id"].get<standin::Id>();
    variables = {{"GITHUB_APP_ID", std::to_string(app_id_)},
                 {"GITHUB_APP_PEM", app["private_key"].get<std::string>()},
                 {"GITHUB_BASE_URL", service_->address()},
                 {"GITHUB_OWNER", "acme"}};
  }
  void install() { control("POST", "/_standin/installations", {{"app_id", app_id_}, {"owner", "acme"}}); }
  V open(std::string_view config = "{}") {
    begin();
    diagnostics_ = {};
    const auto& resource = *other_.ephemeral_resources.at("ghboot_github_app_token");
    const auto given = *tfplugin::cty::decode_json(resource.schema().type(), std::string(config));
    tfplugin::RenewAt renew_at;
    auto call = this->call();
    resource.validate(given, call.diagnostics);
    if (call.diagnostics.has_error()) return {};
    return resource.open(given, renew_at, call);
  }
  void close() {
    auto call = this->call();
    other_.ephemeral_resources.at("ghboot_github_app_token")->close(call);
  }
  std::string problems() const {
    std::string out;
    for (const auto& one : diagnostics_.list()) out += one.summary + ": " + one.detail + "\n";
    return out;
  }
  std::size_t tokens() { return github().state().tokens.size(); }

  ShiftedClock clock_;

 private:
  void begin() {
    tfplugin::Diagnostics none;
    tfplugin::Provider& provider = other_;
    provider.configure(*tfplugin::cty::decode_json(tfplugin::make_schema<ProviderModel>("").type(), "{}"),
                       "1", none);
    EXPECT_FALSE(none.has_error());
  }
  tfplugin::Call call() {
    return {.diagnostics = diagnostics_,
            .private_state = private_,
            .deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20)};
  }
  standin::Id app_id_ = 0;
  tfplugin::Diagnostics diagnostics_;
  tfplugin::PrivateState private_;
  GhbootProvider other_{Surroundings{clock_, nats::system_random(), nats::system_files()},
                        [this](const std::string& name) -> std::optional<std::string> {
                          const auto found = variables.find(name);
                          return found == variables.end() ? std::nullopt : std::optional(found->second);
                        }};
};

TEST_F(AppTokenTest, IsMadeAndRevokedAtTheClose) {
  install();
  const std::size_t before = tokens();
  const V opened = open();
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_THAT(*opened["token"].get<std::string>(), testing::StartsWith("ghs_"));
  EXPECT_EQ(opened["granted_permissions"]["contents"], V("write"));
  EXPECT_TRUE(opened["granted_repositories"].is_null());
  EXPECT_EQ(tokens(), before + 1);
  close();
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(tokens(), before);
}

TEST_F(AppTokenTest, MayDoLessThanTheInstallation) {
  install();
  const V opened = open(R"({"repositories":["shop"],"permissions":{"contents":"read"}})");
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(opened["granted_permissions"]["contents"], V("read"));
  EXPECT_TRUE(opened["granted_permissions"]["metadata"].is_null());
  ASSERT_TRUE(opened["granted_repositories"].get<V::List>());
  EXPECT_THAT(*opened["granted_repositories"].get<V::List>(), ElementsAre(V("shop")));
}

TEST_F(AppTokenTest, OfAnAppThatIsNotInstalledSaysSo) {
  open();
  EXPECT_THAT(problems(), HasSubstr("is not installed for acme: install it there"));
}

TEST_F(AppTokenTest, WithAPermissionThatIsNotGrantedSaysWhatToDo) {
  install();
  open(R"({"permissions":{"workflows":"write"}})");
  EXPECT_THAT(problems(), AllOf(HasSubstr("not granted to this installation"),
                                HasSubstr("has to be accepted by the installation's owner")));
}

TEST_F(AppTokenTest, WithAClockThatIsWrongSaysTheTime) {
  install();
  clock_.shift = 7200;
  open();
  EXPECT_THAT(problems(), HasSubstr("at the clock of this machine, which says"));
}

TEST_F(AppTokenTest, WithATokenInPlaceOfAnAppNamesTheSetting) {
  variables = {{"GITHUB_TOKEN", "root"}, {"GITHUB_BASE_URL", service_->address()}};
  open();
  EXPECT_THAT(problems(), AllOf(HasSubstr("github.app_auth"), Not(HasSubstr("root"))));
}

TEST_F(AppTokenTest, ForNothingIsRefusedBeforeGitHubIsAsked) {
  open(R"({"repositories":[]})");
  EXPECT_THAT(problems(), HasSubstr("Token for no repository"));
  open(R"({"permissions":{"contents":"all"}})");
  EXPECT_THAT(problems(), HasSubstr("\"read\", \"write\" or \"admin\" is expected"));
}

}  // namespace
}  // namespace ghboot::provider
