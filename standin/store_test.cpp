// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "standin/test_standin.h"

namespace ghboot::standin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

namespace fs = std::filesystem;

class StoreTest : public StandinTest {
 protected:
  StoreTest() {
    std::string name = (fs::temp_directory_path() / "ghboot-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    const State state = standin_->state();
    restart();
    standin_->change([&](State& empty) { empty = state; });
  }
  ~StoreTest() override {
    standin_.reset();
    fs::remove_all(folder_);
  }

  Store store() {
    auto opened = Store::open(folder_ + "/data", nats::system_files());
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *std::move(opened) : Store();
  }
  void restart() {
    standin_.reset();
    standin_ = open(store());
  }
  std::string text_in(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(folder_ + "/data/" + name).rdbuf();
    return text.str();
  }

  std::string folder_;
};

TEST_F(StoreTest, WhatWasAnsweredIsThereAfterARestart) {
  const Json hook = make_hook("https://a.example", {"push"}, "hidden");
  receive_all();
  const Json deliveries = json(ask("GET", at(hook) + "/deliveries"));
  restart();
  EXPECT_EQ(json(ask("GET", at(hook)))["config"], hook["config"]);
  EXPECT_EQ(json(ask("GET", at(hook) + "/deliveries")), deliveries);
  EXPECT_NE(make_hook("https://b.example")["id"], hook["id"]);
}

TEST_F(StoreTest, ADeliveryThatWasNotFinishedGoesOutAgain) {
  make_hook("https://a.example", {"push"}, "hidden");
  const auto before = std::exchange(sent_, {});
  restart();
  standin_->resume();
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].body, before.at(0).body);
  EXPECT_EQ(sent_[0].headers, before.at(0).headers);
}

TEST_F(StoreTest, NoTokenLiesInTheFolder) { EXPECT_THAT(text_in("state.json"), Not(HasSubstr("ada-token"))); }

TEST_F(StoreTest, TwoStandinsDoNotShareAFolder) {
  const auto second = Store::open(folder_ + "/data", nats::system_files());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("another stand-in runs"));
}

TEST_F(StoreTest, ABrokenFolderIsNamedAndItsTextIsNotShown) {
  make_hook("https://a.example", {"push"}, "hidden");
  standin_.reset();
  std::ofstream(folder_ + "/data/state.json") << R"({"hooks":"hidden"})";
  auto opened = Standin::open({clock_, random_, store()});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), HasSubstr("state.json"));
  EXPECT_THAT(opened.error(), Not(HasSubstr("hidden")));
  standin_.reset();
}

TEST_F(StoreTest, DeliveriesOfADeletedHookAreForgotten) {
  const Json hook = make_hook("https://a.example");
  receive_all();
  ask("DELETE", at(hook));
  restart();
  EXPECT_TRUE(standin_->state().deliveries.empty());
  EXPECT_TRUE(fs::is_empty(folder_ + "/data/deliveries"));
}

}  // namespace
}  // namespace ghboot::standin
