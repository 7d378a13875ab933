// SPDX-License-Identifier: Apache-2.0
// The pages of docs/ are what the provider's -docs writes.
#include "tfplugin/docs.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/ghboot_provider.h"

namespace ghboot::provider {
namespace {

class Docs : public testing::Test {
 protected:
  const Surroundings surroundings{nats::system_clock(), nats::system_random(), nats::system_files()};
  const GhbootProvider provider{surroundings, [](const std::string&) { return std::nullopt; }};
};

TEST_F(Docs, AreWhatSchemasTemplatesAndExamplesSay) {
  EXPECT_THAT(tfplugin::docs_drift(provider, source_address, GHBOOT_DOCS), testing::IsEmpty())
      << "run: build/bin/terraform-provider-ghboot -docs docs";
}

TEST_F(Docs, TheSchemasHaveNothingThatTerraformWouldTakeBadly) {
  EXPECT_THAT(tfplugin::problems(provider), testing::IsEmpty());
}

}  // namespace
}  // namespace ghboot::provider
