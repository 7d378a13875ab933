// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/docs_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::tfplugin {
namespace {

using testing::HasSubstr;

const std::vector<Placeholder> shop{
    {".Title", "Shop"}, {".Schema", "## Schema", true}, {".Import", "", true}};

std::string filled(std::string_view text, const std::vector<Placeholder>& placeholders = shop) {
  const auto out = fill_template(text, placeholders);
  return out ? *out : "error: " + out.error();
}

TEST(DocsTemplate, ReplacesPlaceholdersWhereverTheyStand) {
  EXPECT_EQ(filled("# {{ .Title }}, {{.Title}}\n\n{{ .Schema }}\n"), "# Shop, Shop\n\n## Schema\n");
  EXPECT_EQ(filled("{{ .Title }}", {{".Title", "{{ .Title }}"}}), "{{ .Title }}\n") << "once";
}

TEST(DocsTemplate, AnEmptySectionLeavesNoEmptyLines) {
  EXPECT_EQ(filled("{{ .Import }}\n\n{{ .Schema }}\n\n{{ .Import }}\n\nEnd.\n\n\n"), "## Schema\n\nEnd.\n");
  EXPECT_EQ(filled("{{ .Schema }}\n\n{{ .Import }}\n"), "## Schema\n");
}

TEST(DocsTemplate, LeavesOutNoSectionThatThereIs) {
  EXPECT_EQ(filled("{{ .Title }}"), "error: it leaves out {{ .Schema }}");
}

TEST(DocsTemplate, WithAnotherPlaceholderNamesThoseThatThereAre) {
  EXPECT_EQ(filled("{{ tffile \"x.tf\" }}"),
            "error: there is no placeholder {{ tffile \"x.tf\" }}; there are .Title, .Schema, .Import");
  EXPECT_EQ(filled("{{ }}"), "error: there is no placeholder {{  }}; there are .Title, .Schema, .Import");
  EXPECT_THAT(filled("{{ .Schema"), HasSubstr("error: a placeholder has no }}"));
}

}  // namespace
}  // namespace ghboot::tfplugin
