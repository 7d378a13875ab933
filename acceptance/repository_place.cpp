// SPDX-License-Identifier: Apache-2.0
#include "acceptance/repository_place.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "acceptance/github_place.h"
#include "nats/base64.h"

namespace ghboot::acceptance {

using standin::Json;

RepositoryPlace::RepositoryPlace(const std::string& name)
    : github(make_github()), base_("/repos/acme/" + name) {
  make(name);
}

void RepositoryPlace::make(const std::string& name) const {
  control("POST", "/repositories", {{"full_name", "acme/" + name}, {"private", true}});
  const Json body{{"message", "by hand"}, {"content", nats::encode_base64("# by hand\n")}};
  if (const auto answer = ask("PUT", fmt::format("/repos/acme/{}/contents/README.md", name), body);
      answer.status >= 300)
    throw std::runtime_error(answer.body);
}

std::string RepositoryPlace::host() const {
  const std::string address = github->address();
  return address.substr(address.rfind('/') + 1);
}

standin::Response RepositoryPlace::ask(const std::string& method, const std::string& target,
                                       const Json& body) const {
  return github->standin().answer(
      standin::make_request({.method = method,
                             .target = target,
                             .origin = github->address(),
                             .headers = {{"User-Agent", "a browser"}, {"Authorization", "Bearer root-token"}},
                             .body = body.is_null() ? "" : body.dump()}));
}

Json RepositoryPlace::get(const std::string& rest) const {
  const auto answer = ask("GET", base_ + rest);
  if (answer.status != 200) throw std::runtime_error(fmt::format("GET {}: {}", rest, answer.body));
  return Json::parse(answer.body);
}

std::optional<std::string> RepositoryPlace::sha_of(const std::string& path) const {
  const auto answer = ask("GET", contents(path));
  if (answer.status != 200) return std::nullopt;
  return Json::parse(answer.body)["sha"].get<std::string>();
}

void RepositoryPlace::put(const std::string& path, const std::string& text) const {
  Json body{{"message", "by hand"}, {"content", nats::encode_base64(text)}};
  if (const auto sha = sha_of(path)) body["sha"] = *sha;
  if (const auto answer = ask("PUT", contents(path), body); answer.status >= 300)
    throw std::runtime_error(answer.body);
}

void RepositoryPlace::remove(const std::string& path) const {
  const Json body{{"message", "by hand"}, {"sha", sha_of(path).value_or("")}};
  if (const auto answer = ask("DELETE", contents(path), body); answer.status >= 300)
    throw std::runtime_error(answer.body);
}

std::optional<std::string> RepositoryPlace::content(const std::string& path, const std::string& ref) const {
  const auto answer = ask("GET", contents(path) + "?ref=" + ref);
  if (answer.status != 200) return std::nullopt;
  return nats::decode_base64(Json::parse(answer.body)["content"].get<std::string>());
}

std::string RepositoryPlace::head() const {
  return get("/git/ref/heads/main")["object"]["sha"].get<std::string>();
}

std::string RepositoryPlace::message() const {
  return get("/git/commits/" + head())["message"].get<std::string>();
}

std::vector<PlacedCommit> RepositoryPlace::history() const {
  std::vector<PlacedCommit> out;
  for (std::string sha = head();;) {
    const Json commit = get("/git/commits/" + sha);
    out.push_back({.sha = sha, .message = commit["message"].get<std::string>()});
    if (commit["parents"].empty()) return out;
    sha = commit["parents"][0]["sha"].get<std::string>();
  }
}

std::vector<std::string> RepositoryPlace::messages() const {
  std::vector<std::string> out;
  for (PlacedCommit& one : history()) out.push_back(std::move(one.message));
  return out;
}

std::size_t RepositoryPlace::pull_requests() const { return get("/pulls?state=all").size(); }

void RepositoryPlace::put_workflow(const std::string& file) const {
  put(".github/workflows/" + file, R"(name: Regenerate
run-name: Regenerate (${{ inputs.ghboot_nonce }})
on:
  workflow_dispatch:
    inputs:
      ghboot_token:
      ghboot_nonce:
      team:
)");
}

void RepositoryPlace::runs_take(int queued_seconds, int run_seconds) const {
  control("PATCH", "/settings", {{"run_queued_seconds", queued_seconds}, {"run_seconds", run_seconds}});
}

Json RepositoryPlace::workflow_runs() const { return get("/actions/runs")["workflow_runs"]; }

void RepositoryPlace::close_pull_request(int number) const {
  const auto answer = ask("PATCH", fmt::format("{}/pulls/{}", base_, number), {{"state", "closed"}});
  if (answer.status != 200) throw std::runtime_error(answer.body);
}

void RepositoryPlace::refuse_next_tree() const {
  fault({{"method", "POST"},
         {"path_prefix", base_ + "/git/trees"},
         {"status", 422},
         {"body", R"({"message":"no such tree","documentation_url":"https://docs.github.com/rest"})"},
         {"times", 1}});
}

void RepositoryPlace::control(const std::string& method, const std::string& path, const Json& body) const {
  if (const auto answer = ask(method, "/_standin" + path, body); answer.status >= 300)
    throw std::runtime_error(answer.body);
}

}  // namespace ghboot::acceptance
