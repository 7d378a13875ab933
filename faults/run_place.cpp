// SPDX-License-Identifier: Apache-2.0
#include "faults/run_place.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "acceptance/github_place.h"
#include "regen/commit_token.h"
#include "standin/crypto.h"

namespace ghboot::faults {

using acceptance::HelperDev;
using acceptance::Outcome;
using acceptance::Process;
using nlohmann::json;

namespace {

constexpr std::string_view base = "/repos/acme/.github", reason_start = "version ";

// "git/trees/SHA": what it is a request of, whatever commit there is.
std::string kind_of_target(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target == base) return "repository";
  std::string rest(target.substr(base.size() + 1));
  const auto last = rest.rfind('/');
  const bool is_sha = last != std::string::npos && rest.size() - last == 41;
  return is_sha ? rest.substr(0, last) + "/SHA" : rest;
}

std::string version_in(const std::string& reason) {
  return reason.starts_with(reason_start) ? reason.substr(reason_start.size()) : reason;
}

}  // namespace

RunPlace::RunPlace() {
  lead(looker_, 0, false);
  repository.github->standin().set_log([this](const std::string& line) { take_line(line); });
}

RunPlace::~RunPlace() { repository.github->standin().set_log({}); }

// Under the stand-in's own lock, before the answer is sent.
void RunPlace::take_line(const std::string& line) {
  const json asked = json::parse(line);
  const std::string target = asked["target"].get<std::string>();
  if (!target.starts_with(base)) return;
  const std::lock_guard lock(mutex_);
  const std::string by = asked["authorization"].get<std::string>();
  const auto who =
      std::ranges::find_if(people_, [&](const auto& one) { return one.second.authorization == by; });
  if (who == people_.end()) return;
  Person& person = who->second;
  const std::string method = asked["method"].get<std::string>();
  person.requests.push_back(method + " " + kind_of_target(target));
  const bool is_cut = asked["status"] == 0;
  if (method != "GET" && !is_cut) writers_.push_back(person.authorization);
  if (method == "PATCH" && asked["status"].get<int>() >= 400) ++refused_;
  const bool is_time = static_cast<int>(person.requests.size()) == person.kill_at || is_cut;
  if (!is_time || person.id == 0) return;
  person.is_killed = ::kill(person.id, SIGKILL) == 0;
}

std::string RunPlace::token_for(int version) {
  const std::string token = fmt::format("token-of-version-{}", version);
  {
    const std::lock_guard lock(mutex_);
    Person& person = people_[version];
    if (!person.authorization.empty()) return token;
    person.authorization = "bearer " + standin::sha256_hex(token).substr(0, 12);
  }
  repository.control(
      "POST", "/tokens",
      {{"login", "ghboot"}, {"kind", "classic"}, {"scopes", {"repo", "workflow"}}, {"token", token}});
  return token;
}

std::string RunPlace::templates(int version) const {
  const auto made = folder_.path() / fmt::format("v{}", version);
  std::filesystem::create_directories(made);
  acceptance::write_file(made / "VERSION", fmt::format("{}\n", version));
  acceptance::write_file(made / "CODEOWNERS", "* @acme/all\n");
  return made.string();
}

void RunPlace::lead(HelperDev& helper, int version, bool watched) {
  helper.set("NATS_URL", watched ? proxy.url() : bus.server.url());
  helper.set("NATS_CREDS", bus.creds_file().string());
  helper.set("GITHUB_TOKEN", version == 0 ? "root-token" : token_for(version));
  helper.set("GITHUB_BASE_URL", repository.github->address());
}

Process RunPlace::start(int version, bool watched) {
  HelperDev& helper = helpers_.emplace_back();
  lead(helper, version, watched);
  Process started = helper.start({"regenerate", "--org", "acme", "--templates", templates(version),
                                  "--reason", fmt::format("{}{}", reason_start, version)});
  is_process(version, started.id());
  return started;
}

void RunPlace::is_process(int version, int id) {
  const std::lock_guard lock(mutex_);
  people_[version].id = id;
}

void RunPlace::run(int version) {
  const Outcome outcome = start(version).wait(std::chrono::seconds(120));
  if (!outcome.ok()) throw std::runtime_error(fmt::format("version {}: {}", version, outcome.text()));
  ended(version, outcome);
}

Process RunPlace::start_terraform(int version) {
  acceptance::Terraform& terraform = terraforms_.emplace_back();
  acceptance::lead_to_github(terraform, *repository.github);
  terraform.set("GITHUB_TOKEN", token_for(version));
  terraform.set("NATS_URL", bus.server.url());
  terraform.set("NATS_CREDS", bus.creds_file().string());
  terraform.write("main.tf", fmt::format(R"(resource "ghboot_regeneration" "r" {{
  organization = "acme"
  reason       = "{}{}"
  render       = {{ source = "{}" }}
}}
)",
                                         reason_start, version, templates(version)));
  return terraform.start_apply();
}

void RunPlace::ended(int version, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  if (outcome.ok()) done_.insert(std::to_string(version));
}

void RunPlace::kill_at_request(int version, int nth, bool before) {
  const std::string token = token_for(version);
  if (before) {
    repository.fault({{"path_prefix", base},
                      {"header", "Authorization"},
                      {"header_value", "Bearer " + token},
                      {"skip", nth - 1},
                      {"times", 1},
                      {"cut", "before"}});
    return;
  }
  const std::lock_guard lock(mutex_);
  people_[version].kill_at = nth;
}

bool RunPlace::was_killed(int version) const {
  const std::lock_guard lock(mutex_);
  const auto found = people_.find(version);
  return found != people_.end() && found->second.is_killed;
}

std::vector<std::string> RunPlace::requests(int version) const {
  const std::lock_guard lock(mutex_);
  return people_.at(version).requests;
}

void RunPlace::release_lock() {
  const json lock = json::parse(looker_.run({"lock", "status", "--org", "acme", "--json"}).out);
  const Outcome told = looker_.run({"lock", "release", "--org", "acme", "--now", "--sequence",
                                    lock["sequence"].dump(), "--why", "it was killed"});
  if (!told.ok()) throw std::runtime_error(told.text());
}

Verdict RunPlace::verdict() const {
  Seen seen;
  {
    const std::lock_guard lock(mutex_);
    seen.writers = writers_;
    seen.done = done_;
    seen.refused = refused_;
  }
  const Outcome history = looker_.run({"history", "--org", "acme", "--limit", "1000", "--json"});
  if (!history.ok()) throw std::runtime_error(history.text());
  for (const json& run : json::parse(history.out))
    seen.runs.insert(seen.runs.begin(), {.token = run["token"].get<std::string>(),
                                         .version = version_in(run["reason"].get<std::string>()),
                                         .status = run["status"].get<std::string>()});
  for (const acceptance::PlacedCommit& commit : repository.history()) {
    std::string version = repository.content("VERSION", commit.sha).value_or("");
    if (version.ends_with('\n')) version.pop_back();
    const auto token = regen::token_in(commit.message);
    seen.commits.insert(seen.commits.begin(), {.token = token ? token->text() : "",
                                               .is_fence = commit.message.starts_with("Fence off"),
                                               .version = std::move(version)});
  }
  seen.pull_requests = repository.pull_requests();
  return judge(seen);
}

}  // namespace ghboot::faults
