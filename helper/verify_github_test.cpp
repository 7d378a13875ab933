// SPDX-License-Identifier: Apache-2.0
#include "helper/verify_github.h"

#include <cstdlib>
#include <functional>
#include <memory>

#include <gmock/gmock.h>

#include "nats/environment.h"
#include "standin/crypto.h"
#include "standin/service.h"
#include "standin/standin.h"
#include "standin/state.h"

namespace ghboot::helper {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class VerifyGithub : public testing::Test {
 protected:
  static constexpr standin::Id acme = 1, dot_github = 2, hook = 3, delivery = 4, reader = 5;

  VerifyGithub() {
    const char* path = std::getenv("PATH");
    auto opened = standin::Service::open({.admin_token = "root", .search_path = path ? path : ""});
    EXPECT_TRUE(opened) << opened.error();
    service_ = *std::move(opened);
    change([](standin::State& state) {
      state.owners[acme] = {.id = acme, .login = "acme"};
      state.repositories[dot_github] = {.id = dot_github, .owner_id = acme, .name = ".github"};
      state.hooks[hook] = {.id = hook,
                           .target_id = dot_github,
                           .events = {"push"},
                           .url = "https://hooks.example/a",
                           .secret = "s1"};
      state.deliveries[delivery] = {
          .id = delivery, .hook_id = hook, .guid = "g", .event = "push", .done = true};
      state.deliveries[delivery].delivered_at = nats::system_clock().unix_seconds();
      state.deliveries[delivery].status_code = 202;
      state.deliveries[delivery].status = "OK";
    });
  }
  void change(const std::function<void(standin::State&)>& edit) { service_->standin().change(edit); }
  Verdict walk(const std::string& token = "root", std::string base_url = "") {
    if (base_url.empty()) base_url = service_->address();
    return walk_github({.org = "acme", .token = nats::Secret(token), .base_url = base_url},
                       {nats::system_clock().now() + std::chrono::seconds(20)});
  }
  std::unique_ptr<standin::Service> service_;
};

TEST_F(VerifyGithub, AllWellEndsWithZero) {
  const Verdict verdict = walk();
  EXPECT_EQ(verdict.code, ExitCode::done) << verdict.text;
  EXPECT_THAT(verdict.text, HasSubstr("the newest were received"));
}

TEST_F(VerifyGithub, AWrongTokenIsNamedAndNotShown) {
  const Verdict verdict = walk("hunter2");
  EXPECT_EQ(verdict.code, ExitCode::failed);
  EXPECT_THAT(verdict.text, AllOf(HasSubstr("BROKEN  token"), HasSubstr("to do: make a new token"),
                                  Not(HasSubstr("hunter2"))));
}

TEST_F(VerifyGithub, MissingRightsAreNamed) {
  change([](standin::State& state) {
    state.owners[reader] = {.id = reader, .login = "ann", .is_organization = false};
    const std::string fingerprint = standin::sha256_hex("weak");
    state.tokens[fingerprint] = {.fingerprint = fingerprint, .login = "ann"};
  });
  const Verdict verdict = walk("weak");
  EXPECT_EQ(verdict.code, ExitCode::failed);
  EXPECT_THAT(verdict.text, AllOf(HasSubstr("BROKEN  rights"), HasSubstr("admin:repo_hook")));
}

TEST_F(VerifyGithub, NoWebhookIsNamed) {
  change([](standin::State& state) { state.hooks.clear(); });
  const Verdict verdict = walk();
  EXPECT_EQ(verdict.code, ExitCode::failed);
  EXPECT_THAT(verdict.text, AllOf(HasSubstr("BROKEN  webhooks"), HasSubstr("there is none")));
}

TEST_F(VerifyGithub, AnInactiveWebhookIsNamed) {
  change([](standin::State& state) { state.hooks[hook].active = false; });
  const Verdict verdict = walk();
  EXPECT_EQ(verdict.code, ExitCode::failed);
  EXPECT_THAT(verdict.text, HasSubstr("webhook 3 is inactive"));
}

TEST_F(VerifyGithub, AFailedDeliveryIsNamed) {
  change([](standin::State& state) {
    state.deliveries[delivery].status_code = 502;
    state.deliveries[delivery].status = "Bad Gateway";
  });
  const Verdict verdict = walk();
  EXPECT_EQ(verdict.code, ExitCode::failed);
  EXPECT_THAT(verdict.text, AllOf(HasSubstr("BROKEN  deliveries"), HasSubstr("Bad Gateway (502)")));
}

TEST_F(VerifyGithub, ABaseUrlThatIsNotGitHubIsNamed) {
  const Verdict verdict = walk("root", service_->address() + "/elsewhere");
  EXPECT_EQ(verdict.code, ExitCode::failed) << verdict.text;
  EXPECT_THAT(verdict.text, HasSubstr("set GITHUB_BASE_URL"));
}

}  // namespace
}  // namespace ghboot::helper
