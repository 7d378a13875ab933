// SPDX-License-Identifier: Apache-2.0
#include "nats/creation_place.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::nats {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables.
  return value ? value : "";
}

std::string data_folder() {
  std::string named = variable("TF_DATA_DIR");
  return named.empty() ? ".terraform" : named;
}

// Terraform's own order: the variable, then what `terraform workspace select` wrote.
std::string workspace() {
  if (std::string named = variable("TF_WORKSPACE"); !named.empty()) return named;
  std::ifstream file(data_folder() + "/environment");
  std::string selected;
  if (std::getline(file, selected) && !selected.empty()) return selected;
  return "default";
}

// What `terraform init` wrote of the backend, as a number: its configuration may hold secrets.
std::string backend() {
  std::ifstream file(data_folder() + "/terraform.tfstate");
  const auto written = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!written.is_object() || !written.contains("backend")) return "local";
  const auto& chosen = written["backend"];
  if (!chosen.is_object()) return "local";
  const auto type = chosen.find("type");
  return fmt::format("{} {:016x}", type != chosen.end() && type->is_string() ? type->get<std::string>() : "",
                     std::hash<std::string>()(chosen.dump(-1, ' ', true)));
}

}  // namespace

std::string creation_place() {
  std::error_code gone;  // The folder may have been removed; then it is nobody's but this process's.
  const auto folder = std::filesystem::current_path(gone);
  return fmt::format("{}, workspace {}, backend {}", folder.string(), workspace(), backend());
}

bool local_state_mentions(std::string_view public_key) {
  const std::string chosen = workspace();
  std::ifstream file(chosen == "default" ? "terraform.tfstate"
                                         : "terraform.tfstate.d/" + chosen + "/terraform.tfstate");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.contains(public_key);
}

}  // namespace ghboot::nats
