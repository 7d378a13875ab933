// SPDX-License-Identifier: Apache-2.0
#include "github/pull_requests.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/refusal.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

constexpr std::string_view pulls_write = "the permission Pull requests: write, or the scope `repo`";
constexpr std::size_t list_max = 1'000;

Result<PullRequest> read_pull(const json& body) {
  const auto number = id_in(body, "number");
  if (!number) return std::unexpected(number.error());
  return PullRequest{.number = *number,
                     .html_url = text_in(body, "html_url"),
                     .title = text_in(body, "title"),
                     .body = text_in(body, "body")};
}

// GitHub passes over a filter that it cannot read, and a fork of the same owner may have such a branch too.
bool is_between(const json& pull, std::string_view head, std::string_view base) {
  const json& from = member_in(pull, "head");
  const json& into = member_in(pull, "base");
  return text_in(from, "ref") == head && text_in(into, "ref") == base &&
         member_in(member_in(from, "repo"), "id") == member_in(member_in(into, "repo"), "id");
}

}  // namespace

PullRequests::PullRequests(Client& client, RepositoryName repository)
    : client_(client),
      repository_(std::move(repository)),
      path_(fmt::format("/repos/{}/{}/pulls", encoded(repository_.owner), encoded(repository_.name))) {}

Result<std::optional<PullRequest>> PullRequests::open(std::string_view head, std::string_view base,
                                                      const Wait& wait) {
  const std::string label = fmt::format("{}:{}", repository_.owner, head);
  const auto listing = client_.list({.path = fmt::format("{}?state=open&head={}&base={}&per_page=100", path_,
                                                         encoded(label), encoded(base))},
                                    wait, list_max);
  if (!listing) return std::unexpected(listing.error());
  for (const json& item : *listing->items) {
    if (!is_between(item, head, base)) continue;
    auto pull = read_pull(item);
    if (!pull) return std::unexpected(pull.error());
    return *std::move(pull);
  }
  return std::nullopt;
}

Result<PullRequest> PullRequests::make(const PullRequestInput& input, const Wait& wait) {
  const json body{{"title", input.title}, {"head", input.head}, {"base", input.base}, {"body", input.body}};
  const auto answer = client_.send({.method = "POST", .path = path_, .body = body_text(body)}, wait);
  if (answer) return read_pull(*answer->json);
  if (answer.error().kind == ErrorKind::unknown) return std::unexpected(answer.error());
  return std::unexpected(
      refusal({.failed = fmt::format("No pull request from {} into {} was made in {}/{}", input.head,
                                     input.base, repository_.owner, repository_.name),
               .permission = std::string(pulls_write)},
              answer.error()));
}

Result<void> PullRequests::change(std::int64_t number, std::string_view title, std::string_view body,
                                  const Wait& wait) {
  const json changed{{"title", title}, {"body", body}};
  const auto answer = client_.send({.method = "PATCH",
                                    .path = fmt::format("{}/{}", path_, number),
                                    .body = body_text(changed),
                                    .idempotent = true},
                                   wait);
  if (answer) return {};
  return std::unexpected(answer.error());
}

}  // namespace ghboot::github
