// SPDX-License-Identifier: Apache-2.0
#include "helper/verify_github.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "github/client.h"
#include "github/hooks.h"
#include "helper/walk.h"
#include "nats/environment.h"

namespace ghboot::helper {

namespace {

class GithubWalk {
 public:
  GithubWalk(const GithubAccess& access, const github::Wait& wait) : access_(access), wait_(wait) {}

  Verdict run() {
    using Of = Link<GithubWalk>;
    const std::array links{
        Of{"base url", &GithubWalk::base_url},     Of{"token", &GithubWalk::token},
        Of{"repository", &GithubWalk::repository}, Of{"rights", &GithubWalk::rights},
        Of{"webhooks", &GithubWalk::webhooks},     Of{"deliveries", &GithubWalk::deliveries}};
    Verdict out;
    out.code = walk<GithubWalk>(*this, links, [&](const std::string& text) { out.text += text; });
    return out;
  }

 private:
  Judged base_url() {
    auto made = github::Client::make({.base_url = access_.base_url, .token = access_.token},
                                     nats::system_clock(), nats::system_random());
    if (!made)
      return broken(made.error().message, "set GITHUB_BASE_URL and GITHUB_TOKEN as GitHub gives them");
    client_ = *std::move(made);
    hooks_.emplace(*client_, github::HookHome{.owner = access_.org, .repository = ".github"});
    return access_.base_url;
  }

  Judged token() {  // GitHub counts nothing for this one.
    const auto answer = client_->send({.path = "/rate_limit"}, wait_);
    if (answer) return "GitHub takes it";
    if (answer.error().status == 401)
      return broken(answer.error().message, "make a new token and set GITHUB_TOKEN to it");
    return judged(answer.error(),
                  access_.is_standin ? "run ghboot status; if the stand-in is not being started, ghboot down "
                                       "and ghboot up"
                                     : "set GITHUB_BASE_URL to GitHub's API, https://HOST/api/v3 of a GitHub "
                                       "Enterprise Server; without it github.com is asked");
  }

  Judged repository() {
    const auto answer =
        client_->send({.path = fmt::format("/repos/{}/.github", github::encoded(access_.org))}, wait_);
    if (answer) return access_.org + "/.github";
    return judged(
        answer.error(),
        access_.is_standin
            ? fmt::format("run ghboot bootstrap --org {}, which makes it in the stand-in", access_.org)
            : fmt::format("make the repository {}/.github, or give the token's user access to it",
                          access_.org));
  }

  Judged rights() {
    const auto list = hooks_->list(wait_);
    if (!list)
      return judged(list.error(), fmt::format("give the token the right to {}/.github's webhooks: the scope "
                                              "admin:repo_hook of a classic one, else the permission "
                                              "\"Webhooks\"; its user has to be an admin",
                                              access_.org));
    found_ = list->hooks;
    return "webhooks may be read";
  }

  Judged webhooks() {
    if (found_.empty())
      return broken("there is none",
                    "run ghboot bootstrap with WEBHOOK_URL, or make one by hand: Settings, "
                    "Webhooks");
    for (const github::Hook& hook : found_) {
      if (!hook.active)
        return broken(fmt::format("webhook {} is inactive, and nothing is sent to it", hook.id),
                      "tick \"Active\" in its settings, or delete it");
      if (!hook.has_secret)
        return broken(
            fmt::format("webhook {} has no secret, so that anybody can send what looks like it", hook.id),
            "give it a secret");
    }
    return fmt::format("{}, active, with a secret", found_.size());
  }

  Judged deliveries() {
    std::size_t sent = 0;
    for (const github::Hook& hook : found_) {
      const auto newest = hooks_->deliveries(hook.id, wait_, 1);
      if (!newest) return judged(newest.error(), "run it again; if it stays, look at githubstatus.com");
      if (newest->empty()) continue;
      const github::Delivery& delivery = newest->front();
      if (delivery.status_code < 200 || delivery.status_code > 299)  // No redirect is followed.
        return broken(
            fmt::format("webhook {}: the newest delivery, {} at {}, failed: {} ({})", hook.id, delivery.event,
                        delivery.delivered_at, delivery.status, delivery.status_code),
            "see that the receiver runs and that GitHub reaches its URL, then redeliver it");
      ++sent;
    }
    return sent == 0 ? "none yet" : "the newest were received";
  }

  const GithubAccess& access_;
  const github::Wait wait_;
  std::unique_ptr<github::Client> client_;
  std::optional<github::Hooks> hooks_;
  std::vector<github::Hook> found_;
};

}  // namespace

Verdict walk_github(const GithubAccess& access, const github::Wait& wait) {
  return GithubWalk(access, wait).run();
}

}  // namespace ghboot::helper
