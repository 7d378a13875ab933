// SPDX-License-Identifier: Apache-2.0
// Every folder of examples/terraform that holds a configuration is applied as it stands, so that what the
// documentation shows works; a new one is found by itself. An example is run with what its readers have: one
// with a provider block finds the files that it names beside it, every other one has the environment.
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/github_place.h"
#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "acceptance/repository_place.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

const fs::path examples = GHBOOT_EXAMPLES;

// Beside a configuration that regenerates files.
constexpr auto templates = "templates";

// The helper's own: `ghboot bootstrap` applies it, and so do its tests.
bool is_the_helpers(const fs::path& file) { return *file.lexically_relative(examples).begin() == "dev"; }

// What `wanted` says of each file below examples/terraform, sorted; relative to it.
std::vector<std::string> found(const auto& wanted) {
  std::set<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(examples))
    if (entry.is_regular_file() && !is_the_helpers(entry.path()))
      if (const fs::path path = wanted(entry.path()); !path.empty())
        out.insert(path.lexically_relative(examples).string());
  return {out.begin(), out.end()};
}

std::vector<std::string> configurations() {
  return found([](const fs::path& file) { return file.extension() == ".tf" ? file.parent_path() : ""; });
}

std::vector<std::string> imports() {
  return found([](const fs::path& file) { return file.stem() == "import" ? file : ""; });
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size()))
    text.replace(at, old.size(), by);
  return text;
}

class Examples : public testing::TestWithParam<std::string> {
 protected:
  // The folder's files but those of an import, with the server's address instead of the usual one.
  void copy(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(examples / folder)) {
      if (entry.path().extension() != ".tf" || entry.path().stem() == "import") continue;
      const std::string text = replaced(read_file(entry.path()), "nats://127.0.0.1:4222", w.nats.url());
      w.terraform.write(entry.path().filename().string(), text);
      if (text.contains("required_providers")) fs::remove(w.terraform.path("required_providers.tf"));
      if (text.contains("provider \"ghboot\"")) use_files();
      if (text.contains("ghboot_webhook")) use_github();
      if (text.contains("\"ghboot_regeneration\"")) {
        use_github();
        fs::copy(examples / folder / templates, w.terraform.path(templates), fs::copy_options::recursive);
      }
      if (text.contains("ghboot_regeneration_lock")) use_lock();
    }
    if (folder == "provider")  // A provider block alone does nothing.
      w.terraform.write("account.tf", "resource \"ghboot_nats_account\" \"a\" {\n  name = \"acme\"\n}\n");
  }
  bool is_too_new(const fs::path& folder) const {
    if (*folder.begin() == "functions") return !w.terraform.is_since(8, 7);
    if (folder == "creds-ephemeral") return !w.terraform.is_since(11, 11);  // Write-only attributes.
    return *folder.begin() == "ephemeral-resources" && !w.terraform.is_since(10, 11);
  }

  std::optional<RepositoryPlace> repository;  // With its GitHub, where an example needs one.
  Workplace w;

 private:
  void use_github() {
    if (!repository) lead_to_github(w.terraform, *repository.emplace(".github").github);
  }
  // Made by another; its user is the environment's.
  void use_lock() {
    const auto creds = w.terraform.path("user.creds");
    write_file(creds, new_user(make_lock(w.nats)).format().reveal());
    w.terraform.set("NATS_CREDS", creds.string());
  }
  void use_files() {
    for (const char* name : {"NATS_URL", "GHBOOT_OPERATOR_SEED_FILE", "GHBOOT_SYSTEM_CREDS_FILE"})
      w.terraform.unset(name);
    fs::copy_file(w.nats.operator_seed_file(), w.terraform.path("operator.nk"));
    fs::copy_file(w.nats.system_creds_file(), w.terraform.path("system.creds"));
  }
};

TEST_P(Examples, IsFormattedAppliedWithNothingLeftToDoAndDestroyed) {
  if (is_too_new(GetParam())) GTEST_SKIP() << "this Terraform has no such thing yet";
  const Outcome formatted =
      w.terraform.run({"fmt", "-check", "-diff", "-no-color", (examples / GetParam()).string()});
  EXPECT_TRUE(done(formatted));
  copy(GetParam());
  const auto before = w.nats.stored();
  ASSERT_TRUE(done(w.terraform.apply()));
  const auto state = w.terraform.state();
  EXPECT_FALSE(state["resources"].empty() && state["outputs"].empty()) << "it does something";
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  if (w.terraform.attributes("ghboot_event_bus.acme").is_object()) {  // Which is not destroyed by default.
    w.terraform.write("bus_override.tf",
                      "resource \"ghboot_event_bus\" \"acme\" {\n  deletion_policy = \"delete\"\n}\n");
    ASSERT_TRUE(done(w.terraform.apply()));
  }
  ASSERT_TRUE(done(w.terraform.destroy()));
  EXPECT_EQ(w.nats.stored(), before);
}

