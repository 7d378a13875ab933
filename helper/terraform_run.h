// SPDX-License-Identifier: Apache-2.0
// Terraform (or tofu, whichever is on the PATH) in the working copy of the example. Always holds: its
// environment is of our making, so that no TF_* or NATS_* of the caller's reaches it; what it says goes into
// a log file, and what it says of an error comes back in the failure. Threads: one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "helper/data_folder.h"
#include "helper/dev_settings.h"
#include "helper/exit_code.h"

namespace ghboot::helper {

struct TerraformProgram {
  std::filesystem::path path;
  std::string name, version;  // "terraform", "1.11.4"
};

// ExitCode::cannot_run: neither is there, or it is older than 1.5 (tofu 1.6).
Result<TerraformProgram> find_terraform(const Environment& environment);
std::string terraform_version_in(
    std::string_view json);  // Of `version -json`; empty when it is something else.
bool old_terraform(const TerraformProgram& program);

struct ExampleWebhook {
  std::string url;  // Empty: none is registered.
  std::filesystem::path secret_file;
};
// The example's variables, as terraform reads them from a *.auto.tfvars.json.
// `templates`: a folder, whose variables are in the file beside it, templates.json; empty: none.
std::string variables_text(const std::string& org, const DevSettings& nats, const ExampleWebhook& webhook,
                           const std::filesystem::path& templates = {});
// What the working copy was last prepared for; nothing: it was not yet, or for no webhook.
std::optional<std::string> organisation_of(const DataFolder& folder);
std::optional<std::string> webhook_url_of(const DataFolder& folder);

// The folder of the example: of the source tree that this program was built in, or installed beside it.
Result<std::filesystem::path> find_example();
// That ghboot ships for an organisation's .github.
std::filesystem::path templates_beside(const std::filesystem::path& example);

struct TerraformInputs {
  std::string variables;                           // As variables_text() makes them.
  std::map<std::string, std::string> environment;  // For the provider.
  std::string log;                                 // TF_LOG; empty: none.
};

class TerraformRun {
 public:
  TerraformRun(TerraformProgram program, const DataFolder& folder, TerraformInputs inputs,
               const Environment& environment);

  // Brings the working copy up to date with the example, and drops the lock file's entry of our provider when
  // that is another build than the one the entry was made for.
  Result<void> prepare(const std::filesystem::path& example, const std::filesystem::path& provider);
  Result<void> init();
  Result<bool> apply();  // False: there was nothing to change.

 private:
  Result<int> run(const std::vector<std::string>& words, int other_good_code = 0);

  const TerraformProgram program_;
  const DataFolder folder_;
  const std::string variables_;
  std::map<std::string, std::string> environment_;
};

}  // namespace ghboot::helper
