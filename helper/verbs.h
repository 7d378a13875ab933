// SPDX-License-Identifier: Apache-2.0
// The verbs of `ghboot`: one file each, which says at its top how it can end. A verb prints what it found on
// standard output and what went wrong on standard error. main() wires. Threads: one; verbs that fork do so
// before any library has made a thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "helper/data_folder.h"
#include "helper/dev_settings.h"
#include "helper/exit_code.h"
#include "helper/run_state.h"
#include "helper/settings.h"
#include "helper/template_variables.h"
#include "render/manifest.h"

namespace ghboot::helper {

struct UpArgs {
  std::string nats_type;  // As the flag said it; empty: not.
  std::optional<std::uint16_t> port{}, monitoring_port{}, github_port{};
  bool fresh = false;
};

struct UpOutcome {
  DevSettings settings;
  std::string version;  // Of the server; empty when it ran already.
  std::string note;     // As in ChosenSettings.
  RunState state{};
  bool ran_already = false;
};

// What `up` does, without a word. When this returns a value, the servers take connections, and those of a
// cluster have found one another.
Result<UpOutcome> bring_up(const DataFolder& folder, const UpArgs& args, const Environment& environment);
Result<ExitCode> up(const DataFolder& folder, const UpArgs& args, const Environment& environment);
Result<ExitCode> down(const DataFolder& folder);
Result<ExitCode> status(const DataFolder& folder, bool as_json);
struct BootstrapArgs {
  SettingFlags settings{};
  bool dry_run = false;
};

Result<ExitCode> bootstrap(const DataFolder& folder, const BootstrapArgs& args,
                           const Environment& environment);
struct OperatorInitArgs {
  std::string name;
  std::string out, store;  // Folders; empty: below the current one, by the name; as the provider's.
  std::optional<std::uint16_t> port{};  // Nothing: of the configuration that is there, else 4222.
  bool strict = false;
};

Result<ExitCode> operator_init(const OperatorInitArgs& args, const Environment& environment);

struct AccountArgs {   // One of the two, or neither: list.
  std::string shown;   // A public key or a name.
  std::string pushed;  // A file.
  bool as_json = false;
};

Result<ExitCode> account(const DataFolder& folder, const AccountArgs& args, const Environment& environment);

struct CredsArgs {
  std::string store;  // A folder; empty: as the provider's.
  std::string user;   // A public key, or a name as `ghboot user list` has it; empty: list all.
  std::string out;    // A file; "-": standard output; empty: the claims alone, to standard output.
  std::int64_t valid_seconds = 0;  // Signed anew for so long; 0: as they are stored.
  bool as_json = false;
};

Result<ExitCode> creds(const DataFolder& folder, const CredsArgs& args, const Environment& environment);

struct LockArgs {
  std::string org;
  std::string creds;           // A file; empty: NATS_CREDS.
  bool as_json = false;        // Of status.
  std::uint64_t sequence = 0;  // Of release: the message that was shown.
  bool now = false;            // Of release: without waiting for the lease.
  std::uint64_t above = 0;     // Of new-generation.
  std::string why;             // Of release and new-generation; of hold: what the lock is held for.
  std::int64_t wait_seconds = 600, max_hold_seconds = 3600;  // Of hold.
  std::int64_t lease_seconds = 30;  // Of hold; of new-generation: the longest in use.
  std::vector<std::string> command;
};

Result<ExitCode> lock_status(const DataFolder& folder, const LockArgs& args, const Environment& environment);
Result<ExitCode> lock_release(const DataFolder& folder, const LockArgs& args, const Environment& environment);
Result<ExitCode> lock_new_generation(const DataFolder& folder, const LockArgs& args,
                                     const Environment& environment);
// Ends as the command does.
Result<ExitCode> lock_hold(const DataFolder& folder, const LockArgs& args, const Environment& environment);

// ExitCode::wrong_use: it is no name of a set of files.
Result<void> check_set(std::string_view name);

struct RegenerateArgs {
  std::string org;
  std::string creds;  // A file; empty: NATS_CREDS.
  std::string reason = "manual";
  std::string key;                    // Empty: the reason.
  std::string templates;              // A folder; empty: none.
  std::string workflow;               // A file below .github/workflows; empty: none.
  std::string ref;                    // That the workflow runs on; empty: the default branch.
  std::vector<std::string> inputs{};  // Of the workflow, NAME=VALUE.
  VariableArgs variables{};
  std::string repository = ".github", branch;  // Empty: the default branch.
  std::string set{render::default_set};
  std::int64_t wait_seconds = 600;
  bool is_request = false, is_dry_run = false, as_json = false;
};

Result<ExitCode> regenerate(const DataFolder& folder, const RegenerateArgs& args,
                            const Environment& environment);

struct HistoryArgs {
  std::string org;
  std::string creds;  // A file; empty: NATS_CREDS.
  std::size_t count_max = 20;
  bool as_json = false;
};

Result<ExitCode> history(const DataFolder& folder, const HistoryArgs& args, const Environment& environment);

struct RenderArgs {
  std::string templates, output;  // Folders.
  std::string set{render::default_set};
  VariableArgs variables{};
  bool check = false;  // Write nothing.
  mode_t umask = 077;  // The user's own.
};

Result<ExitCode> render_templates(const RenderArgs& args, const Environment& environment);

struct StoreArgs {
  std::string store;  // A folder; empty: as the provider's.
  bool as_json = false, check = false;
};

Result<ExitCode> store(const StoreArgs& args, const Environment& environment);

struct GithubStandinArgs {
  std::uint16_t port = 0, tls_port = 0;  // 0: any that is free.
  std::string data;                      // A folder; empty: nothing is kept.
  std::string token_file;                // Its first line is a token that may do everything; empty: none.
  std::string log;                       // A file; empty: none.
  std::string ports_folder;              // Of the file that says it listens; empty: none.
};

inline constexpr const char* standin_verb = "github-standin";  // Its name under a supervisor too.
Result<ExitCode> github_standin(const GithubStandinArgs& args, const Environment& environment);

struct VerifyArgs {
  std::string what;   // "nats", "github", …
  std::string org{};  // Of github; empty: GITHUB_ORG.
};

Result<ExitCode> verify(const DataFolder& folder, const VerifyArgs& args, const Environment& environment);

// What `env` prints, and what terraform gets from `bootstrap`.
std::map<std::string, std::string> provider_environment(const DataFolder& folder,
                                                        const DevSettings& settings);
std::string shell_quoted(std::string_view text);
// Variables that are set and that the provider refuses beside those, or that lead it elsewhere.
std::vector<std::string> contradicting(const Environment& environment);
Result<ExitCode> env(const DataFolder& folder, const Environment& environment);

}  // namespace ghboot::helper
