// SPDX-License-Identifier: Apache-2.0
#include "helper/terraform_run.h"

#include <charconv>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "helper/child.h"
#include "helper/provider_mirror.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds run_max{600};  // Servers that are down are waited for by the provider itself.
constexpr std::string_view plan_file = "bootstrap.tfplan";

fs::path stamp_file(const DataFolder& folder) { return folder.working_copy() / "provider.sha256"; }
fs::path variables_file(const DataFolder& folder) {
  return folder.working_copy() / "bootstrap.auto.tfvars.json";
}
fs::path lock_file(const DataFolder& folder) { return folder.working_copy() / ".terraform.lock.hcl"; }
fs::path log_file(const DataFolder& folder) { return folder.logs() / "terraform.log"; }

std::pair<int, int> major_minor(std::string_view version) {
  std::pair<int, int> found{0, 0};
  const char* const end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.begin(), end, found.first);
  if (error == std::errc{} && dot != end) std::from_chars(dot + 1, end, found.second);
  return found;
}

std::optional<std::string> variable_of(const DataFolder& folder, const char* name) {
  const auto text = read_whole(variables_file(folder));
  const auto json = nlohmann::json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return std::nullopt;
  return json[name].get<std::string>();
}

Result<void> write_when_different(const fs::path& file, std::string_view wanted) {
  const auto there = read_whole(file);
  if (there && *there == wanted) return {};
  return write_whole(file, wanted);
}

Result<void> copy_when_different(const fs::path& from, const fs::path& to) {
  const auto wanted = read_whole(from);
  if (!wanted) return std::unexpected(wanted.error());
  return write_when_different(to, *wanted);
}

}  // namespace

std::string variables_text(const std::string& org, const DevSettings& nats, const ExampleWebhook& webhook,
                           const fs::path& templates) {
  nlohmann::ordered_json variables{{"github_org", org},
                                   {"nats_connection_url", nats.url()},
                                   {"nats_monitoring_url", nats.servers.front().monitoring_url()}};
  if (!webhook.url.empty()) {
    variables["webhook_url"] = webhook.url;
    variables["webhook_secret_file"] = webhook.secret_file.string();
  }
  if (!templates.empty()) {
    variables["templates"] = templates.string();
    const auto text = read_whole(fs::path(templates).concat(".json"));
    const auto named = nlohmann::ordered_json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
    if (named.is_object()) variables["template_variables"] = named;
  }
  return variables.dump(2) + "\n";
}

std::optional<std::string> organisation_of(const DataFolder& folder) {
  return variable_of(folder, "github_org");
}
std::optional<std::string> webhook_url_of(const DataFolder& folder) {
  return variable_of(folder, "webhook_url");
}

std::string terraform_version_in(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  const auto found = json.find("terraform_version");
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool old_terraform(const TerraformProgram& program) {
  return major_minor(program.version) < std::pair{1, program.name == "tofu" ? 6 : 5};
}

Result<TerraformProgram> find_terraform(const Environment& environment) {
  const std::string path = environment("PATH").value_or("");
  for (const char* name : {"terraform", "tofu"}) {
    const auto program = find_program(name, path);
    if (!program) continue;
    const auto asked =
        run_child({.argv = {program->string(), "version", "-json"},
                   .environment = {{"CHECKPOINT_DISABLE", "1"}, {"HOME", environment("HOME").value_or("/")}},
                   .longest = std::chrono::seconds(30)});
    if (!asked) return std::unexpected(asked.error());
    TerraformProgram found{*program, name, terraform_version_in(asked->out)};
    if (found.version.empty())
      return fail(ExitCode::cannot_run, fmt::format("{} does not tell its version", program->string()));
    if (old_terraform(found))
      return fail(ExitCode::cannot_run,
                  fmt::format("{} is {} {}: Terraform 1.5 or OpenTofu 1.6 is the oldest that works",
                              program->string(), name, found.version));
    return found;
  }
  return fail(
      ExitCode::cannot_run,
      "neither terraform nor tofu is on the PATH: ./bootstrap.sh brings one, or install Terraform 1.5 or "
      "OpenTofu 1.6 or a later one");
}

Result<fs::path> find_example() {
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* place : {"../../examples/terraform/dev", "../share/ghboot/examples/terraform/dev"}) {
    fs::path folder = (beside / place).lexically_normal();
    if (fs::exists(folder / "main.tf", error)) return folder;
  }
  return fail(ExitCode::cannot_run,
              fmt::format("examples/terraform/dev is not found from {}", beside.string()));
}

