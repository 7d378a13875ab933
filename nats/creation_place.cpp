// SPDX-License-Identifier: Apache-2.0
#include "nats/creation_place.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace ghboot::nats {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables.
  return value ? value : "";
}

// Terraform's own order: the variable, then what `terraform workspace select` wrote.
std::string workspace() {
  if (std::string named = variable("TF_WORKSPACE"); !named.empty()) return named;
  const std::string data_folder = variable("TF_DATA_DIR");
  std::ifstream file((data_folder.empty() ? ".terraform" : data_folder) + "/environment");
  std::string selected;
  if (std::getline(file, selected) && !selected.empty()) return selected;
  return "default";
}

}  // namespace

std::string creation_place() {
  std::error_code gone;  // The folder may have been removed; then it is nobody's but this process's.
  const auto folder = std::filesystem::current_path(gone);
  return fmt::format("{}, workspace {}", folder.string(), workspace());
}

}  // namespace ghboot::nats
