// SPDX-License-Identifier: Apache-2.0
// No secret leaves the store: every seed and every user's JWT that a whole life makes is looked for in all
// that terraform and the provider wrote, and in what `ps` shows of them.
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/nats_proxy.h"
#include "acceptance/workplace.h"
#include "nats/creds.h"

namespace ghboot::acceptance {
namespace {

namespace fs = std::filesystem;

void add_creds(std::string_view text, std::set<std::string>& secrets) {
  auto creds = nats::Creds::parse(text);
  ASSERT_TRUE(creds);
  secrets.emplace(creds->jwt.reveal());
  secrets.emplace(creds->key.seed().reveal());
}

std::set<std::string> secrets_of(const nats::NewOperator& op) {
  std::set<std::string> secrets;
  for (const auto* key : {&op.key, &op.signing_key, &op.system_account, &op.system_signing_key}) {
    secrets.emplace(key->seed().reveal());
  }
  add_creds(op.system_creds.format().reveal(), secrets);
  return secrets;
}

// Of the store, in use and in the trash.
void add_stored(const fs::path& store, std::set<std::string>& secrets) {
  for (const bool in_trash : {false, true}) {
    for (const fs::path& file : files_in(store, ".nk", in_trash)) {
      secrets.insert(read_file(file));
    }
    for (const fs::path& file : files_in(store, ".creds", in_trash)) {
      add_creds(read_file(file), secrets);
    }
  }
}

// Where a secret, or the part of a JWT or seed that is secret by itself, stands in `text`.
void expect_none(const std::set<std::string>& secrets, std::string_view text, const std::string& where) {
  for (const std::string& secret : secrets) {
    std::string_view part = secret;
    while (part.ends_with('\n')) {
      part.remove_suffix(1);
    }
    ASSERT_GE(part.size(), 58U);
    if (part.starts_with("eyJ")) {
      part = part.substr(part.rfind('.') + 1);  // A JWT's signature is what makes it a key to the servers.
    }
    EXPECT_FALSE(text.contains(part))
        << where << " holds the secret that begins with " << secret.substr(0, 3);
  }
}

std::string command_lines(const Terraform& terraform) {
  std::string all;
  for (int id : terraform.processes()) {
    all += read_file(fmt::format("/proc/{}/cmdline", id));
  }
  return all;
}

void expect_owner_alone(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto others = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(entry.status().permissions() & others, fs::perms::none) << entry.path();
  }
}

// Each step of a life with all of it traced; what was printed, shown and listed is kept.
struct TracedLife {
  explicit TracedLife(Workplace& workplace) : w(workplace), secrets(secrets_of(workplace.nats.issuer())) {}

  Workplace& w;
  std::set<std::string> secrets;
  std::string seen;

  Outcome keep(Outcome outcome) {
    seen += outcome.text();
    add_stored(w.store(), secrets);  // After each step: new creds replace old ones.
    return outcome;
  }
  void show() {
    seen += w.terraform.plan_json().dump();
    keep(w.terraform.run({"show", "-no-color", "-json"}));
    keep(w.terraform.run({"state", "pull"}));
  }
  void create() {
    NatsProxy proxy(w.nats.port());
    w.terraform.set("NATS_URL", proxy.url());
    proxy.hold(Moment::before_answer, is_push);
    Process running = w.terraform.start({"apply", "-no-color", "-input=false", "kept.tfplan"});
    ASSERT_TRUE(proxy.wait_until_held()) << running.output();
    const std::string lines = command_lines(w.terraform);
    ASSERT_TRUE(lines.contains("terraform-provider-ghboot")) << lines;
    seen += lines;
    proxy.release();
    ASSERT_TRUE(keep(running.wait()).ok()) << seen;
    w.terraform.set("NATS_URL", w.nats.url());
  }
};

void expect_nothing_leaked(Workplace& w, const std::set<std::string>& secrets, const std::string& seen) {
  ASSERT_GE(secrets.size(), 6U + 4U) << "the account's seed, the user's, and the JWTs of its two creds";
  expect_none(secrets, seen, "what was printed");
  expect_none(secrets, w.terraform.trace(), "the trace");
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(w.terraform.root())) {
    if (entry.is_regular_file()) {
      ++files;
      expect_none(secrets, read_file(entry.path()), entry.path().string());
    }
  }
  EXPECT_GE(files, 5U);
  expect_owner_alone(w.store());
}

void live(Workplace& w) {
  TracedLife life(w);
  w.terraform.trace_to_file();
  w.account("limits = { connections = 5 }");
  w.user();
  ASSERT_EQ(life.keep(w.terraform.plan()).exit_code, 2) << life.seen;
  life.show();
  life.create();
  life.show();
  w.user(R"(permissions = { publish = { allow = ["orders.>"] } })");
  ASSERT_TRUE(life.keep(w.terraform.apply()).ok()) << life.seen;
  life.keep(w.terraform.import("ghboot_nats_account.a", "A-NOT-A-KEY"));
  w.nats.stop();
  EXPECT_EQ(life.keep(w.terraform.plan()).exit_code, 1);
  w.nats.start();
  const auto trace = w.terraform.trace();
  ASSERT_TRUE(trace.contains("[TRACE]") && trace.contains("terraform-provider-ghboot"));
  ASSERT_TRUE(life.keep(w.terraform.destroy()).ok()) << life.seen;
  expect_nothing_leaked(w, life.secrets, life.seen);
}

TEST(Secrets, OfAWholeLifeStandNowhereButInTheStore) {
  Workplace w;
  live(w);
}

TEST(Secrets, GivenAsTextAreNotRepeated) {
  Workplace w;
  if (!w.terraform.is_since(10, 11))
    GTEST_SKIP() << "ephemeral variables need Terraform 1.10 or OpenTofu 1.11";
  for (const char* variable : {"GHBOOT_OPERATOR_SEED_FILE", "GHBOOT_SYSTEM_CREDS_FILE"}) {
    w.terraform.unset(variable);
  }
  w.terraform.set("TF_VAR_seed", read_file(w.nats.operator_seed_file()));
  w.terraform.set("TF_VAR_creds", read_file(w.nats.system_creds_file()));
  w.terraform.write("provider.tf", R"(
variable "seed" {
  type      = string
  ephemeral = true
}
variable "creds" {
  type      = string
  ephemeral = true
}
provider "ghboot" {
  nats = {
    operator_seed = var.seed
    system_creds  = var.creds
  }
})");
  live(w);
}

// The kernel writes no dump of a process with this limit, nor hands one to a collector of dumps.
TEST(Secrets, TheProviderLeavesNoCoreDump) {
  Workplace w;
  w.account(R"(
  provisioner "local-exec" {
    command = "echo now; exec sleep 60"
  })");
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(running.wait_for_output("(local-exec): now")) << running.output();
  int providers = 0;
  for (const int id : w.terraform.processes()) {
    const fs::path process = fs::path("/proc") / std::to_string(id);
    if (!fs::read_symlink(process / "exe").filename().string().starts_with("terraform-provider-ghboot"))
      continue;
    ++providers;
    EXPECT_THAT(read_file(process / "limits"), testing::ContainsRegex("Max core file size +1 +1 "));
  }
  EXPECT_EQ(providers, 1);
  w.terraform.kill_all();
}

}  // namespace
}  // namespace ghboot::acceptance
