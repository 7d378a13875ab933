// SPDX-License-Identifier: Apache-2.0
// The pages of docs/ say what the schemas say: each ends with the list that its schema makes. With
// GHBOOT_WRITE_DOCS=1 in the environment the lists are written instead of compared.
#include "tfplugin/docs.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "provider/ghboot_provider.h"

namespace ghboot::provider {
namespace {

constexpr std::string_view heading = "\n## Schema\n\n";

void expect_page(const std::string& name, const tfplugin::Schema& schema) {
  const std::string path = std::string(GHBOOT_DOCS) + "/" + name;
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const auto at = page.find(heading);
  ASSERT_NE(at, std::string::npos) << path << " needs the heading \"## Schema\"";
  const std::string wanted = page.substr(0, at + heading.size()) + tfplugin::schema_markdown(schema);
  if (std::getenv("GHBOOT_WRITE_DOCS")) std::ofstream(path) << wanted;
  EXPECT_EQ(page, wanted) << "run provider_test with GHBOOT_WRITE_DOCS=1 to write " << path;
}

TEST(Docs, EachPageListsWhatItsSchemaHas) {
  const Surroundings surroundings{nats::system_clock(), nats::system_random(), nats::system_files()};
  const GhbootProvider provider(surroundings, [](const std::string&) { return std::nullopt; });
  expect_page("index.md", provider.schema());
  for (const auto& [name, resource] : provider.resources)
    expect_page("resources/" + name.substr(7) + ".md", resource->schema());
  for (const auto& [name, source] : provider.data_sources)
    expect_page("data-sources/" + name.substr(7) + ".md", source->schema());
}

TEST(Docs, TheSchemasHaveNothingThatTerraformWouldTakeBadly) {
  const Surroundings surroundings{nats::system_clock(), nats::system_random(), nats::system_files()};
  const GhbootProvider provider(surroundings, [](const std::string&) { return std::nullopt; });
  EXPECT_EQ(tfplugin::problems(provider), std::vector<std::string>());
}

}  // namespace
}  // namespace ghboot::provider