fs::path templates_beside(const fs::path& example) {
  return (example / "../../../templates/github").lexically_normal();
}

TerraformRun::TerraformRun(TerraformProgram program, const DataFolder& folder, TerraformInputs inputs,
                           const Environment& environment)
    : program_(std::move(program)),
      folder_(folder),
      variables_(std::move(inputs.variables)),
      environment_(std::move(inputs.environment)) {
  environment_.insert({{"PATH", environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin")},
                       {"HOME", environment("HOME").value_or(folder.root().string())},
                       {"TMPDIR", environment("TMPDIR").value_or("/tmp")},
                       {"LANG", "C.UTF-8"},
                       {"CHECKPOINT_DISABLE", "1"},
                       {"TF_IN_AUTOMATION", "1"},
                       {"TF_INPUT", "0"}});
  if (inputs.log.empty()) return;
  environment_["TF_LOG"] = std::move(inputs.log);
  environment_["TF_LOG_PATH"] = (folder.logs() / "terraform-debug.log").string();
}

Result<void> TerraformRun::prepare(const fs::path& example, const fs::path& provider) {
  std::error_code error;
  fs::create_directories(folder_.working_copy(), error);
  for (const char* name : {"main.tf", "variables.tf", "outputs.tf"}) {
    if (auto copied = copy_when_different(example / name, folder_.working_copy() / name); !copied)
      return copied;
  }
  // In a file, so that terraform run by hand in this folder plans the same: by an environment of the
  // bootstrap's own, it would go back to the defaults and rename the account.
  if (auto written = write_when_different(variables_file(folder_), variables_); !written) return written;
  const auto wanted = fingerprint(provider);
  if (!wanted) return std::unexpected(wanted.error());
  const auto stamped = read_whole(stamp_file(folder_));
  if (stamped && *stamped == *wanted) return {};
  if (const auto locked = read_whole(lock_file(folder_))) {
    if (auto written = write_whole(lock_file(folder_), without_own_entry(*locked)); !written) return written;
  }
  return write_whole(stamp_file(folder_), *wanted);
}

Result<void> TerraformRun::init() {
  const auto code = run({"init", "-input=false", "-no-color"});
  if (!code) return std::unexpected(code.error());
  std::error_code
      ignored;  // terraform makes this one readable for all, whatever the umask; the folder is not.
  fs::permissions(lock_file(folder_), fs::perms::owner_read | fs::perms::owner_write, ignored);
  return {};
}

Result<bool> TerraformRun::apply() {
  constexpr int there_are_changes = 2;
  const std::string plan(plan_file);
  const auto code =
      run({"plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=" + plan}, there_are_changes);
  if (!code) return std::unexpected(code.error());
  Result<int> applied = 0;
  if (*code == there_are_changes) applied = run({"apply", "-input=false", "-no-color", plan});
  std::error_code ignored;
  fs::remove(folder_.working_copy() / plan, ignored);
  if (!applied) return std::unexpected(applied.error());
  return *code == there_are_changes;
}

Result<int> TerraformRun::run(const std::vector<std::string>& words, int other_good_code) {
  ChildCommand command{.argv = {program_.path.string()},
                       .folder = folder_.working_copy(),
                       .environment = environment_,
                       .log = log_file(folder_),
                       .longest = run_max};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  const auto outcome = run_child(command);
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->exit_code == 0 || outcome->exit_code == other_good_code) return outcome->exit_code;
  return fail(ExitCode::failed, fmt::format("{} {} failed; {} has all of it\n{}", program_.name,
                                            words.front(), log_file(folder_).string(), outcome->err));
}

}  // namespace ghboot::helper
