// SPDX-License-Identifier: Apache-2.0
// ghboot bootstrap: from built programs to a verified system, in phases that each check before they act. 0:
// all holds, or a dry run told all. 1: a phase failed. 2: a name that nobody knows. 3: something is missing,
// or not built yet, and nothing was touched. 4: another bootstrap runs on this folder. 5: a link could not be
// judged.
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>

#include "helper/applied_account.h"
#include "helper/child.h"
#include "helper/descriptor.h"
#include "helper/dev_github.h"
#include "helper/nats_program.h"
#include "helper/provider_mirror.h"
#include "helper/terraform_run.h"
#include "helper/verbs.h"
#include "nats/bus_names.h"
#include "standin/control_routes.h"

namespace ghboot::helper {

namespace fs = std::filesystem;

namespace {

// A line at the end of each phase, with its time.
class Progress {
 public:
  void phase(std::string_view name, std::string_view what) {
    const auto now = std::chrono::steady_clock::now();
    fmt::print("{:<14} {}  ({:.1f} s)\n", name, what, std::chrono::duration<double>(now - begun_).count());
    std::fflush(stdout);
    begun_ = now;
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

struct Parts {  // What the phases run.
  NatsProgram nats;
  TerraformProgram terraform;
  fs::path provider, example;
};

// All that is missing at once, before anything is touched.
Result<Parts> find_parts(const Environment& environment) {
  std::vector<std::string> missing;
  const auto need = [&missing](auto found) {
    if (!found) missing.push_back(found.error().message);
    return found;
  };
  const auto nats = need(find_nats_program(environment));
  const auto terraform = need(find_terraform(environment));
  const auto example = need(find_example());
  if (!find_program("git", environment("PATH").value_or(""), {"/usr/bin/git"}))
    missing.emplace_back("git is not on the PATH: apt-get install git");
  const auto provider = built_provider();
  if (!provider)
    missing.emplace_back("terraform-provider-ghboot is not beside this program: ./bootstrap.sh builds it");
  if (!missing.empty())
    return fail(ExitCode::cannot_run, fmt::format("{}", fmt::join(missing, "\nghboot: ")));
  return Parts{*nats, *terraform, *provider, *example};
}

Result<Descriptor> only_one(const DataFolder& folder) {
  const fs::path path = folder.run_folder() / "bootstrap.lock";
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.open() && flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return fail(ExitCode::in_progress, fmt::format("another bootstrap runs on {}", folder.root().string()));
}

// auto chooses dev, the one mode that is built, and says so.
void choose_mode(Settings& settings) {
  if (settings.mode != "auto") return;
  settings.mode = "dev";
  fmt::print(
      "auto chose dev: it needs nothing but this machine, and this version builds no other mode yet\n");
}

// Account and streams have its name: what is no login of GitHub's is refused before anything is touched.
Result<void> check_organisation(const std::string& org) {
  if (const auto names = nats::BusNames::make(org, "github.com"); !names)
    return fail(ExitCode::wrong_use, names.error().message + " (--org, GITHUB_ORG)");
  return {};
}

// Nobody's organisation is written to because it is the default, and no account is renamed, nor a webhook
// deleted, because another name was given.
Result<void> check_github(const DataFolder& folder, const Settings& settings,
                          const Environment& environment) {
  const auto before = organisation_of(folder);
  if (before && *before != settings.org)
    return fail(
        ExitCode::wrong_use,
        fmt::format("{} was made for the organisation {}, and not for {}: --data-dir (or GHBOOT_HOME) "
                    "takes another folder, ghboot up --fresh starts this one over",
                    folder.root().string(), *before, settings.org));
  const std::string& url = settings.webhook_url;
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
    return fail(ExitCode::wrong_use, "WEBHOOK_URL has to begin with https:// or http://, and does not");
  if (settings.org_was_given || uses_standin(folder, environment)) return {};
  return fail(ExitCode::wrong_use,
              fmt::format("GITHUB_TOKEN is set, so that this is about {}: say whose, with --org or "
                          "GITHUB_ORG; or unset GITHUB_TOKEN, and a stand-in on this machine takes its place",
                          environment("GITHUB_BASE_URL").value_or("github.com")));
}

ExitCode tell_plan(const DataFolder& folder, const Settings& settings, const Environment& environment) {
  fmt::print("dry run: nothing is started or changed\n");
  fmt::print("mode {}, NATS {}, state in {}, organisation {}, data in {}\n", settings.mode,
             settings.nats_type, settings.terraform_backend, settings.org, folder.root().string());
  if (const auto parts = find_parts(environment); !parts) fmt::print("missing: {}\n", parts.error().message);
  auto cannot_run = not_built_yet(settings);
  if (const auto good = check_github(folder, settings, environment); !good)
    cannot_run.push_back(good.error().message);
  for (const std::string& line : cannot_run) fmt::print("cannot run here: {}\n", line);
  if (cannot_run.empty())
    fmt::print("would start NATS{}, apply examples/terraform/dev with account {}, and verify it\n",
               uses_standin(folder, environment) ? " and a GitHub stand-in" : "", settings.org);
  return ExitCode::done;
}

// Which GitHub this run is about.
struct Github {
  bool is_standin = true;
  std::string webhook_url;  // Empty: the webhook is made by hand.
};

Github choose_github(const DataFolder& folder, const Settings& settings, const DevSettings& dev,
                     const Environment& environment) {
  const std::string sink = dev.github->url() + std::string(standin::sink_path);
  const std::string before = webhook_url_of(folder).value_or("");
  Github out{.is_standin = uses_standin(folder, environment), .webhook_url = settings.webhook_url};
  if (!out.webhook_url.empty()) return out;
  const bool was_of_user = !before.empty() && !before.ends_with(standin::sink_path);
  if (out.is_standin) {
    out.webhook_url = sink;
    if (was_of_user)
      fmt::print(
          "the webhook that an earlier run with a GITHUB_TOKEN made stays on GitHub; terraform forgets "
          "it here\n");
  } else if (was_of_user) {
    out.webhook_url = before;  // Else the webhook would be deleted because a variable was forgotten.
    fmt::print("WEBHOOK_URL is not set: the address of the run before is kept\n");
  }
  return out;
}

// True: something was changed.
Result<bool> apply_example(const DataFolder& folder, const Parts& parts, const DevSettings& dev,
                           const Settings& settings, const Github& github, const Environment& environment) {
  auto variables = github_environment(folder, *dev.github, environment);
  if (!variables) return std::unexpected(variables.error());
  variables->merge(provider_environment(folder, dev));
  TerraformRun terraform(
      parts.terraform, folder,
      {.variables = variables_text(settings.org, dev,
                                   {.url = github.webhook_url, .secret_file = folder.webhook_secret_file()},
                                   github.is_standin ? templates_beside(parts.example) : fs::path()),
       .environment = *std::move(variables),
       .log = settings.terraform_log},
      environment);
  auto ok = terraform.prepare(parts.example, parts.provider);
  if (ok) ok = terraform.init();
  if (!ok) return std::unexpected(ok.error());
  return terraform.apply();
}

// This program as it can be called again, for the same data folder.
std::string command(const DataFolder& folder, const Environment& environment) {
  std::error_code error;
  std::string words = fs::read_symlink("/proc/self/exe", error).string();
  const auto without_flag = DataFolder::find("", environment);
  if (!without_flag || without_flag->root() != folder.root())
    words += " --data-dir " + shell_quoted(folder.root().string());
  return words;
}

void print_steps_by_hand(const DataFolder& folder, const std::string& org) {
  fmt::print(
      "  WEBHOOK_URL is not set, so that GitHub has nowhere to send to. By hand, once a receiver has an "
      "address:\n"
      "    1. in the repository {0}/.github: Settings, Webhooks, Add webhook\n"
      "    2. the address; content type application/json; as the secret what {1} holds\n"
      "    3. of the events pushes, pull requests and workflow runs\n"
      "    4. ghboot verify github --org {0}\n",
      org, folder.webhook_secret_file().string());
}

void print_summary(const DataFolder& folder, const UpOutcome& nats, bool is_standin, const std::string& org,
                   bool changed, const std::string& ghboot) {
  const auto applied = applied_account(folder);
  fmt::print("\n{}\n",
             changed ? "The system is up and verified." : "Nothing was changed: all was there, and holds.");
  fmt::print("  NATS        {}, monitoring {}\n", nats.settings.url(),
             nats.settings.servers.front().monitoring_url());
  if (is_standin)
    fmt::print("  GitHub      a stand-in, {} and {}\n", nats.settings.github->url(),
               nats.settings.github->tls_url());
  if (applied && *applied) fmt::print("  account     {} {}\n", org, (*applied)->account);
  fmt::print("  everything  {}\n\nNext:\n", folder.root().string());
  fmt::print("  export TF_CLI_CONFIG_FILE={}\n", shell_quoted(folder.cli_config().string()));
  fmt::print("      terraform in a folder of yours then finds the provider\n");
  fmt::print("  eval \"$({} env)\"\n      the same, and the provider finds this NATS and this GitHub\n",
             ghboot);
  fmt::print(
      "  {0} status\n  {0} verify nats\n  {0} verify github\n  {0} down\n      what runs; each link of it; "
      "stop it, the data stays\n",
      ghboot);
}

Result<ExitCode> run_phases(const DataFolder& folder, const Parts& parts, const Settings& settings,
                            const std::string& nats_type, const Environment& environment,
                            Progress& progress) {
  progress.phase("state backend", "local: " + folder.state_file().string());

  const auto nats = bring_up(folder, {.nats_type = nats_type}, environment);
  if (!nats) return std::unexpected(nats.error());
  fmt::print("{}", nats->note);
  progress.phase("NATS",
                 fmt::format("{} {}", nats->settings.url(), nats->ran_already ? "runs already" : "started"));

  const Github github = choose_github(folder, settings, nats->settings, environment);
  if (github.is_standin) {
    const auto there = provide_dot_github(folder, *nats->settings.github, settings.org);
    if (!there) return std::unexpected(there.error());
  }
  progress.phase("GitHub", github.is_standin ? fmt::format("a stand-in, {}, has {}/.github",
                                                           nats->settings.github->url(), settings.org)
                                             : environment("GITHUB_BASE_URL").value_or("github.com") +
                                                   ", since GITHUB_TOKEN is set");

  const auto applied = apply_example(folder, parts, nats->settings, settings, github, environment);
  if (!applied) return std::unexpected(applied.error());
  progress.phase("apply", *applied ? "terraform applied the example" : "terraform has nothing to change");

  auto verified = verify(folder, {.what = "nats"}, environment);
  if (!verified || *verified != ExitCode::done) return verified;
  progress.phase("verify", "a user of the account publishes and subscribes");

  if (github.webhook_url.empty()) {
    progress.phase("webhooks", "manual");
    print_steps_by_hand(folder, settings.org);
  } else {
    verified = verify(folder, {.what = "github", .org = settings.org}, environment);
    if (!verified || *verified != ExitCode::done) return verified;
    progress.phase("webhooks", settings.org + "/.github has one, whose deliveries are received");
  }
  print_summary(folder, *nats, github.is_standin, settings.org, *applied || !nats->ran_already,
                command(folder, environment));
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> bootstrap(const DataFolder& folder, const BootstrapArgs& args,
                           const Environment& environment) {
  auto settings = make_settings(args.settings, environment);
  if (!settings) return std::unexpected(settings.error());
  if (!settings->org_was_given) settings->org = organisation_of(folder).value_or(settings->org);
  if (const auto good = check_organisation(settings->org); !good) return std::unexpected(good.error());
  choose_mode(*settings);
  if (args.dry_run) return tell_plan(folder, *settings, environment);
  if (const auto cannot_run = not_built_yet(*settings); !cannot_run.empty())
    return fail(ExitCode::cannot_run, fmt::format("{}; nothing was changed", fmt::join(cannot_run, "; ")));
  if (const auto good = check_github(folder, *settings, environment); !good)
    return std::unexpected(good.error());
  Progress progress;
  const auto parts = find_parts(environment);
  if (!parts) return std::unexpected(parts.error());
  progress.phase("prerequisites",
                 fmt::format("nats-server {}, {} {}, provider {}", parts->nats.version, parts->terraform.name,
                             parts->terraform.version, GHBOOT_VERSION));
  if (const auto made = folder.make(); !made) return std::unexpected(made.error());
  const auto lock = only_one(folder);
  if (!lock) return std::unexpected(lock.error());
  return run_phases(folder, *parts, *settings, args.settings.nats_type, environment, progress);
}

}  // namespace ghboot::helper
