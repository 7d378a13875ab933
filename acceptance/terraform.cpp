// SPDX-License-Identifier: Apache-2.0
#include "acceptance/terraform.h"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>

namespace ghboot::acceptance {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

fs::path terraform_program() {
  if (auto named = variable("GHBOOT_TERRAFORM")) {
    if (auto found = find_program(*named)) {
      return *found;
    }
    throw std::runtime_error("GHBOOT_TERRAFORM names no program: " + *named);
  }
  for (const char* name : {"terraform", "tofu"}) {
    if (auto found = find_program(name)) {
      return *found;
    }
  }
  throw std::runtime_error("neither terraform nor tofu is on the PATH, and GHBOOT_TERRAFORM is not set");
}

fs::path provider_program() {
  fs::path program = fs::absolute(variable("GHBOOT_PROVIDER").value_or(GHBOOT_PROVIDER_PROGRAM));
  if (!fs::exists(program)) {
    throw std::runtime_error("the provider is not built: " + program.string());
  }
  return program;
}

constexpr std::string_view required_provider = R"(terraform {
  required_providers {
    ghboot = {
      source = "ghboot/ghboot"
    }
  }
}
)";

std::string platform() {
  utsname machine{};
  uname(&machine);
  std::string_view name = machine.machine;
  return fmt::format("linux_{}", name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name);
}

// The CLI configuration that leads to the provider in `folder`.
std::string overriding(std::string_view source, const fs::path& folder) {
  return fmt::format(
      "provider_installation {{\n  dev_overrides {{\n    \"{}\" = \"{}\"\n  }}\n  direct {{}}\n}}\n", source,
      folder.string());
}

// Returns the CLI configuration that leads to it.
std::string install_override(const fs::path& plugins) {
  fs::create_directories(plugins);
  fs::create_symlink(provider_program(), plugins / "terraform-provider-ghboot");
  return overriding("ghboot/ghboot", plugins);
}

std::string install_mirror(const fs::path& plugins) {
  for (const char* host : {"registry.terraform.io", "registry.opentofu.org"}) {
    fs::path folder = plugins / host / "ghboot/ghboot" / GHBOOT_VERSION / platform();
    fs::create_directories(folder);
    fs::create_symlink(provider_program(), folder / "terraform-provider-ghboot_v" GHBOOT_VERSION);
  }
  return fmt::format("provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n",
                     plugins.string());
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Words with_flags(std::string_view verb, const Words& more) {
  return joined({std::string(verb), "-no-color", "-input=false"}, more);
}

}  // namespace

Terraform::Terraform(Plugin plugin) {
  const fs::path& root = root_.path();
  for (const char* name : {"work", "home", "tmp"}) {
    fs::create_directory(root / name);
  }
  environment_ = {{"PATH", variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin")},
                  {"HOME", home().string()},
                  {"TMPDIR", (root / "tmp").string()},
                  {"LANG", "C.UTF-8"},
                  {"CHECKPOINT_DISABLE", "1"},
                  {"TF_IN_AUTOMATION", "1"},
                  {"TF_CLI_CONFIG_FILE", (root / "cli.tfrc").string()}};
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (auto value = variable(name)) {
      environment_[name] = *value;  // How the sanitizers of the provider report is the test run's to say.
    }
  }
  std::string configuration;
  if (plugin != Plugin::none) {
    configuration =
        plugin == Plugin::mirror ? install_mirror(root / "plugins") : install_override(root / "plugins");
    write("required_providers.tf", required_provider);
  }
  write_file(root / "cli.tfrc", configuration);
}

Terraform::~Terraform() { kill_all(); }

void Terraform::kill_all() const {
  const std::vector<int> ids = processes();
  for (int id : ids) {
    kill(id, SIGKILL);
  }
  for (int id : ids) {
    ends_within(id, std::chrono::seconds(10));
  }
}

fs::path Terraform::path(std::string_view name) const { return root_.path() / "work" / name; }
fs::path Terraform::home() const { return root_.path() / "home"; }
void Terraform::write(std::string_view name, std::string_view text) const { write_file(path(name), text); }
void Terraform::set(const std::string& name, const std::string& value) { environment_[name] = value; }
void Terraform::unset(const std::string& name) { environment_.erase(name); }

void Terraform::override_provider(std::string_view source, const fs::path& program) {
  write("cli.tfrc", overriding(source, program.parent_path()));
  set("TF_CLI_CONFIG_FILE", path("cli.tfrc").string());
}

void Terraform::wrap_provider(std::string_view commands) const {
  const fs::path place = root_.path() / "plugins/terraform-provider-ghboot";
  fs::remove(place);
  write_file(place, fmt::format(R"sh(#!/bin/sh
trap '' XFSZ
{}
without_power=
[ "$(id -u)" != 0 ] || without_power="setpriv --bounding-set=-all --inh-caps=-all"
exec $without_power "{}" "$@"
)sh",
                                commands, provider_program().string()));
  fs::permissions(place, fs::perms::owner_all);
}