INSTANTIATE_TEST_SUITE_P(Folder, Examples, testing::ValuesIn(configurations()), [](const auto& folder) {
  return replaced(replaced(folder.param, "/", "_"), "-", "_");
});

// What an example of an import says, whichever form it has.
struct Import {
  std::string address, id;
};

// One command beside comments, as the documentation shows it.
Import read_command(const std::string& text) {
  std::istringstream lines(replaced(text, "\\\n", ""));
  std::vector<std::string> words;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line.substr(0, line.find('#')));
    for (std::string word; parts >> word;) words.push_back(word);
  }
  EXPECT_THAT(words, testing::ElementsAre("terraform", "import", testing::_, testing::_));
  words.resize(4);
  return {words[2], words[3]};
}

// What stands behind `name = ` in a block of an attribute a line.
std::string value_of(const std::string& block, const std::string& name) {
  const auto at = block.find(" " + name + " = ");
  EXPECT_NE(at, std::string::npos) << name << " in " << block;
  const auto begin = block.find('=', at) + 2;
  return replaced(block.substr(begin, block.find('\n', begin) - begin), "\"", "");
}

Import read_import(const fs::path& file) {
  const std::string text = read_file(file);
  if (file.extension() == ".sh") return read_command(text);
  return {value_of(text, "to"), value_of(text, "id")};
}

// The id with the keys of what was made instead of the example's: a key is 56 letters of which the first says
// its kind; a webhook has a number, and an organisation keeps its login.
std::string real_id(const std::string& id, const nlohmann::json& attributes) {
  if (attributes.contains("hook_id")) return replaced(id, "12345678", attributes["hook_id"].dump());
  std::string out;
  std::istringstream parts(id);
  for (std::string part; std::getline(parts, part, '/');) {
    if (part == attributes.value("organization", "")) {
      out += "/" + part;
      continue;
    }
    EXPECT_EQ(part.size(), 56U) << part;
    std::set<std::string> keys;
    for (const auto& [name, value] : attributes.items())
      if (value.is_string() && value.get<std::string>().size() == 56 &&
          value.get<std::string>().starts_with(part[0]))
        keys.insert(value.get<std::string>());
    EXPECT_EQ(keys.size(), 1U) << "of the kind of " << part;
    out += (out.empty() ? "" : "/") + (keys.empty() ? part : *keys.begin());
  }
  return out;
}

class ImportExamples : public Examples {};

TEST_P(ImportExamples, BringsBackWhatTerraformHasForgotten) {
  const fs::path file = GetParam();
  copy(file.parent_path());
  ASSERT_TRUE(done(w.terraform.apply()));
  const Import shown = read_import(examples / file);
  const auto made = w.terraform.attributes(shown.address);
  ASSERT_TRUE(made.is_object()) << shown.address << " is not in the example beside it";
  const std::string id = real_id(shown.id, made);
  const auto stored = w.nats.stored();
  ASSERT_TRUE(done(w.terraform.run({"state", "rm", shown.address})));
  if (file.extension() == ".tf") {
    w.terraform.write("import.tf", replaced(read_file(examples / file), shown.id, id));
    const Outcome applied = w.terraform.apply();
    EXPECT_THAT(plain(applied), HasSubstr("1 imported, 0 added, 0 changed, 0 destroyed"));
  } else {
    ASSERT_TRUE(done(w.terraform.import(shown.address, id)));
  }
  const char* key = made.contains("hook_id") ? "hook_id" : made.contains("public_key") ? "public_key" : "key";
  EXPECT_EQ(w.terraform.attributes(shown.address)[key], made[key]);
  EXPECT_EQ(w.nats.stored(), stored);
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

INSTANTIATE_TEST_SUITE_P(File, ImportExamples, testing::ValuesIn(imports()), [](const auto& file) {
  return replaced(replaced(replaced(file.param, "/", "_"), "-", "_"), ".", "_");
});

// Terraform reads .tf files, the documentation shows those and import.sh: anything else helps nobody.
TEST(ExamplesFolder, HoldsNothingThatIsNotRun) {
  EXPECT_THAT(found([](const fs::path& file) {
                const bool is_template = file.string().contains("/ghboot_regeneration/templates/");
                return file.extension() == ".tf" || file.filename() == "import.sh" || is_template ? "" : file;
              }),
              IsEmpty());
  EXPECT_THAT(configurations(), Not(IsEmpty()));
}

}  // namespace
}  // namespace ghboot::acceptance
