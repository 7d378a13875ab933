// SPDX-License-Identifier: Apache-2.0
// What `ghboot regenerate` needs, for tests: an organisation's event bus, its repository .github on a GitHub
// of ours, a folder of templates with one of CODEOWNERS, and a person with the helper. Threads: one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/bus_place.h"
#include "acceptance/done.h"
#include "acceptance/helper_dev.h"
#include "acceptance/repository_place.h"

namespace ghboot::acceptance {

class RegeneratePlace : public testing::Test {
 protected:
  RegeneratePlace() {
    person(helper);
    template_file("CODEOWNERS", "* @<% github_org %>/all\n");
  }
  void person(HelperDev& one) const {
    one.set("NATS_URL", bus.server.url());
    one.set("NATS_CREDS", bus.creds_file().string());
    one.set("GITHUB_TOKEN", "root-token");
    one.set("GITHUB_BASE_URL", repository.github->address());
  }
  void template_file(const std::string& name, const std::string& text) const {
    const auto file = templates.path() / name;
    std::filesystem::create_directories(file.parent_path());
    write_file(file, text);
  }
  std::vector<std::string> words(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"regenerate", "--org", "acme", "--templates", templates.path().string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  // Its lease would pass; a person who knows that the holder is dead need not wait.
  void release(const std::string& why) const {
    const nlohmann::json lock =
        nlohmann::json::parse(helper.run({"lock", "status", "--org", "acme", "--json"}).out);
    ASSERT_TRUE(done(helper.run(
        {"lock", "release", "--org", "acme", "--now", "--sequence", lock["sequence"].dump(), "--why", why})));
  }
  nlohmann::json history() const {
    const Outcome told = helper.run({"history", "--org", "acme", "--json"});
    EXPECT_TRUE(done(told));
    return nlohmann::json::parse(told.out);
  }

  RepositoryPlace repository{".github"};
  BusPlace bus{repository.host()};
  TempFolder templates;
  HelperDev helper;
};

}  // namespace ghboot::acceptance
