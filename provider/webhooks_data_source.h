// SPDX-License-Identifier: Apache-2.0
// The data source ghboot_webhooks: all webhooks of a repository or an organisation, with what became of the
// newest delivery. Of secrets there is only whether there is one. Threads: as every data source.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "provider/session.h"
#include "provider/webhook_model.h"
#include "tfplugin/data_source.h"
#include "tfplugin/field.h"

namespace ghboot::provider {

struct LastResponseModel {
  Value<std::int64_t> code;
  Value<std::string> status, message;
  static constexpr auto fields() {
    using M = LastResponseModel;
    return std::tuple{
        Field{"code", &M::code, Use::computed, "HTTP status of the receiver; null: there was none."},
        Field{"status", &M::status, Use::computed, "`active`, `unused`, or what went wrong."},
        Field{"message", &M::message, Use::computed, "More of it; null: GitHub says no more."},
    };
  }
  bool operator==(const LastResponseModel&) const = default;
};

struct ListedWebhookModel {
  Value<std::int64_t> id;
  Value<std::string> url, content_type, ping_url, deliveries_url;
  Value<std::set<std::string>> events;
  Value<bool> active, insecure_ssl, has_secret;
  Value<LastResponseModel> last_response;
  static constexpr auto fields() {
    using M = ListedWebhookModel;
    return std::tuple{
        Field{"id", &M::id, Use::computed, "GitHub's number of the webhook."},
        Field{"url", &M::url, Use::computed, "Where GitHub sends events to.", {.sensitive = true}},
        Field{"events", &M::events, Use::computed, "Names of events; `*` is all."},
        Field{"active", &M::active, Use::computed, "Whether events are sent."},
        Field{"content_type", &M::content_type, Use::computed, "Form of what is sent, `json` or `form`."},
        Field{"insecure_ssl", &M::insecure_ssl, Use::computed,
              "Whether it is sent also where the receiver's certificate is not trusted."},
        Field{"has_secret", &M::has_secret, Use::computed, "Whether deliveries are signed."},
        Field{"last_response", &M::last_response, Use::computed,
              "What became of the newest delivery; null: GitHub does not tell it of an organisation's."},
        Field{"ping_url", &M::ping_url, Use::computed, "Asks for a ping."},
        Field{"deliveries_url", &M::deliveries_url, Use::computed, "Lists what was sent."},
    };
  }
  bool operator==(const ListedWebhookModel&) const = default;
};

struct WebhooksModel {
  Value<std::string> repository, owner, organization;
  Value<std::vector<ListedWebhookModel>> webhooks;
  static constexpr auto fields() {
    using M = WebhooksModel;
    return std::tuple{
        Field{"repository",
              &M::repository,
              Use::optional,
              "Name of the repository whose webhooks are listed. Case means nothing.",
              {.validators = {&a_repository}}},
        Field{"owner",
              &M::owner,
              Use::optional_computed,
              "Who has the repository; null: the provider's `github.owner`.",
              {.validators = {&an_owner}}},
        Field{"organization",
              &M::organization,
              Use::optional,
              "In place of `repository`: the organisation whose own webhooks are listed.",
              {.validators = {&an_owner}}},
        Field{"webhooks", &M::webhooks, Use::computed,
              "Its webhooks, those that this token may see, as GitHub orders them."},
    };
  }
  static constexpr auto rules() {
    return std::array{tfplugin::exactly_one("repository", "organization"),
                      tfplugin::needs("owner", "repository")};
  }
};
static_assert(tfplugin::valid<WebhooksModel>());

class WebhooksDataSource final : public tfplugin::DataSource<WebhooksModel> {
 public:
  explicit WebhooksDataSource(const Sessions& sessions);

 protected:
  std::optional<WebhooksModel> read_thing(const WebhooksModel& config, tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
