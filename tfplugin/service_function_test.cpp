// SPDX-License-Identifier: Apache-2.0
// The RPCs about functions.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tfplugin/service_fixture.h"

namespace ghboot::tfplugin::shop {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

using FunctionServiceTest = ServiceTest;

TEST_F(FunctionServiceTest, IsAnnouncedAndCalled) {
  const auto announced = ask<tfplugin6::GetFunctions::Request, tfplugin6::GetFunctions::Response>(
      &tfplugin6::Provider::Stub::GetFunctions, {});
  ASSERT_THAT(announced.functions(), SizeIs(1));
  const auto& price = announced.functions().at("price");
  EXPECT_EQ(price.parameters(0).type(), "\"number\"");
  EXPECT_TRUE(price.parameters(0).allow_null_value());
  EXPECT_FALSE(price.parameters(0).allow_unknown_values());
  EXPECT_FALSE(price.has_variadic_parameter());
  EXPECT_EQ(price.return_().type(), "\"number\"");

  const auto call = [&](const std::string& name, const std::vector<std::string>& arguments) {
    tfplugin6::CallFunction::Request request;
    request.set_name(name);
    for (const auto& argument : arguments) request.add_arguments()->set_msgpack(argument);
    return ask<tfplugin6::CallFunction::Request, tfplugin6::CallFunction::Response>(
        &tfplugin6::Provider::Stub::CallFunction, request);
  };
  EXPECT_EQ(call("price", {"\x02"}).result().msgpack(), "\x06");
  EXPECT_EQ(call("price", {"\x0e"}).result().msgpack(), "\x2a") << "a warning, which core has no place for";
  EXPECT_THAT(call("prize", {}).error().text(), HasSubstr("no function \"prize\""));
  const auto garbled = call("price", {"\xc1"});
  EXPECT_THAT(garbled.error().text(), HasSubstr("does not fit the parameter's type"));
  EXPECT_EQ(garbled.error().function_argument(), 0);
  EXPECT_FALSE(garbled.has_result());
  EXPECT_THAT(call("price", {"\x01", "\x02"}).error().text(), HasSubstr("2 arguments were given"));
  EXPECT_THAT(call("price", {""}).error().text(), HasSubstr("no list of prices")) << "an empty value is null";
  EXPECT_THAT(call("price", {"\x0d"}).error().text(),
              HasSubstr("an unexpected failure in the function \"price\""));
}

}  // namespace
}  // namespace ghboot::tfplugin::shop
