// SPDX-License-Identifier: Apache-2.0
// lock_faults: the lock under faults. Exit codes: 0, no rule is broken; 1, one is, and the histories are
// kept; 2, the harness itself failed.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "acceptance/temp_folder.h"
#include "faults/contender.h"
#include "faults/history_check.h"
#include "faults/player.h"
#include "faults/plays.h"
#include "faults/schedule.h"
#include "nats/process_end.h"

namespace {

using namespace ghboot::faults;
namespace fs = std::filesystem;

struct Arguments {
  ScheduleOptions schedule;
  ContenderOptions contender;
  std::int64_t seconds = 25;
  std::string histories;
  std::vector<std::string> plays;  // None: all.
};

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

void tell_findings(const Checked& checked) {
  constexpr std::size_t told_max = 10;
  for (std::size_t i = 0; i < checked.findings.size() && i < told_max; ++i)
    fmt::print("broken, {}: {}\n", name_of(checked.findings[i].rule), checked.findings[i].text);
}

void tell(const Checked& checked) {
  fmt::print("acquisitions {}, handovers {}, tries {} ({:.2f} an acquisition), renewals {}, losses {}\n",
             checked.acquisitions, checked.handovers, checked.tries,
             static_cast<double>(checked.tries) /
                 static_cast<double>(std::max<std::size_t>(checked.acquisitions, 1)),
             checked.renewals, checked.losses);
  fmt::print(
      "overlaps {}, falls of tokens {}, starved {}, other findings {}; longest wait {:.1f} s, at most {} "
      "others "
      "got in while one waited\n",
      checked.count(Rule::no_overlap), checked.count(Rule::tokens_rise), checked.count(Rule::nobody_starves),
      checked.findings.size() - checked.count(Rule::no_overlap) - checked.count(Rule::tokens_rise) -
          checked.count(Rule::nobody_starves),
      seconds_of(checked.longest_wait), checked.most_others);
  const auto& deaths = checked.death_to_next;
  if (!deaths.empty())
    fmt::print("from a holder's death to the next: {} times, median {:.1f} s, longest {:.1f} s\n",
               deaths.size(), seconds_of(deaths[deaths.size() / 2]), seconds_of(deaths.back()));
  tell_findings(checked);
}

// When the first was broken, and what had been done before it.
void tell_first(const Checked& checked, const std::vector<DoneFault>& faults) {
  if (checked.findings.empty()) return;
  const Finding& first = std::ranges::min(checked.findings, {}, &Finding::at);
  std::string before;
  for (auto fault = faults.rbegin(); fault != faults.rend(); ++fault)
    if (fault->at < first.at && first.at - fault->at < lease_of_contenders * 2)
      before += fmt::format("{}{}", before.empty() ? "; before it: " : ", ", fault->what);
  fmt::print("first broken after {:.1f} s: {}{}\n", seconds_of(first.at - checked.begun), name_of(first.rule),
             before);
}

int judge(const fs::path& folder, const std::vector<DoneFault>& faults = {}) {
  const Checked checked = check_history(read_histories(folder));
  tell(checked);
  tell_first(checked, faults);
  if (checked.acquisitions == 0) throw std::runtime_error("nobody acquired the lock: nothing was tested");
  return checked.findings.empty() ? 0 : 1;
}

void tell_faults(const std::vector<DoneFault>& faults) {
  std::map<std::string, int> counts;
  for (const DoneFault& fault : faults) ++counts[fault.what];
  std::string text;
  for (const auto& [what, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "faults: " : ", ", what, count);
  fmt::print("{}\n", text);
}

void keep(const fs::path& histories, const fs::path& kept) {
  fs::copy(histories, kept, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  fmt::print("the histories are in {}\n", kept.string());
}

// What of a lone leader's schedule did not come about is put into `missing`.
int run_once(const Arguments& args, ScheduleOptions schedule, std::string& missing) {
  const ghboot::acceptance::TempFolder temporary;
  schedule.folder = temporary.path() / "histories";
  fs::create_directories(schedule.folder);
  const auto done = run_schedule(schedule);
  tell_faults(done.faults);
  int code = judge(schedule.folder, done.faults);
  if (!done.difference.empty()) {
    fmt::print("broken, replicas are equal: {}\n", done.difference);
    code = 1;
  }
  if (!args.histories.empty())
    keep(schedule.folder, args.histories);
  else if (code != 0)
    keep(schedule.folder, temporary.path().string() + "-histories");
  missing = done.missing;
  return code;
}

// A lone leader's schedule again, with other servers and twice the patience, while it does not come about.
int run(Arguments& args) {
  auto& schedule = args.schedule;
  schedule.program = fs::read_symlink("/proc/self/exe");
  schedule.length = std::chrono::seconds(args.seconds);
  fmt::print("seed {}, {} s, {} processes of {}, servers {}, replicas {}\n", schedule.seed, args.seconds,
             schedule.processes, schedule.contenders, schedule.shape.servers, schedule.shape.replicas);
  constexpr int tries_max = 3;
  for (int tries = 1; tries <= tries_max; ++tries, schedule.patience *= 2) {
    std::fflush(stdout);
    std::string missing;
    const int code = run_once(args, schedule, missing);
    if (code != 0 || missing.empty()) return code;
    fmt::print("try {} of {} has shown little: '{}' did not come about within {} s\n", tries, tries_max,
               missing, schedule.patience.count());
  }
  throw std::runtime_error(
      "the lone leader's schedule did not come about: try again where the machine has less to do");
}

std::string play_in_time(const Play& one, const fs::path& folder) {
  constexpr int tries_max = 3;
  for (int tries = 1;; ++tries) try {
      return one.run(folder);
    } catch (const ShownNothing& error) {
      if (tries == tries_max)
        throw std::runtime_error(fmt::format(
            "{} has shown nothing in {} tries, at last as {}: try again where the machine has less to do",
            one.name, tries_max, error.what()));
      fmt::print("try {} has shown nothing: {}\n", tries, error.what());
      fs::remove_all(folder);
      fs::create_directories(folder);
    }
}

int play(const Play& one) {
  const ghboot::acceptance::TempFolder temporary;
  const fs::path folder = temporary.path() / "histories";
  fs::create_directories(folder);
  fmt::print("{}: {}\n", one.name, one.shows);
  std::fflush(stdout);
  const std::string told = play_in_time(one, folder);
  Checked checked = check_history(read_histories(folder));
  if (one.only)
    std::erase_if(checked.findings, [&](const Finding& found) { return found.rule != *one.only; });
  tell_findings(checked);
  tell_first(checked, {});
  if (!told.empty()) fmt::print("{}\n", told);
  return checked.findings.empty() ? 0 : 1;
}

int play(const std::vector<std::string>& names) {
  int code = 0;
  for (const Play& one : plays())
    if (names.empty() || std::ranges::find(names, one.name) != names.end()) code = std::max(code, play(one));
  return code;
}

CLI::App* declare_run(CLI::App& app, Arguments& args) {
  CLI::App* verb = app.add_subcommand("run", "Contend under faults, and check");
  verb->add_option("--seed", args.schedule.seed, "Draws the schedule");
  verb->add_option("--seconds", args.seconds, "How long")->check(CLI::Range(1, 86'400));
  verb->add_option("--processes", args.schedule.processes, "How many")->check(CLI::Range(1, 64));
  verb->add_option("--contenders", args.schedule.contenders, "In each")->check(CLI::Range(1, 64));
  verb->add_option("--servers", args.schedule.shape.servers, "Of a cluster")->check(CLI::Range(1, 5));
  verb->add_option("--replicas", args.schedule.shape.replicas, "Of the lock's stream")
      ->check(CLI::IsMember({1, 3}));
  verb->add_flag("--lone-leader", args.schedule.has_lone_leader, "The fixed schedule, of three servers");
  verb->add_option("--histories", args.histories, "A folder to keep the histories in");
  return verb;
}

CLI::App* declare_check(CLI::App& app, Arguments& args) {
  CLI::App* verb = app.add_subcommand("check", "Check histories that were kept");
  verb->add_option("--histories", args.histories, "Their folder")->required();
  return verb;
}

CLI::App* declare_play(CLI::App& app, Arguments& args) {
  CLI::App* verb = app.add_subcommand("play", "Fixed schedules, and check");
  std::set<std::string> names;
  for (const Play& one : plays()) names.emplace(one.name);
  verb->add_option("names", args.plays, "Which; none: all")->check(CLI::IsMember(names));
  return verb;
}

// What run starts.
CLI::App* declare_contend(CLI::App& app, ContenderOptions& contender) {
  CLI::App* verb = app.add_subcommand("contend", "One process of contenders")->group("");
  verb->add_option("--url", contender.urls)->required();
  verb->add_option("--creds", contender.creds)->required();
  verb->add_option("--history", contender.history)->required();
  verb->add_option("--name", contender.name)->required();
  verb->add_option("--contenders", contender.contenders)->required();
  verb->add_option("--seed", contender.seed)->required();
  verb->add_option("--pace", contender.pace)->required();
  verb->add_option("--until", contender.until)->required();
  return verb;
}

int main_of(int argc, char** argv) {
  CLI::App app("The lock under faults");
  app.require_subcommand(1);
  Arguments args;
  const CLI::App* const runs = declare_run(app, args);
  const CLI::App* const checks = declare_check(app, args);
  const CLI::App* const play_verb = declare_play(app, args);
  declare_contend(app, args.contender);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (runs->parsed()) return run(args);
  if (checks->parsed()) return judge(args.histories);
  if (play_verb->parsed()) return play(args.plays);
  contend(args.contender);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int code = 2;
  try {
    code = main_of(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "lock_faults: {}\n", error.what());
  }
  ghboot::nats::end_process(code);
}
