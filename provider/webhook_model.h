// SPDX-License-Identifier: Apache-2.0
// The attributes of a webhook, as Terraform sees them, and what differs between them and what GitHub has.
// The secret is no part of that: GitHub shows only whether there is one. Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "github/hooks.h"
#include "provider/deletion_policy.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/field.h"
#include "tfplugin/timeouts.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr tfplugin::OneOf content_types{"json", "form"};
inline constexpr tfplugin::Count at_least_one_event{1, 1'000};
inline constexpr tfplugin::Length not_empty{1, 100'000};
inline constexpr tfplugin::Length event_name{1, 100};
inline constexpr tfplugin::Each each_event{&event_name};
class IsLogin final : public tfplugin::Validator {
 public:
  bool takes(const tfplugin::cty::Type& type) const override {
    return type.kind() == tfplugin::cty::Kind::string;
  }
  void check(const tfplugin::cty::Type& type, const tfplugin::cty::Value& value, const tfplugin::Path& path,
             tfplugin::Diagnostics& diagnostics) const override;
};
inline constexpr IsLogin an_owner{};
// Any but "." and "..", which lead elsewhere in a path.
inline constexpr tfplugin::Matches a_repository{
    "[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}|\\.[A-Za-z0-9_-][A-Za-z0-9._-]{0,98}|\\.\\.[A-Za-z0-9._-]{1,98}",
    "the name of a repository, of at most 100 characters and without its owner"};
inline constexpr tfplugin::Matches a_url{"https?://[^/?#\\s]+\\S*",
                                         "a URL that begins with `https://` or `http://`"};

struct WebhookModel {
  Value<tfplugin::CaseInsensitive> owner, repository, organization;
  Value<std::string> url, content_type, secret, secret_wo, secret_file, deletion_policy, ping_url,
      deliveries_url;
  Value<std::set<std::string>> events;
  Value<std::int64_t> hook_id, secret_wo_version;
  Value<bool> active, insecure_ssl, verify_delivery, adopt_existing, adopted;
  Value<tfplugin::Timeouts> timeouts;

 private:
  using M = WebhookModel;
  static constexpr auto place_fields() {
    return std::tuple{
        Field{"repository",
              &M::repository,
              Use::optional,
              "Name of the repository whose events are sent; another one replaces the webhook. Case means "
              "nothing.",
              {.identity = tfplugin::IdentityUse::optional, .validators = {&a_repository}}},
        Field{
            "owner",
            &M::owner,
            Use::optional_computed,
            "Who has the repository; null: the provider's `github.owner`. Of an organisation's webhook it is "
            "that organisation.",
            {.keep = true, .identity = tfplugin::IdentityUse::required, .validators = {&an_owner}}},
        Field{"organization",
              &M::organization,
              Use::optional,
              "In place of `repository`: the organisation, for the events of all its repositories.",
              {.validators = {&an_owner}}},
    };
  }
  static constexpr auto hook_fields() {
    return std::tuple{
        Field{"url",
              &M::url,
              Use::required,
              "Where GitHub sends events to.",
              {.sensitive = true, .validators = {&a_url}}},
        Field{"content_type",
              &M::content_type,
              Use::optional_computed,
              "Form of what is sent, `json` or `form`.",
              {.default_value = "json", .validators = {&content_types}}},
        Field{"events",
              &M::events,
              Use::required,
              "Names of events, like `push`; `*` is all.",
              {.validators = {&at_least_one_event, &each_event}}},
        Field{"active",
              &M::active,
              Use::optional_computed,
              "Whether events are sent.",
              {.default_value = true}},
        Field{"insecure_ssl",
              &M::insecure_ssl,
              Use::optional_computed,
              "Send also where the receiver's certificate is not trusted.",
              {.default_value = false}},
    };
  }
  static constexpr auto secret_fields() {
    return std::tuple{
        Field{"secret_wo",
              &M::secret_wo,
              Use::optional,
              "The secret that GitHub signs with. In no plan and no state.",
              {.sensitive = true, .write_only = true, .validators = {&not_empty}}},
        Field{"secret_wo_version", &M::secret_wo_version, Use::optional,
              "Any number, to be raised when `secret_wo` is another one."},
        Field{"secret_file",
              &M::secret_file,
              Use::optional,
              "Path of a file with the secret, in place of `secret_wo`; a line's end at its end is left out. "
              "Only the path is in the state: a new secret takes a file of another name. Where the file is "
              "to be "
              "read and cannot be, the plan warns and the apply fails.",
              {.validators = {&not_empty}}},
        Field{"secret",
              &M::secret,
              Use::optional,
              "The secret, in place of `secret_wo`. It is kept in the state, for everyone who may read that.",
              {.sensitive = true, .validators = {&not_empty}}},
    };
  }
  static constexpr auto own_fields() {
    return std::tuple{
        Field{
            "verify_delivery",
            &M::verify_delivery,
            Use::optional_computed,
            "Whether create and change wait for GitHub's ping to be received; where it is not, a warning has "
            "the receiver's status.",
            {.default_value = false}},
        Field{"adopt_existing",
              &M::adopt_existing,
              Use::optional_computed,
              "Whether a webhook with this URL that is there already is taken over and changed; otherwise it "
              "is an error that says what differs.",
              {.default_value = false}},
        Field{"deletion_policy",
              &M::deletion_policy,
              Use::optional_computed,
              "What destroying does: `delete` (the default for one that was made here), `retain` (it stays; "
              "the default for one that was adopted or imported) or `prevent`.",
              {.keep = true, .validators = {&deletion_policies}}},
        Field{"hook_id",
              &M::hook_id,
              Use::computed,
              "GitHub's number of the webhook.",
              {.keep = true, .identity = tfplugin::IdentityUse::required}},
        Field{"ping_url", &M::ping_url, Use::computed, "Asks for a ping.", {.keep = true}},
        Field{"deliveries_url", &M::deliveries_url, Use::computed, "Lists what was sent.", {.keep = true}},
        Field{"adopted",
              &M::adopted,
              Use::computed,
              "Whether it was there before and was adopted or imported.",
              {.keep = true}},
        Field{"timeouts", &M::timeouts, Use::optional, "How long each step may take."},
    };
  }

 public:
  static constexpr auto fields() {
    return std::tuple_cat(place_fields(), hook_fields(), secret_fields(), own_fields());
  }
  static constexpr auto rules() {
    return std::array{tfplugin::exactly_one("repository", "organization"),
                      tfplugin::needs("owner", "repository"),
                      tfplugin::at_most_one("secret_wo", "secret_file", "secret"),
                      tfplugin::together("secret_wo", "secret_wo_version")};
  }
};
static_assert(tfplugin::valid<WebhookModel>());

// Of names that are known.
github::HookHome home_of(const WebhookModel& model);
// Of attributes that are known, without a secret.
github::HookInput input_of(const WebhookModel& model);
bool has_secret(const WebhookModel& model);  // One is configured, whatever it is.
bool same_secret(const WebhookModel& a, const WebhookModel& b);

// What of `model` GitHub has otherwise, for people: lines like "  active: false, wanted is true"; the URL and
// the secret are not shown. Empty: nothing.
std::string differences(const WebhookModel& model, const github::Hook& hook);

// What GitHub has goes into the model. A secret that is not there any more leaves what stands for it null, so
// that the plan sets it again.
void fill(const github::Hook& hook, WebhookModel& model);

// Events that no webhook gets are errors, those that are not known warnings. The mask of a secret is an
// error.
void check_events(const WebhookModel& config, tfplugin::Diagnostics& diagnostics);
void check_secrets(const WebhookModel& config, tfplugin::Diagnostics& diagnostics);

}  // namespace ghboot::provider
