// SPDX-License-Identifier: Apache-2.0
#include "helper/settings.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "helper/dev_settings.h"

namespace ghboot::helper {
namespace {

struct Row {
  std::string_view variable_and_flag, otherwise, needed;
};

constexpr std::array rows{
    Row{"`GITHUB_ORG` `--org`", "`joeblew999`",
        "yes; the default serves dev with the stand-in and dry runs: a run that would write to the real "
        "GitHub under it stops and asks for `--org`"},
    Row{"`GITHUB_TOKEN`", "none",
        "to register webhooks and to commit; without it dev mode does so at a stand-in on this machine"},
    Row{"`BOOTSTRAP_MODE` `--mode`", "`auto`", "dev, docker, kubernetes, auto"},
    Row{"`NATS_DEPLOYMENT_TYPE` `--nats-type`", "`self_hosted`",
        "self_hosted (also `self_hosted_single`), self_hosted_cluster, synadia_cloud, hybrid"},
    Row{"`TERRAFORM_BACKEND` `--terraform-backend`", "`local`", "local, s3, gcs"},
    Row{"`AWS_BUCKET`, `AWS_REGION` / `GCS_BUCKET`", "none; region as the AWS tools find it, else us-west-2",
        "with s3 / gcs; key `ghboot/<org>/terraform.tfstate`"},
    Row{"`SYNADIA_CREDS_FILE`, or `SYNADIA_JWT` + `SYNADIA_NKEY_SEED`", "none",
        "synadia_cloud, hybrid; the file wins, half a pair is an error that names the other half"},
    Row{"`NATS_URLS` (`NATS_URL` wins)", "by type", "no"},
    Row{"`WEBHOOK_URL`", "the stand-in's own receiver", "to register webhooks at the real GitHub"},
    Row{"`PUSH_CHANGES`", "`true`", "no"},
    Row{"`DEBUG`, `NATS_DEBUG`, `TERRAFORM_LOG`", "off",
        "ghboot's debug lines; the client's events and the embedded server's debug log; handed on as "
        "`TF_LOG` (Terraform knows no TERRAFORM_LOG; a `TF_LOG` that is set wins). Its log is a file that "
        "you alone can read"},
    Row{"`GHBOOT_HOME` `--data-dir`", "`$XDG_STATE_HOME/ghboot`",
        "all that dev mode makes lies there: servers' data, its own credentials store, terraform's CLI "
        "configuration, logs, the journal"},
};

constexpr std::array<std::string_view, 2> modes_built{"auto", "dev"};
constexpr std::array<std::string_view, 2> modes_known{"docker", "kubernetes"};
constexpr std::string_view cluster_type = "self_hosted_cluster";
constexpr std::array<std::string_view, 3> types_built{"self_hosted", "self_hosted_single", cluster_type};
constexpr std::array<std::string_view, 2> types_known{"synadia_cloud", "hybrid"};
constexpr std::array<std::string_view, 1> backends_built{"local"};
constexpr std::array<std::string_view, 2> backends_known{"s3", "gcs"};

struct Choice {  // A setting that is one of a few names.
  std::string_view what;
  const char* variable;
  std::string Settings::* value;
  std::span<const std::string_view> built, known;
};

constexpr Choice types{"NATS type", "NATS_DEPLOYMENT_TYPE", &Settings::nats_type, types_built, types_known};
constexpr std::array<Choice, 3> choices{
    Choice{"mode", "BOOTSTRAP_MODE", &Settings::mode, modes_built, modes_known}, types,
    Choice{"state backend", "TERRAFORM_BACKEND", &Settings::terraform_backend, backends_built,
           backends_known}};

bool holds(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string setting(const std::string& flag, const Environment& environment, const std::string& name,
                    const std::string& otherwise) {
  if (!flag.empty()) return flag;
  const std::string value = environment(name).value_or("");
  return value.empty() ? otherwise : value;
}

std::string unknown(const Choice& choice, const std::string& value) {
  return fmt::format("unknown {} \"{}\": it is one of {}, {}", choice.what, value,
                     fmt::join(choice.built, ", "), fmt::join(choice.known, ", "));
}

std::string not_built(const Choice& choice, const std::string& value) {
  return fmt::format("{} {}: not built yet", choice.what, value);
}

bool is_on(const std::string& value) {
  return !value.empty() && value != "0" && value != "false" && value != "off" && value != "no";
}

}  // namespace

std::string settings_table() {
  std::string text = "| variable = flag | default | needed |\n| --- | --- | --- |\n";
  for (const Row& row : rows)
    text += fmt::format("| {} | {} | {} |\n", row.variable_and_flag, row.otherwise, row.needed);
  return text;
}

Result<Settings> make_settings(const SettingFlags& flags, const Environment& environment) {
  Settings made{
      .org = setting(flags.org, environment, "GITHUB_ORG", "joeblew999"),
      .mode = setting(flags.mode, environment, "BOOTSTRAP_MODE", "auto"),
      .nats_type = setting(flags.nats_type, environment, "NATS_DEPLOYMENT_TYPE", "self_hosted"),
      .terraform_backend = setting(flags.terraform_backend, environment, "TERRAFORM_BACKEND", "local"),
      .webhook_url = environment("WEBHOOK_URL").value_or(""),
      .terraform_log = setting(environment("TF_LOG").value_or(""), environment, "TERRAFORM_LOG", ""),
      .debug = is_on(environment("DEBUG").value_or("")),
      .nats_debug = ghboot::helper::nats_debug(environment),
  };
  made.org_was_given = !setting(flags.org, environment, "GITHUB_ORG", "").empty();
  std::string wrong;
  for (const Choice& choice : choices) {
    const std::string& value = made.*choice.value;
    if (holds(choice.built, value) || holds(choice.known, value)) continue;
    wrong += (wrong.empty() ? "" : "; ") + unknown(choice, value);
  }
  if (!wrong.empty()) return fail(ExitCode::wrong_use, wrong);
  return made;
}

bool nats_debug(const Environment& environment) { return is_on(environment("NATS_DEBUG").value_or("")); }

Result<std::optional<std::size_t>> wanted_servers(const std::string& flag, const Environment& environment) {
  const std::string type = setting(flag, environment, types.variable, "");
  if (type.empty()) return std::nullopt;
  if (holds(types.known, type)) return fail(ExitCode::cannot_run, not_built(types, type));
  if (!holds(types.built, type)) return fail(ExitCode::wrong_use, unknown(types, type));
  return type == cluster_type ? cluster_size : 1;
}

std::vector<std::string> not_built_yet(const Settings& settings) {
  std::vector<std::string> found;
  for (const Choice& choice : choices) {
    const std::string& value = settings.*choice.value;
    if (holds(choice.known, value)) found.push_back(not_built(choice, value));
  }
  return found;
}

}  // namespace ghboot::helper
