// SPDX-License-Identifier: Apache-2.0
// The whole, through real sockets: hooks are delivered to the stand-in's own receiver.
#include "standin/service.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include "nats/program.h"
#include "standin/delivery_client.h"
#include "standin/standin.h"
#include "standin/test_exchanges.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

class WholeStandinTest : public ::testing::Test {
 protected:
  WholeStandinTest() {
    std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    start();
  }
  ~WholeStandinTest() override {
    service_.reset();
    fs::remove_all(folder_);
  }

  void start() {
    service_.reset();
    auto opened = Service::open({.folder = folder_ + "/data",
                                 .admin_token = "admin",
                                 .search_path = std::getenv("PATH"),
                                 .exchanges = test_exchanges()});
    ASSERT_TRUE(opened) << opened.error();
    service_ = *std::move(opened);
  }
  Outcome post(const std::string& target, const Json& body) {
    const Outgoing outgoing{.id = 1,
                            .url = service_->address() + target,
                            .headers = {{"User-Agent", "test"}, {"Authorization", "Bearer admin"}},
                            .body = body.dump()};
    return deliver(outgoing, std::chrono::seconds(10), {}).value_or(Outcome{});
  }
  // Until all deliveries are done; each is soon.
  State settled() {
    nats::Clock& clock = nats::system_clock();
    const nats::Wait wait{clock.now() + std::chrono::seconds(10)};
    State state = service_->standin().state();
    while (std::ranges::any_of(state.deliveries, [](const auto& one) { return !one.second.done; }) &&
           clock.sleep(std::chrono::milliseconds(10), wait))
      state = service_->standin().state();
    return state;
  }
  void make_repository() {
    post("/_standin/owners", {{"login", "acme"}});
    post("/_standin/repositories", {{"full_name", "acme/shop"}, {"private", true}});
  }

  int git(std::vector<std::string> arguments) {
    const auto program = nats::find_program("git", std::getenv("PATH"), {"/usr/bin/git"});
    arguments.insert(arguments.begin(), program->string());
    nats::Clock& clock = nats::system_clock();
    const auto outcome =
        nats::run_program({.argv = std::move(arguments),
                           .environment = {"GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_GLOBAL=/dev/null",
                                           "GIT_CONFIG_NOSYSTEM=1", "HOME=" + folder_}},
                          {.wait = {clock.now() + std::chrono::seconds(60)}}, clock);
    return outcome ? outcome->exit_code : -1;
  }

  std::string folder_;
  std::unique_ptr<Service> service_;
};

TEST_F(WholeStandinTest, AHookIsMadePingedAndKeptOverARestart) {
  make_repository();
  const Outcome made = post(
      "/repos/acme/shop/hooks",
      {{"config",
        {{"url", service_->address() + "/_standin/sink"}, {"secret", "hidden"}, {"content_type", "json"}}}});
  ASSERT_EQ(made.status_code, 201) << made.body;
  const State before = settled();
  ASSERT_EQ(before.deliveries.size(), 1U);
  EXPECT_EQ(before.deliveries.begin()->second.status, "OK");
  EXPECT_EQ(before.deliveries.begin()->second.response_body, R"({"signature":"valid"})");
  start();
  const State after = service_->standin().state();
  EXPECT_EQ(after.hooks.begin()->second.last_code, 202);
  EXPECT_EQ(after.deliveries.begin()->second.guid, before.deliveries.begin()->second.guid);
}

TEST_F(WholeStandinTest, AnAnswerIsAsLongAsItSaysUnlessItIsCut) {
  make_repository();
  post("/_standin/faults", {{"path_prefix", "/repos"}, {"cut", "truncated"}, {"times", 1}});
  const Json body{{"config", {{"url", "https://a.example"}}}};
  EXPECT_EQ(post("/repos/acme/shop/hooks", body).status_code, 0);
  EXPECT_EQ(service_->standin().state().hooks.size(), 1U);
}

TEST_F(WholeStandinTest, TlsIsTrustedByItsCertificateAlone) {
  Outgoing outgoing{.id = 1, .url = service_->tls_address() + "/_standin/owners", .body = R"({"login":"x"})"};
  EXPECT_THAT(deliver(outgoing, std::chrono::seconds(10), {})->status, HasSubstr("failed to connect"));
  outgoing.verifies_certificate = false;
  EXPECT_EQ(deliver(outgoing, std::chrono::seconds(10), {})->status_code, 201);
  EXPECT_TRUE(fs::exists(service_->certificate()));
}

TEST_F(WholeStandinTest, GitClonesWhatTheApiCommittedAndPushesWhatHooksHearOf) {
  make_repository();
  post("/repos/acme/shop/hooks", {{"config", {{"url", service_->address() + "/_standin/sink"}}}});
  post("/repos/acme/shop/git/refs", Json::object());  // Not yet: it is empty.
  service_->standin().answer(make_request({.method = "PUT",
                                           .target = "/repos/acme/shop/contents/a.txt",
                                           .origin = service_->address(),
                                           .headers = {{"User-Agent", "t"}, {"Authorization", "token admin"}},
                                           .body = R"({"message":"m","content":"aGk="})"}));
  const std::string url = "http://x:admin@" + service_->address().substr(7) + "/acme/shop.git";
  ASSERT_EQ(git({"clone", "-q", url, folder_ + "/clone"}), 0);
  EXPECT_EQ(fs::file_size(folder_ + "/clone/a.txt"), 2U);
  ASSERT_EQ(git({"-C", folder_ + "/clone", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q",
                 "--allow-empty", "-m", "second"}),
            0);
  ASSERT_EQ(git({"-C", folder_ + "/clone", "push", "-q"}), 0);
  int pushes = 0;
  for (const auto& [id, delivery] : settled().deliveries) pushes += delivery.event == "push" ? 1 : 0;
  EXPECT_EQ(pushes, 2);
  EXPECT_NE(git({"clone", "-q", "http://x:wrong@" + url.substr(15), folder_ + "/other"}), 0);
}

TEST_F(WholeStandinTest, EndsWhileARequestWaitsForAFault) {
  post("/_standin/faults", {{"path_prefix", "/user"}, {"latency_ms", 60'000}});
  std::jthread waiting([&, url = service_->address() + "/user"] {
    (void)deliver({.id = 1, .url = url}, std::chrono::seconds(10), {});
  });
  service_.reset();
}

TEST_F(WholeStandinTest, ATakenPortIsNamed) {
  const std::string address = service_->address();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto second = Service::open({.port = port});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port)));
}

}  // namespace
}  // namespace ghboot::standin