void Terraform::trace_to_file() {
  set("TF_LOG", "TRACE");
  set("TF_LOG_PATH", (root_.path() / "trace.log").string());
}

std::string Terraform::trace() const { return read_file(root_.path() / "trace.log"); }

Command Terraform::command(const Words& words) const {
  Command command{joined({terraform_program().string()}, words), path(""), environment_};
  if (file_size_max_ != 0) {
    command.file_size_max = file_size_max_;
  }
  return command;
}

Process Terraform::start(const Words& words) const { return Process(command(words)); }

Outcome Terraform::run(const Words& words, std::chrono::seconds longest) const {
  return start(words).wait(longest);
}

Outcome Terraform::init(const Words& more) const { return run(with_flags("init", more)); }
Outcome Terraform::validate() const { return run({"validate", "-no-color"}); }

Outcome Terraform::plan(const Words& more) const {
  return run(joined(with_flags("plan", {"-detailed-exitcode", "-out=kept.tfplan"}), more));
}

Outcome Terraform::apply_plan() const { return run(with_flags("apply", {"kept.tfplan"})); }
Outcome Terraform::apply(const Words& more) const {
  return start_apply(more).wait(std::chrono::seconds(120));
}
Process Terraform::start_apply(const Words& more) const {
  return start(joined(with_flags("apply", {"-auto-approve"}), more));
}
Outcome Terraform::destroy(const Words& more) const {
  return run(joined(with_flags("destroy", {"-auto-approve"}), more));
}
Outcome Terraform::import(std::string_view address, std::string_view id) const {
  return run(with_flags("import", {std::string(address), std::string(id)}));
}
Outcome Terraform::refresh() const { return apply({"-refresh-only"}); }

bool Terraform::is_tofu() const { return terraform_program().filename() == "tofu"; }

int Terraform::minor() const {
  const auto told = nlohmann::json::parse(run({"version", "-json"}).out);
  const std::string version = told.at("terraform_version");
  const std::string minor = version.substr(version.find('.') + 1);
  int number = 0;
  std::from_chars(minor.data(), minor.data() + minor.size(), number);
  return number;
}

bool Terraform::is_since(int terraform_minor, int tofu_minor) const {
  return minor() >= (is_tofu() ? tofu_minor : terraform_minor);
}

nlohmann::json Terraform::plan_json() const {
  Outcome shown = run({"show", "-json", "kept.tfplan"});
  auto plan = nlohmann::json::parse(shown.out, nullptr, false);
  if (!shown.ok() || plan.is_discarded()) {
    throw std::runtime_error("the plan cannot be shown: " + shown.text());
  }
  return plan;
}

nlohmann::json Terraform::state() const {
  if (!fs::exists(path("terraform.tfstate")) || fs::is_empty(path("terraform.tfstate"))) {
    return nullptr;  // Empty: made to be locked, before anything was written.
  }
  auto state = nlohmann::json::parse(read_file(path("terraform.tfstate")), nullptr, false);
  if (state.is_discarded()) {
    throw std::runtime_error("the state is no JSON");
  }
  return state;
}

nlohmann::json Terraform::attributes(std::string_view address) const {
  nlohmann::json all = state();
  if (!all.is_object()) {
    return nullptr;
  }
  for (const auto& resource : all["resources"]) {
    std::string prefix = resource.value("mode", "") == "data" ? "data." : "";
    if (prefix + resource.value("type", "") + "." + resource.value("name", "") == address &&
        !resource["instances"].empty()) {
      return resource["instances"][0]["attributes"];
    }
  }
  return nullptr;
}

std::string Terraform::attribute(std::string_view address, std::string_view name) const {
  nlohmann::json all = attributes(address);
  if (!all.is_object() || !all.contains(name) || !all[std::string(name)].is_string()) {
    throw std::runtime_error(fmt::format("the state has no {} of {}: {}", name, address, all.dump()));
  }
  return all[std::string(name)].get<std::string>();
}

std::vector<int> Terraform::processes() const {
  std::vector<int> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    std::string name = entry.path().filename().string();
    int id = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error != std::errc{} || end != name.data() + name.size()) {
      continue;
    }
    fs::path folder = fs::read_symlink(entry.path() / "cwd", ignored);
    if (!ignored && folder.string().starts_with(root_.path().string() + "/")) {
      found.push_back(id);
    }
  }
  return found;
}

std::string s3_backend(std::string_view endpoint, std::string_view key) {
  return fmt::format(R"(terraform {{
  backend "s3" {{
    bucket                      = "tfstate"
    key                         = "{}"
    region                      = "us-east-1"
    access_key                  = "standin"
    secret_key                  = "standin"
    endpoints                   = {{ s3 = "{}" }}
    use_path_style              = true
    use_lockfile                = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }}
}}
)",
                     key, endpoint);
}

}  // namespace ghboot::acceptance
