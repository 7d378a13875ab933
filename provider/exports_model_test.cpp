// SPDX-License-Identifier: Apache-2.0
#include "provider/exports_model.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"
#include "provider/account_model.h"

namespace ghboot::provider {
namespace {

using testing::HasSubstr;
using testing::Not;

ExportModel service(std::string subject) {
  ExportModel out;
  out.subject = std::move(subject);
  out.kind = "service";
  return out;
}

TEST(ExportsModel, IsReadAsItIsWrittenElementByElement) {
  ExportModel spelled = service("a");
  spelled.response_type = "Singleton";
  spelled.response_threshold = "60s";
  ClaimsModel before;
  before.exports = ExportsModel{spelled, service("b")};
  nats::AccountClaims claims("A", "acme");
  before.apply_all(claims);
  EXPECT_EQ(ClaimsModel::of(claims, before).exports, before.exports);
  claims.set_exports({claims.exports()[0], {.subject = "c", .type = "stream"}});
  const auto there = *ClaimsModel::of(claims, before).exports;
  EXPECT_TRUE(there.contains(spelled)) << "although another element changed";
  EXPECT_EQ(there.size(), 2U);
}

TEST(ExportsModel, WithAnUnknownInsideIsNotComparedAsIfItWereNull) {
  ClaimsModel prior, planned;
  ExportModel unknown = service("a");
  unknown.description = Value<std::string>::unknown();
  prior.exports = ExportsModel{service("a")};
  planned.exports = ExportsModel{unknown};
  EXPECT_TRUE(planned.may_differ_from(prior));
}

// Comparing each with each would take hours: the number is told by the attribute's validator.
TEST(ExportsModel, OfAHundredThousandIsNotLookedInto) {
  ExportsModel many;
  for (int i = 0; i < 100'000; ++i) many.insert(many.end(), service("a." + std::to_string(i)));
  tfplugin::Diagnostics diagnostics;
  check_exports(many, {}, {}, diagnostics);
  EXPECT_FALSE(diagnostics.has_error());
}

TEST(ImportsModel, ThatDiffersIsToldWithoutItsToken) {
  ImportModel import;
  import.subject = "a";
  import.kind = "stream";
  import.account = nats::test_key(nats::KeyKind::account).public_key();
  nats::AccountClaims claims("A", "acme");
  ClaimsModel wanted;
  wanted.imports = ImportsModel{import};
  wanted.apply_all(claims);
  EXPECT_EQ(wanted.difference_from(claims), "");
  import.token = "secret";
  wanted.imports = ImportsModel{import};
  EXPECT_THAT(wanted.difference_from(claims), HasSubstr("is there with other settings"));
  EXPECT_THAT(wanted.difference_from(claims), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace ghboot::provider
