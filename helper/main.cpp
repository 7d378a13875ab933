// SPDX-License-Identifier: Apache-2.0
// The ghboot program: reads the command line and calls a verb. Exit codes: exit_code.h.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "helper/verbs.h"
#include "nats/process_end.h"

namespace {

using namespace ghboot::helper;

// Known by name; a later version brings them.
constexpr std::array not_built_yet_verbs{"destroy", "serve", "events", "debug"};

struct Arguments {
  std::string data_dir;
  UpArgs up;
  BootstrapArgs bootstrap;
  OperatorInitArgs operator_init{};
  StoreArgs store{};
  AccountArgs account{};
  CredsArgs creds{};
  GithubStandinArgs github_standin{};
  LockArgs lock{};
  RegenerateArgs regenerate{};
  HistoryArgs history{};
  RenderArgs render{};
  bool json = false;
  VerifyArgs verify;
};

void port_option(CLI::App* verb, const std::string& name, std::optional<std::uint16_t>& into,
                 const std::string& help) {
  verb->add_option(name, into, help)->type_name("PORT");
}

void declare_bootstrap(CLI::App& app, BootstrapArgs& args) {
  CLI::App* verb = app.add_subcommand("bootstrap", "Set a whole system up and verify it");
  verb->add_option("--org", args.settings.org, "The GitHub organisation (GITHUB_ORG)");
  verb->add_option("--mode", args.settings.mode, "Where it runs (BOOTSTRAP_MODE)");
  verb->add_option("--nats-type", args.settings.nats_type, "Which NATS (NATS_DEPLOYMENT_TYPE)");
  verb->add_option("--terraform-backend", args.settings.terraform_backend,
                   "Where the state lies (TERRAFORM_BACKEND)");
  verb->add_flag("--dry-run", args.dry_run, "Only tell what would be done");
  verb->footer(
      "A flag wins over the environment, the environment over the default; an empty value counts as not "
      "set.\n\n" +
      settings_table());
}

void declare_operator(CLI::App& app, OperatorInitArgs& args) {
  CLI::App* verb = app.add_subcommand("operator", "Operators of one's own");
  verb->require_subcommand(1);
  CLI::App* init =
      verb->add_subcommand("init", "Make an operator, its system account and what a server is started from");
  init->add_option("NAME", args.name, "The operator's name")->required();
  init->add_option("--out", args.out, "Where the server's files go; ./NAME")->type_name("FOLDER");
  init->add_option("--store", args.store, "Where the secrets go; as the provider's (GHBOOT_STORE_DIR)")
      ->type_name("FOLDER");
  init->add_option("--port", args.port, "Port for clients in the configuration")->type_name("PORT");
  init->add_flag("--strict", args.strict, "Servers take nothing that the operator's own key signed");
}

void declare_store(CLI::App& app, StoreArgs& args) {
  CLI::App* verb = app.add_subcommand("store", "The folder of seeds and creds");
  verb->require_subcommand(1);
  CLI::App* list = verb->add_subcommand("list", "What lies in it");
  CLI::App* check = verb->add_subcommand("check", "What is wrong in it, and creates that were cut off");
  check->callback([&args] { args.check = true; });
  for (CLI::App* one : {list, check}) {
    one->add_option("--store", args.store, "The folder; as the provider's (GHBOOT_STORE_DIR)")
        ->type_name("FOLDER");
    one->add_flag("--json", args.as_json, "As JSON");
  }
}

void declare_account(CLI::App& app, AccountArgs& args) {
  CLI::App* verb = app.add_subcommand("account", "The accounts that the servers store");
  verb->require_subcommand(1);
  verb->add_subcommand("list", "All of them")->add_flag("--json", args.as_json, "As JSON");
  verb->add_subcommand("show", "The claims of one, as JSON")
      ->add_option("ACCOUNT", args.shown, "Its public key, or its name")
      ->required();
  verb->add_subcommand("push", "Let every server store one that is signed already")
      ->add_option("FILE", args.pushed, "Its JWT")
      ->required();
}

const std::map<std::string, std::int64_t> units_of_time{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

CLI::Option* time_option(CLI::App* verb, const std::string& name, std::int64_t& into,
                         const std::string& help) {
  return verb->add_option(name, into, help)
      ->transform(CLI::AsNumberWithUnit(units_of_time, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::PositiveNumber);
}

// Users live in creds alone.
void declare_users(CLI::App& app, CredsArgs& args) {
  CLI::App* user = app.add_subcommand("user", "The users whose creds the store has");
  user->require_subcommand(1);
  CLI::App* list = user->add_subcommand("list", "All of them");
  list->add_flag("--json", args.as_json, "As JSON");
  CLI::App* claims = user->add_subcommand("show", "The claims of one, as JSON; no secret is among them");
  CLI::App* verb = app.add_subcommand("creds", "The creds of users");
  verb->require_subcommand(1);
  CLI::App* show = verb->add_subcommand("show", "Those of one user, into a file of its own");
  CLI::App* mint = verb->add_subcommand("mint", "The same, signed anew for a while and kept nowhere else");
  time_option(mint, "--valid-for", args.valid_seconds, "How long, as 90s, 15m, 8h or 7d")->required();
  for (CLI::App* one : {show, mint})
    one->add_option("--out", args.out, "The file, which is not there yet; -: standard output")
        ->required()
        ->type_name("FILE");
  for (CLI::App* one : {claims, show, mint})
    one->add_option("USER", args.user, "Its public key, or its name: operator/account/user")->required();
  for (CLI::App* one : {list, claims, show, mint})
    one->add_option("--store", args.store, "The folder; as the provider's (GHBOOT_STORE_DIR)")
        ->type_name("FOLDER");
}

void declare_lock(CLI::App& app, LockArgs& args) {
  CLI::App* verb = app.add_subcommand("lock", "The lock of an organisation: one regeneration at a time");
  verb->require_subcommand(1);
  CLI::App* status = verb->add_subcommand("status", "Who holds it");
  status->add_flag("--json", args.as_json, "As JSON");
  CLI::App* release = verb->add_subcommand("release", "Take it away from who holds it");
  release->add_option("--sequence", args.sequence, "The message that `lock status` showed")->required();
  release->add_flag("--now", args.now,
                    "Without waiting for the lease: only when the holder is known to be dead");
  CLI::App* generation =
      verb->add_subcommand("new-generation", "Let tokens begin above those of a lost stream");
  generation->add_option("--above", args.above, "The highest generation that was used")->required();
  time_option(generation, "--lease", args.lease_seconds,
              "The longest lease in use, which nobody gets the lock before; 30s");
  for (CLI::App* one : {release, generation})
    one->add_option("--why", args.why, "Kept with it, for people")->required();
  CLI::App* hold = verb->add_subcommand("hold", "Run a command while holding it: … -- COMMAND ARGUMENTS");
  time_option(hold, "--wait", args.wait_seconds,
              "How long it may be somebody else's before, as 90s or 10m; 10m");
  time_option(hold, "--max-hold", args.max_hold_seconds, "How long the command may run; 1h");
  time_option(hold, "--lease", args.lease_seconds,
              "How long others wait for one who has died, from 15s to 24h; 30s");
  hold->add_option("--why", args.why, "What others are told that it is held for; the program's name");
  hold->add_option("COMMAND", args.command, "After --; it finds its token in GHBOOT_LOCK_TOKEN");
  for (CLI::App* one : {status, release, generation, hold}) {
    one->add_option("--org", args.org, "The GitHub organisation")->required();
    one->add_option("--creds", args.creds, "Of a user of the account that has the lock (NATS_CREDS)")
        ->type_name("FILE");
  }
}

Result<ExitCode> lock(const CLI::App& app, const DataFolder& folder, const LockArgs& args) {
  const std::string verb = app.get_subcommand("lock")->get_subcommands().front()->get_name();
  if (verb == "status") return lock_status(folder, args, process_environment);
  if (verb == "release") return lock_release(folder, args, process_environment);
  if (verb == "hold") return lock_hold(folder, args, process_environment);
  return lock_new_generation(folder, args, process_environment);
}

void variable_options(CLI::App* verb, VariableArgs& into, std::string_view org) {
  verb->add_option("--variable", into.words, "What <% NAME %> is in templates; once each, over the file's")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  verb->add_option("--variables", into.file,
                   fmt::format("The same, as a JSON object; github_org is {} otherwise", org))
      ->type_name("FILE");
}

void set_option(CLI::App* verb, std::string& into) {
  verb->add_option("--set", into,
                   "Name of these files among others that ghboot makes there, and leaves alone; default");
}

void declare_regenerate(CLI::App& app, RegenerateArgs& args) {
  CLI::App* verb = app.add_subcommand("regenerate", "Make the files of an organisation's repository anew");
  verb->add_option("--org", args.org, "The GitHub organisation")->required();
  verb->add_option("--templates", args.templates, "What the files are made from")->type_name("FOLDER");
  variable_options(verb, args.variables, "the organisation");
  verb->add_option("--workflow", args.workflow,
                   "Of the repository, which makes the files in place of --templates: it is dispatched and "
                   "followed")
      ->type_name("FILE");
  verb->add_option("--ref", args.ref, "What it runs on; the repository's default branch otherwise");
  verb->add_option("--input", args.inputs, "Of the workflow; once each. No secrets: GitHub shows them")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  verb->add_option("--repository", args.repository, "Of that organisation; .github");
  verb->add_option("--branch", args.branch, "That has the files; the repository's default branch otherwise");
  set_option(verb, args.set);
  time_option(verb, "--wait", args.wait_seconds, "How long the lock is waited for; 10m");
  verb->add_flag("--dry-run", args.is_dry_run, "Only show what would change");
  verb->add_flag("--request", args.is_request, "Only store the request: whoever regenerates next covers it");
  verb->add_option("--reason", args.reason, "Why, for people; manual");
  verb->add_option("--key", args.key,
                   "Who asks twice with one key within two minutes asks once; the reason is it otherwise");
  verb->add_option("--creds", args.creds, "Of a user of the account that has the event bus (NATS_CREDS)")
      ->type_name("FILE");
  verb->add_flag("--json", args.as_json, "As JSON");
}

void declare_history(CLI::App& app, HistoryArgs& args) {
  CLI::App* verb = app.add_subcommand("history", "The runs of an organisation's regenerations");
  verb->add_option("--org", args.org, "The GitHub organisation")->required();
  verb->add_option("--limit", args.count_max, "How many at most; 20")->check(CLI::Range(1, 10'000));
  verb->add_option("--creds", args.creds, "Of a user of the account that has the event bus (NATS_CREDS)")
      ->type_name("FILE");
  verb->add_flag("--json", args.as_json, "As JSON");
}

void declare_render(CLI::App& app, RenderArgs& args) {
  CLI::App* verb = app.add_subcommand("render", "Write the files that templates make");
  verb->add_option("--templates", args.templates, "Where the templates lie")->required()->type_name("FOLDER");
  verb->add_option("--output", args.output,
                   "Where the files go; what templates made there before and make no "
                   "more is removed")
      ->required()
      ->type_name("FOLDER");
  variable_options(verb, args.variables, "GITHUB_ORG");
  set_option(verb, args.set);
  verb->add_flag("--check", args.check, "Write nothing; end with 1 when a file is out of date");
}

void declare_github_standin(CLI::App& app, GithubStandinArgs& args) {
  CLI::App* verb = app.add_subcommand(standin_verb, "Run a small GitHub on this machine, until it is ended");
  verb->add_option("--port", args.port, "Port for HTTP on 127.0.0.1; 0: any free one")->type_name("PORT");
  verb->add_option("--tls-port", args.tls_port, "Port for HTTPS, likewise")->type_name("PORT");
  verb->add_option("--data", args.data, "Where it keeps what it is told; without it nothing is kept")
      ->type_name("FOLDER");
  verb->add_option("--token-file", args.token_file, "Its first line is a token that may do everything")
      ->type_name("FILE");
  verb->add_option("--log", args.log, "Where each request is written, as a line of JSON")->type_name("FILE");
  verb->add_option("--ports-dir", args.ports_folder,
                   "Where it says that it listens and where, in a file ghboot_PID.ports")
      ->type_name("FOLDER");
}

void declare(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("--version", "ghboot " GHBOOT_VERSION);
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.add_option("--data-dir", arguments.data_dir, "Where everything lies (GHBOOT_HOME)")
      ->type_name("FOLDER");
  declare_bootstrap(app, arguments.bootstrap);
  declare_operator(app, arguments.operator_init);
  declare_store(app, arguments.store);
  declare_account(app, arguments.account);
  declare_users(app, arguments.creds);
  declare_github_standin(app, arguments.github_standin);
  declare_lock(app, arguments.lock);
  declare_regenerate(app, arguments.regenerate);
  declare_history(app, arguments.history);
  declare_render(app, arguments.render);
  CLI::App* up_verb = app.add_subcommand("up", "Start the embedded NATS and the GitHub stand-in");
  up_verb->add_option("--nats-type", arguments.up.nats_type,
                      "self_hosted: one server; self_hosted_cluster: three (NATS_DEPLOYMENT_TYPE)");
  port_option(up_verb, "--port", arguments.up.port,
              "Port for clients, kept from then on, of a cluster's first server; 0: any free one");
  port_option(up_verb, "--monitoring-port", arguments.up.monitoring_port, "Port for monitoring, likewise");
  port_option(up_verb, "--github-port", arguments.up.github_port, "Port of the GitHub stand-in, likewise");
  up_verb->add_flag("--fresh", arguments.up.fresh,
                    "Start over: the data folder's contents are removed first");
  app.add_subcommand("down", "Stop it; data stays");
  CLI::App* status_verb = app.add_subcommand("status", "What runs, and where");
  status_verb->add_flag("--json", arguments.json, "As JSON");
  CLI::App* verify_verb = app.add_subcommand("verify", "Walk each link and say what is wrong");
  verify_verb->add_option("what", arguments.verify.what, "nats, github, terraform or all")
      ->required()
      ->check(CLI::IsMember({"nats", "github", "terraform", "all"}));
  verify_verb->add_option("--org", arguments.verify.org,
                          "Of github: whose repository .github; else GITHUB_ORG");
  app.add_subcommand("env", "What to export for terraform: eval \"$(ghboot env)\"");
  for (const char* name : not_built_yet_verbs)
    app.add_subcommand(name)->group("")->allow_extras()->fallthrough(false);
}

Result<ExitCode> run(const CLI::App& app, const Arguments& arguments) {
  if (app.get_subcommands().empty())
    return fail(ExitCode::wrong_use, "what shall it do? ghboot --help lists the verbs");
  const std::string verb = app.get_subcommands().front()->get_name();
  if (std::ranges::find(not_built_yet_verbs, verb) != not_built_yet_verbs.end())
    return fail(ExitCode::cannot_run, fmt::format("{}: not built yet; ghboot --help lists what is", verb));
  if (verb == "store") return store(arguments.store, process_environment);
  if (verb == "render") return render_templates(arguments.render, process_environment);
  if (verb == standin_verb) return github_standin(arguments.github_standin, process_environment);
  if (verb == "operator") return operator_init(arguments.operator_init, process_environment);
  const auto folder = DataFolder::find(arguments.data_dir, process_environment);
  if (!folder) return std::unexpected(folder.error());
  if (verb == "bootstrap") return bootstrap(*folder, arguments.bootstrap, process_environment);
  if (verb == "user" || verb == "creds") return creds(*folder, arguments.creds, process_environment);
  if (verb == "account") return account(*folder, arguments.account, process_environment);
  if (verb == "lock") return lock(app, *folder, arguments.lock);
  if (verb == "history") return history(*folder, arguments.history, process_environment);
  if (verb == "regenerate") return regenerate(*folder, arguments.regenerate, process_environment);
  if (verb == "up") return up(*folder, arguments.up, process_environment);
  if (verb == "down") return down(*folder);
  if (verb == "status") return status(*folder, arguments.json);
  if (verb == "verify") return verify(*folder, arguments.verify, process_environment);
  return env(*folder, process_environment);
}

int report(const Result<ExitCode>& outcome) {
  const bool printed = std::fflush(stdout) == 0;
  if (outcome && printed) return std::to_underlying(*outcome);
  if (outcome) return report(fail(ExitCode::failed, "what was found could not be printed"));
  fmt::print(stderr, "ghboot: {}\n", outcome.error().message);
  return std::to_underlying(outcome.error().code);
}

}  // namespace

int main(int argc, char** argv) {
  const mode_t umask_of_user = umask(077);
  CLI::App app("The helper of terraform-provider-ghboot: runs and verifies a NATS system for development");
  app.failure_message([](const CLI::App* of, const CLI::Error& error) {
    return "ghboot: " + CLI::FailureMessage::simple(of, error);
  });
  Arguments arguments;
  arguments.render.umask = umask_of_user;
  try {
    declare(app, arguments);
    app.parse(argc, argv);
    ghboot::nats::end_process(report(run(app, arguments)));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : std::to_underlying(ExitCode::wrong_use);
  } catch (
      const std::exception& error) {  // Nothing of ours throws: no memory, or nobody takes what is printed.
    std::fputs(error.what(), stderr);
    return std::to_underlying(ExitCode::failed);
  }
}
