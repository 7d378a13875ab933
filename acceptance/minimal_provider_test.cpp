// SPDX-License-Identifier: Apache-2.0
// The provider that docs/sdk.md shows, under the real terraform: 100 lines are enough for a resource's whole
// life.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/temp_folder.h"
#include "acceptance/terraform.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class MinimalProvider : public testing::Test {
 protected:
  MinimalProvider() {
    terraform.write(
        "provider.tf",
        "terraform {\n  required_providers {\n    file = { source = \"example/file\" }\n  }\n}\n");
    terraform.override_provider("example/file", GHBOOT_FILE_PROGRAM);
  }
  fs::path file(std::string_view name = "todo") const { return folder.path() / name; }
  void note(std::string_view content, std::string_view name = "todo") const { note_at(file(name), content); }
  void note_at(const fs::path& path, std::string_view content) const {
    terraform.write(
        "main.tf",
        fmt::format("resource \"file_note\" \"a\" {{\n  path    = \"{}\"\n  content = \"{}\"\n}}\n",
                    path.string(), content));
  }
  void apply() const {
    const Outcome applied = terraform.apply();
    ASSERT_TRUE(applied.ok()) << applied.text();
    EXPECT_EQ(terraform.plan().exit_code, 0) << "a plan after an apply is empty";
  }
  nlohmann::json planned() const {
    const Outcome planned = terraform.plan();
    EXPECT_EQ(planned.exit_code, 2) << planned.text();
    return terraform.plan_json()["resource_changes"][0]["change"]["actions"];
  }
  // All that lies there: nothing half written stays beside the files.
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder.path())) out.push_back(entry.path().filename());
    return out;
  }

  TempFolder folder;
  Terraform terraform{Plugin::none};
};

TEST_F(MinimalProvider, ANoteIsMadeChangedReplacedAndDestroyed) {
  note("buy milk");
  EXPECT_EQ(planned(), nlohmann::json({"create"}));
  apply();
  EXPECT_EQ(read_file(file()), "buy milk");
  EXPECT_EQ(terraform.attributes("file_note.a"),
            nlohmann::json({{"path", file().string()}, {"content", "buy milk"}, {"size", 8}}));

  note("");
  EXPECT_EQ(planned(), nlohmann::json({"update"}));
  apply();
  EXPECT_EQ(read_file(file()), "");

  note("buy milk", "done");
  EXPECT_EQ(planned(), nlohmann::json({"delete", "create"}));
  apply();
  EXPECT_THAT(files(), ElementsAre("done"));

  EXPECT_TRUE(terraform.destroy().ok());
  EXPECT_THAT(files(), testing::IsEmpty());
}

TEST_F(MinimalProvider, AChangeByHandIsPutRight) {
  note("buy milk");
  apply();
  write_file(file(), "sell milk");
  EXPECT_EQ(planned(), nlohmann::json({"update"}));
  EXPECT_EQ(terraform.plan_json()["resource_drift"][0]["change"]["after"]["size"], 9);
  apply();
  EXPECT_EQ(read_file(file()), "buy milk");
}

TEST_F(MinimalProvider, ANoteThatIsGoneIsPlannedAgain) {
  note("buy milk");
  apply();
  fs::remove(file());
  EXPECT_EQ(planned(), nlohmann::json({"create"}));
  apply();
  EXPECT_EQ(read_file(file()), "buy milk");
  fs::remove(file());
  EXPECT_TRUE(terraform.destroy().ok());
}

TEST_F(MinimalProvider, ANoteThatIsThereIsNotOverwrittenButImported) {
  write_file(file(), "mine");
  note("mine");
  const Outcome refused = terraform.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("Cannot write the file"), HasSubstr("File exists")));
  EXPECT_EQ(read_file(file()), "mine");
  EXPECT_THAT(files(), ElementsAre("todo"));

  const Outcome imported = terraform.import("file_note.a", file().string());
  ASSERT_TRUE(imported.ok()) << imported.text();
  EXPECT_EQ(terraform.plan().exit_code, 0);
  EXPECT_EQ(terraform.import("file_note.b", file("none").string()).exit_code, 1);
}

TEST_F(MinimalProvider, AnErrorIsSaidWithItsPlace) {
  note_at("todo", "relative");
  const Outcome checked = terraform.validate();
  EXPECT_THAT(checked.err, AllOf(HasSubstr("an absolute path"), HasSubstr("on main.tf line 2")));

  note("nowhere", "none/todo");
  const Outcome applied = terraform.apply();
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_THAT(applied.err, AllOf(HasSubstr("No such file or directory"), HasSubstr("on main.tf line 2"),
                                 HasSubstr("with file_note.a")));

  fs::create_directory(file());
  EXPECT_THAT(terraform.import("file_note.a", file().string()).err, HasSubstr("Cannot read the file"));
}

}  // namespace
}  // namespace ghboot::acceptance
