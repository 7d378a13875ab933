// SPDX-License-Identifier: Apache-2.0
#include "standin/git_http.h"

#include <fmt/format.h>

#include "standin/event.h"
#include "standin/git.h"
#include "standin/rights.h"
#include "standin/router.h"
#include "standin/state.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

constexpr std::string_view no_commit = "0000000000000000000000000000000000000000";

// The third part and on, of /OWNER/NAME.git/….
std::size_t service_at(std::string_view path) {
  const std::size_t end = path.find(".git/");
  return end == std::string_view::npos ? end : end + 4;
}

bool pushes(const Request& request) {
  return request.path.ends_with("/git-receive-pack") || request.parameter("service") == "git-receive-pack";
}

Response text_response(unsigned status, std::string text) {
  Response response{.status = status, .body = std::move(text)};
  response.set("Content-Type", "text/plain");
  return response;
}

Response ask_for_token() {
  Response response = text_response(401, "A token is needed as the password\n");
  response.set("WWW-Authenticate", "Basic realm=\"GitHub\"");
  return response;
}

std::optional<Response> refuse_git(Call& call) {
  const auto actor = find_actor(call.request, call.state, call.now);
  if (!actor) return ask_for_token();
  call.actor = *actor;
  const bool is_anonymous = call.actor.token == nullptr;
  const auto parts = segments(call.request.path);
  const std::string name = decode_url(parts[1].substr(0, parts[1].size() - 4));
  call.repository = find_repository(call.state, decode_url(parts[0]), name);
  if (call.repository == nullptr || !sees(call.state, call.actor, *call.repository))
    return is_anonymous ? ask_for_token() : text_response(404, "Repository not found.\n");
  call.owner = &call.state.owners.at(call.repository->owner_id);
  if (!pushes(call.request)) return std::nullopt;
  if (is_anonymous) return ask_for_token();
  const Rule rule{Subject::repository, "contents", Level::write, Level::write, "repo, public_repo"};
  if (call.repository->archived || refuse(call, rule))
    return text_response(403, call.repository->archived ? "This repository was archived so it is read-only.\n"
                                                        : "Permission to this repository denied.\n");
  return std::nullopt;
}

std::map<std::string, std::string> cgi_variables(const Call& call) {
  const Request& request = call.request;
  const std::size_t question = request.target.find('?');
  std::map<std::string, std::string> variables{
      {"GIT_PROJECT_ROOT", call.git.folder(call.repository->id)},
      {"PATH_INFO", request.path.substr(service_at(request.path))},
      {"GIT_HTTP_EXPORT_ALL", "1"},
      {"REQUEST_METHOD", request.method},
      {"QUERY_STRING", question == std::string::npos ? "" : request.target.substr(question + 1)},
      {"CONTENT_TYPE", std::string(request.header("content-type"))},
      {"CONTENT_LENGTH", fmt::format("{}", request.body.size())},
      {"HTTP_CONTENT_ENCODING", std::string(request.header("content-encoding"))},
      {"GIT_PROTOCOL", std::string(request.header("git-protocol"))}};
  if (call.actor.user != nullptr) variables["REMOTE_USER"] = call.actor.user->login;
  if (call.actor.installation != nullptr) variables["REMOTE_USER"] = call.actor.app->slug + "[bot]";
  if (variables["HTTP_CONTENT_ENCODING"].empty()) variables.erase("HTTP_CONTENT_ENCODING");
  return variables;
}

// A CGI's output: headers, an empty line, the body (RFC 3875, 6).
Response cgi_response(const std::string& output) {
  Response response;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = output.find('\n', at);
    if (end == std::string::npos) return text_response(500, "git gave no answer\n");
    std::string line = output.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon), value = line.substr(colon + 2);
    if (name == "Status") {
      response.status = static_cast<unsigned>(parse_number(value.substr(0, 3)).value_or(500));
    } else {
      response.set(name, value);
    }
  }
  response.body = output.substr(at);
  return response;
}

using Refs = std::vector<std::pair<std::string, std::string>>;

std::string sha_in(const Refs& refs, const std::string& name) {
  for (const auto& [one, sha] : refs) {
    if (one == name) return sha;
  }
  return std::string(no_commit);
}

void tell_pushes(Call& call, const Refs& before, const Refs& after) {
  Refs all = after;
  for (const auto& one : before) {
    if (sha_in(after, one.first) == no_commit) all.push_back(one);
  }
  for (const auto& [name, sha] : all) {
    const std::string from = sha_in(before, name), to = sha_in(after, name);
    if (from == to) continue;
    emit(call, call.owner, call.repository,
         {.name = "push", .action = "", .payload = push_payload(*call.repository, name, from, to)});
    call.repository->updated_at = call.now;
    call.changed = true;
  }
}

}  // namespace

bool is_git_request(const Request& request) {
  const std::size_t at = service_at(request.path);
  const auto parts = segments(request.path);
  if (at == std::string::npos || request.enterprise || parts.size() < 3 || !parts[1].ends_with(".git"))
    return false;
  const std::string_view service = std::string_view(request.path).substr(at);
  return service == "/info/refs" || service == "/git-upload-pack" || service == "/git-receive-pack";
}

Response serve_git(Call& call) {
  if (auto refused = refuse_git(call)) return *refused;
  const Id id = call.repository->id;
  const std::string head = fmt::format("refs/heads/{}", call.repository->default_branch);
  if (call.request.method == "GET")
    call.git.run(id, {"symbolic-ref", "HEAD", head});  // What a clone checks out.
  const Refs before = pushes(call.request) ? call.git.refs(id, "") : Refs{};
  const GitOutcome outcome = call.git.run(id, {"http-backend"}, call.request.body, cgi_variables(call));
  if (!outcome.good()) return text_response(500, "git http-backend failed\n");
  if (pushes(call.request)) tell_pushes(call, before, call.git.refs(id, ""));
  return cgi_response(outcome.out);
}

}  // namespace ghboot::standin
