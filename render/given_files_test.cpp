// SPDX-License-Identifier: Apache-2.0
#include "render/given_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ghboot::render {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(GivenFiles, StandBesideThoseOfTemplatesByPath) {
  const auto all = with_given({{.path = "b", .bytes = "template"}}, {{"a", "given"}, {"c/d", ""}});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(*all, (std::vector<RenderedFile>{
                      {.path = "a", .bytes = "given"}, {.path = "b", .bytes = "template"}, {.path = "c/d"}}));
  EXPECT_EQ(with_given({}, {{"a", "${{ github.ref }} <% x %>"}}).value()[0].bytes,
            "${{ github.ref }} <% x %>")
      << "nothing in it is replaced";
}

TEST(GivenFiles, ThatCannotBeAreNamedWithTheWayOut) {
  const auto refused =
      with_given({{.path = "a", .bytes = "template"}}, {{"a", "given"}, {"../b", ""}, {".git/config", ""}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("a is given, and a template makes it, too: remove one of the two"),
                    HasSubstr("../b "), HasSubstr(".git/config ")));
  EXPECT_THAT(with_given({}, {}).error().message, HasSubstr("no file is given: nothing would be made"));
  EXPECT_THAT(with_given({}, {{"big", std::string(file_size_max + 1, 'x')}}).error().message,
              HasSubstr("big is larger than the 40 MiB that are sent to GitHub at once"));
}

}  // namespace
}  // namespace ghboot::render
