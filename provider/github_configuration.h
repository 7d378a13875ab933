// SPDX-License-Identifier: Apache-2.0
// The provider block's `github`, and what it becomes together with the environment. A way to sign in that the
// block names, token or App, wins over what variables say of the other. What is wrong with variables is kept
// and said when GitHub is first needed, as a run that has nothing to do with GitHub may well hold both ways.
// Nothing is contacted and no file is read here. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "provider/secret_source.h"
#include "tfplugin/field.h"
#include "tfplugin/validators.h"

namespace ghboot::provider {

using tfplugin::Field;
using tfplugin::Use;
using tfplugin::Value;

inline constexpr auto above_zero = tfplugin::at_least(1);

struct AppAuthModel {
  Value<std::string> id, pem, pem_file;
  Value<std::int64_t> installation_id;
  static constexpr auto fields() {
    using M = AppAuthModel;
    return std::tuple{
        Field{"id", &M::id, Use::optional, "Id of the App, or its client id. Variable `GITHUB_APP_ID`."},
        Field{"installation_id",
              &M::installation_id,
              Use::optional,
              "Of which installation; null: that of `owner` is looked up. Variable "
              "`GITHUB_APP_INSTALLATION_ID`.",
              {.validators = {&above_zero}}},
        Field{"pem",
              &M::pem,
              Use::optional,
              "The App's private key, PEM. Variable `GITHUB_APP_PEM`.",
              {.sensitive = true}},
        Field{"pem_file", &M::pem_file, Use::optional, "Path of that key. Variable `GITHUB_APP_PEM_FILE`."},
    };
  }
  bool operator==(const AppAuthModel&) const = default;
};

struct GithubModel {
  Value<std::string> owner, token, base_url;
  Value<AppAuthModel> app_auth;
  static constexpr auto fields() {
    using M = GithubModel;
    return std::tuple{
        Field{"owner", &M::owner, Use::optional,
              "Organisation or user that repositories are of where nothing else is said. Variable "
              "`GITHUB_OWNER`, else `GITHUB_ORG`."},
        Field{"token",
              &M::token,
              Use::optional,
              "A token of any kind. Variable `GITHUB_TOKEN`.",
              {.sensitive = true}},
        Field{"base_url", &M::base_url, Use::optional,
              "`https://HOST/api/v3` of a GitHub Enterprise Server; null: github.com. Variable "
              "`GITHUB_BASE_URL`."},
        Field{"app_auth", &M::app_auth, Use::optional,
              "A GitHub App that asks, in place of a token; its tokens are made when needed."},
    };
  }
  bool operator==(const GithubModel&) const = default;
};
static_assert(tfplugin::valid<AppAuthModel>() && tfplugin::valid<GithubModel>());

struct GithubConfiguration {
  std::string owner{}, base_url{};  // Empty: none; github.com.
  SecretSource token{}, pem{};
  std::string app_id{};  // Empty: no App.
  std::int64_t installation_id = 0;
  std::string problem{};               // What makes it useless, whole; empty: nothing.
  std::vector<std::string> unknown{};  // As in Configuration: "github.token".
};

// A token beside an App, a key beside its file: one error each, at the second.
void check(const Value<GithubModel>& model, tfplugin::Diagnostics& diagnostics);

GithubConfiguration make_github_configuration(const Value<GithubModel>& model,
                                              const Environment& environment);

}  // namespace ghboot::provider
