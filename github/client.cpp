// SPDX-License-Identifier: Apache-2.0
#include "github/client.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "github/app_jwt.h"
#include "github/installation.h"
#include "github/link_header.h"

namespace ghboot::github {
namespace {

using nlohmann::json;

Result<void> check_credentials(const ClientOptions& options, std::int64_t now_unix) {
  const AppCredentials& app = options.app;
  const bool is_visible =
      std::ranges::all_of(options.token.reveal(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_visible)
    return failure(ErrorKind::invalid,
                   "GitHub's token holds a space, a line's end or a character that no token has.");
  if (app.id.empty() && app.pem.empty()) return {};
  if (!options.token.empty())
    return failure(ErrorKind::invalid, "GitHub is given a token and an App: give one of them.");
  if (app.installation_id < 0)
    return failure(ErrorKind::invalid, "The installation id of the GitHub App is below 1.");
  if (app.installation_id == 0 && app.owner.empty())
    return failure(ErrorKind::invalid,
                   "The GitHub App needs the id of an installation, or an owner to look it up.");
  if (const auto jwt = app_jwt(app.id, app.pem, now_unix); !jwt) return std::unexpected(jwt.error());
  return {};
}

}  // namespace

struct Client::Impl {
  Impl(BaseUrl base, ClientOptions& options, Clock& clock, Random& random)
      : exchange(std::move(base), options.pace, std::move(options.log), clock, random) {
    if (!options.app.id.empty()) app.emplace(std::move(options.app), exchange, clock);
    if (!options.token.empty()) fixed = bearer(options.token.reveal());
  }
  Exchange exchange;
  std::optional<Installation> app;
  Identity fixed;  // Where there is no App.
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

const BaseUrl& Client::base() const { return impl_->exchange.base(); }

Result<std::unique_ptr<Client>> Client::make(ClientOptions options, Clock& clock, Random& random) {
  auto base = BaseUrl::parse(options.base_url);
  if (!base) return std::unexpected(base.error());
  if (const auto checked = check_credentials(options, clock.unix_seconds()); !checked)
    return std::unexpected(checked.error());
  return std::unique_ptr<Client>(
      new Client(std::make_unique<Impl>(*std::move(base), options, clock, random)));
}

Result<Response> Client::send(const Request& request, const Wait& wait) {
  if (!impl_->app) return impl_->exchange.run(request, impl_->fixed, wait);
  for (bool is_first = true;; is_first = false) {
    const auto identity = impl_->app->identity(wait);
    if (!identity) return std::unexpected(identity.error());
    auto answer = impl_->exchange.run(request, *identity, wait);
    if (answer || answer.error().status != 401) return answer;
    // Revoked before its time. A 401 did nothing, so that a write may go again too.
    impl_->app->forget(*identity);
    if (!is_first) return answer;
  }
}

Result<AppToken> Client::make_token(const TokenWanted& wanted, const Wait& wait) {
  if (!impl_->app)
    return failure(ErrorKind::invalid,
                   "GitHub is asked with a token, and tokens are made by a GitHub App alone.");
  return impl_->app->make_token(wanted, wait);
}

Result<void> Client::revoke_token(const nats::Secret& token, const Wait& wait) {
  const auto answer = impl_->exchange.run(
      {.method = "DELETE", .path = "/installation/token", .idempotent = true}, bearer(token.reveal()), wait);
  if (answer || answer.error().status == 401) return {};
  return std::unexpected(answer.error());
}

namespace {

// The items of one page are added. ErrorKind::unreachable: this is no page.
Result<void> take_items(const Response& page, std::string_view member, json& into) {
  const json& body = *page.json;
  const bool has_member = !member.empty() && body.is_object() && body.contains(member);
  const json& items = has_member ? body[std::string(member)] : body;
  if (!items.is_array())
    return failure(ErrorKind::unreachable,
                   "GitHub's answer is no list, where one was expected: look at the base URL.");
  for (const json& item : items) into.push_back(item);
  return {};
}

}  // namespace

Result<Listing> Client::list(const Request& request, const Wait& wait, std::size_t items_max,
                             std::string_view member) {
  json items = json::array();
  Listing out;
  std::set<std::string, std::less<>> seen{request.path};
  Request page = request;
  const auto refuse = [&](std::string_view why) {
    return failure(ErrorKind::refused,
                   fmt::format("GitHub's pages of {} cannot be read: {}.", request.path, why));
  };
  for (bool is_first = true;; is_first = false) {
    const auto answer = send(page, wait);
    if (!answer) return std::unexpected(answer.error());
    if (is_first) out.moved_to = answer->moved_to;
    if (answer->not_modified()) {
      out.not_modified = true;
      out.etag = request.etag;
      out.items = std::make_shared<const json>(nullptr);
      return out;
    }
    if (const auto taken = take_items(*answer, member, items); !taken) return std::unexpected(taken.error());
    if (items.size() > items_max) return refuse(fmt::format("there are more than {} items", items_max));
    const auto next = next_link(answer->header("link"));
    if (!next) return refuse("in the Link header " + next.error());
    if (next->empty()) {
      if (is_first) out.etag = answer->header("etag");
      out.items = std::make_shared<const json>(std::move(items));
      return out;
    }
    auto path = base().within(*next);
    if (!path) return std::unexpected(path.error());
    if (!seen.insert(*path).second) return refuse("they lead in a circle");
    page = {.path = *std::move(path)};
  }
}

}  // namespace ghboot::github
