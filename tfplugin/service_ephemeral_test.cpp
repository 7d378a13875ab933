// SPDX-License-Identifier: Apache-2.0
// The RPCs about ephemeral resources.
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/service_fixture.h"

namespace ghboot::tfplugin::shop {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EphemeralTest : public ServiceTest {
 protected:
  using Stub = tfplugin6::Provider::Stub;

  tfplugin6::OpenEphemeralResource::Response open(const std::string& name) {
    tfplugin6::OpenEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.mutable_config()->set_json(R"({"name":")" + name + "\"}");
    return ask<tfplugin6::OpenEphemeralResource::Request, tfplugin6::OpenEphemeralResource::Response>(
        &Stub::OpenEphemeralResource, request);
  }
  tfplugin6::RenewEphemeralResource::Response renew(const std::string& private_bytes) {
    tfplugin6::RenewEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.set_private_(private_bytes);
    return ask<tfplugin6::RenewEphemeralResource::Request, tfplugin6::RenewEphemeralResource::Response>(
        &Stub::RenewEphemeralResource, request);
  }
};

TEST_F(EphemeralTest, IsOpenedRenewedAndClosedWithItsPrivatePart) {
  const auto opened = open("front");
  EXPECT_THAT(said(opened), IsEmpty());
  const auto value = cty::decode_msgpack(shop.tills->schema().type(), opened.result().msgpack());
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["code"], cty::Value("1234"));
  EXPECT_EQ(opened.renew_at().seconds(), 4'000'000'000);
  EXPECT_EQ(opened.renew_at().nanos(), 500'000'000);

  const auto renewed = renew(opened.private_());
  EXPECT_FALSE(renewed.has_renew_at()) << "never again";
  for (const auto& bytes : {opened.private_(), renewed.private_()}) {  // Terraform's way and OpenTofu's.
    tfplugin6::CloseEphemeralResource::Request request;
    request.set_type_name("shop_till");
    request.set_private_(bytes);
    EXPECT_THAT(
        said(ask<tfplugin6::CloseEphemeralResource::Request, tfplugin6::CloseEphemeralResource::Response>(
            &Stub::CloseEphemeralResource, request)),
        IsEmpty());
  }
  EXPECT_THAT(shop.tills->closed, ElementsAre("front", "renewed"));
}

TEST_F(EphemeralTest, IsCheckedBeforeItIsOpened) {
  tfplugin6::ValidateEphemeralResourceConfig::Request request;
  request.set_type_name("shop_till");
  request.mutable_config()->set_json(R"({"name":"wrong"})");
  EXPECT_THAT(said(ask<tfplugin6::ValidateEphemeralResourceConfig::Request,
                       tfplugin6::ValidateEphemeralResourceConfig::Response>(
                  &Stub::ValidateEphemeralResourceConfig, request)),
              ElementsAre("name: Wrong name"));
}

// Core closes nothing whose opening failed.
TEST_F(EphemeralTest, OpenedBesideAnErrorIsClosedAgain) {
  EXPECT_THAT(said(open("locked")), ElementsAre("Locked"));
  EXPECT_THAT(shop.tills->closed, IsEmpty()) << "nothing was open";
  const auto half = open("half");
  EXPECT_THAT(said(half), ElementsAre("Half open"));
  EXPECT_FALSE(half.has_renew_at());
  EXPECT_THAT(said(open("renamed")), ElementsAre("name: Defect of the provider"));
  EXPECT_THAT(said(open("talkative")), ElementsAre("note: Defect of the provider"));
  EXPECT_THAT(said(open("undecided")), ElementsAre("code: Defect of the provider"));
  EXPECT_THAT(shop.tills->closed, ElementsAre("half", "renamed", "talkative", "undecided"));
}

TEST_F(EphemeralTest, WhoseOpeningThrowsIsClosed) {
  EXPECT_THAT(said(open("broken")), ElementsAre("Defect of the provider"));
  EXPECT_THAT(shop.tills->closed, ElementsAre("broken"));
}

// Ctrl-C stops what runs; Terraform then has closed what is open, and means it.
TEST_F(EphemeralTest, IsClosedAfterAStop) {
  const auto opened = open("a");
  ask<tfplugin6::StopProvider::Request, tfplugin6::StopProvider::Response>(&Stub::StopProvider, {});
  tfplugin6::CloseEphemeralResource::Request request;
  request.set_type_name("shop_till");
  request.set_private_(opened.private_());
  ask<tfplugin6::CloseEphemeralResource::Request, tfplugin6::CloseEphemeralResource::Response>(
      &Stub::CloseEphemeralResource, request);
  EXPECT_THAT(shop.tills->closed, ElementsAre("a"));
  EXPECT_FALSE(shop.tills->close_is_stopped);
  open("half");
  EXPECT_FALSE(shop.tills->close_is_stopped) << "of an opening that was stopped";
  process.request_stop();
  ask<tfplugin6::CloseEphemeralResource::Request, tfplugin6::CloseEphemeralResource::Response>(
      &Stub::CloseEphemeralResource, request);
  EXPECT_TRUE(shop.tills->close_is_stopped) << "the process ends";
}

// OpenTofu waits ten seconds for a close.
TEST_F(EphemeralTest, HasTwoMinutesToOpenAndTenSecondsToClose) {
  const auto before = std::chrono::steady_clock::now();
  const auto opened = open("a");
  EXPECT_GE(shop.tills->open_deadline - before, std::chrono::minutes(2));
  EXPECT_LT(shop.tills->open_deadline - before, std::chrono::minutes(4));
  tfplugin6::CloseEphemeralResource::Request request;
  request.set_type_name("shop_till");
  request.set_private_(opened.private_());
  ask<tfplugin6::CloseEphemeralResource::Request, tfplugin6::CloseEphemeralResource::Response>(
      &Stub::CloseEphemeralResource, request);
  EXPECT_LE(shop.tills->close_deadline, std::chrono::steady_clock::now() + std::chrono::seconds(10));
  EXPECT_GE(shop.tills->close_deadline - before, std::chrono::seconds(10));
}

TEST_F(EphemeralTest, SaysHowLongOpeningMayTake) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(said(open(R"(a","timeouts":{"open":"1h"},"note":")")), IsEmpty());
  EXPECT_GE(shop.tills->open_deadline - before, std::chrono::hours(1));
  EXPECT_EQ(shop.tills->timeout({}), timeout_default) << "of a renewal";
}

// Terraform would renew it at once, again and again.
TEST_F(EphemeralTest, IsNotRenewedBeforeASecondHasPassed) {
  const auto least = std::chrono::system_clock::now() + std::chrono::seconds(1);
  const auto opened = open("hasty");
  const auto renew_at = std::chrono::sys_seconds(std::chrono::seconds(opened.renew_at().seconds())) +
                        std::chrono::nanoseconds(opened.renew_at().nanos());
  EXPECT_GE(renew_at, least);
  EXPECT_LE(renew_at, std::chrono::system_clock::now() + std::chrono::seconds(1));
}

TEST_F(EphemeralTest, WhoseRenewalFailsKeepsItsPrivatePart) {
  const auto opened = open("stuck");
  const auto renewed = renew(opened.private_());
  EXPECT_THAT(said(renewed), ElementsAre("Stuck"));
  EXPECT_FALSE(renewed.has_renew_at());
  EXPECT_EQ(renewed.private_(), opened.private_());
}

}  // namespace
}  // namespace ghboot::tfplugin::shop
