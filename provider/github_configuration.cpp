// SPDX-License-Identifier: Apache-2.0
#include "provider/github_configuration.h"

#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "github/login.h"

namespace ghboot::provider {
namespace {

using tfplugin::Path;

constexpr std::string_view both_ways =
    "Both a token and an App are given{}, and GitHub can be asked as one of them only: {}.";

class GithubMaker {
 public:
  explicit GithubMaker(const Environment& environment) : environment_(environment) {}

  GithubConfiguration make(const Value<GithubModel>& model) {
    if (model.is_unknown()) out_.unknown.emplace_back("github");
    const GithubModel github = model.value_or({});
    out_.owner = text("github.owner", github.owner, "GITHUB_OWNER");
    if (github.owner.is_null() && out_.owner.empty()) out_.owner = variable("GITHUB_ORG");
    out_.base_url = text("github.base_url", github.base_url, "GITHUB_BASE_URL");
    if (github.app_auth.is_unknown()) out_.unknown.emplace_back("github.app_auth");
    if (github.app_auth.is_null()) take_token(github.token);
    if (github.token.is_null()) take_app(github.app_auth);
    if (github.token.is_null() && github.app_auth.is_null() && out_.token.given() && !out_.app_id.empty())
      out_.problem = fmt::format(both_ways, ", by the variables GITHUB_TOKEN and GITHUB_APP_ID",
                                 "unset one of the two, or set github.token or github.app_auth in the "
                                 "provider block, which wins");
    if (!out_.owner.empty() && !github::is_login(out_.owner))
      out_.problem = fmt::format(
          "\"{}\" (github.owner, or the variable GITHUB_OWNER or GITHUB_ORG) is no name of a user or an "
          "organisation: {}.",
          out_.owner, github::login_words);
    return std::move(out_);
  }

 private:
  std::string variable(const std::string& name) const { return environment_(name).value_or(""); }

  std::string text(std::string_view name, const Value<std::string>& setting, const std::string& otherwise) {
    if (setting.is_unknown()) out_.unknown.emplace_back(name);
    if (setting.is_known()) return *setting;
    return setting.is_null() ? variable(otherwise) : "";
  }

  void take_token(const Value<std::string>& setting) {
    const std::string token = text("github.token", setting, "GITHUB_TOKEN");
    if (!token.empty())
      out_.token = {.text = nats::Secret(token),
                    .origin = setting.is_known() ? "github.token" : "the variable GITHUB_TOKEN"};
  }

  // An App that the block names may have parts in the environment.
  void take_app(const Value<AppAuthModel>& model) {
    const AppAuthModel app = model.value_or({});
    out_.app_id = text("github.app_auth.id", app.id, "GITHUB_APP_ID");
    take_installation(app.installation_id);
    take_key(app);
    if (model.is_null() && !out_.pem.given()) out_.app_id.clear();  // Variables that name an App alone.
    if (model.is_null() && out_.app_id.empty()) {                   // Or parts of none.
      out_.problem.clear();
      out_.pem = {};
      out_.installation_id = 0;
    }
    if (model.is_known() && out_.app_id.empty() && !app.id.is_unknown())
      out_.problem = "github.app_auth names no App: set its id, or the variable GITHUB_APP_ID.";
  }

  void take_installation(const Value<std::int64_t>& setting) {
    if (setting.is_unknown()) out_.unknown.emplace_back("github.app_auth.installation_id");
    if (setting.is_known()) out_.installation_id = *setting;
    if (!setting.is_null()) return;
    const std::string digits = variable("GITHUB_APP_INSTALLATION_ID");
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out_.installation_id);
    if (!digits.empty() &&
        (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || out_.installation_id < 1))
      out_.problem = "The variable GITHUB_APP_INSTALLATION_ID is no number above 0.";
  }

  void take_key(const AppAuthModel& app) {
    if (app.pem.is_unknown()) out_.unknown.emplace_back("github.app_auth.pem");
    if (app.pem_file.is_unknown()) out_.unknown.emplace_back("github.app_auth.pem_file");
    if (app.pem.is_known())
      out_.pem = {.text = nats::Secret(*app.pem), .origin = "github.app_auth.pem"};
    else if (app.pem_file.is_known())
      out_.pem = {.file = *app.pem_file, .origin = "github.app_auth.pem_file"};
    if (!app.pem.is_null() || !app.pem_file.is_null()) return;
    const std::string pem = variable("GITHUB_APP_PEM"), file = variable("GITHUB_APP_PEM_FILE");
    if (!pem.empty() && !file.empty())
      out_.problem = "Both variables GITHUB_APP_PEM and GITHUB_APP_PEM_FILE are set; unset one of them.";
    if (!pem.empty())
      out_.pem = {.text = nats::Secret(pem), .origin = "the variable GITHUB_APP_PEM"};
    else if (!file.empty())
      out_.pem = {.file = file, .origin = "the variable GITHUB_APP_PEM_FILE"};
  }

  const Environment& environment_;
  GithubConfiguration out_;
};

}  // namespace

void check(const Value<GithubModel>& model, tfplugin::Diagnostics& diagnostics) {
  if (!model.is_known()) return;
  if (!model->token.is_null() && !model->app_auth.is_null())
    diagnostics.error(Path({"github", "app_auth"}), "Two ways to sign in to GitHub",
                      fmt::format(both_ways, " in the block `github`", "keep `token` or `app_auth`"));
  if (model->app_auth.is_known() && !model->app_auth->pem.is_null() && !model->app_auth->pem_file.is_null())
    diagnostics.error(Path({"github", "app_auth", "pem_file"}), "Two sources of one secret",
                      "Both `pem` and `pem_file` are set; keep one of them.");
}

GithubConfiguration make_github_configuration(const Value<GithubModel>& model,
                                              const Environment& environment) {
  return GithubMaker(environment).make(model);
}

}  // namespace ghboot::provider
