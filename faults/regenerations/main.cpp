// SPDX-License-Identifier: Apache-2.0
// regeneration_faults: regenerations under faults, and what came of them as a table. Exit codes: 0, all is as
// promised; 1, something is not; 2, the harness itself failed.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "faults/run_kills.h"
#include "nats/process_end.h"

namespace {

using namespace ghboot::faults;
using std::chrono::milliseconds;

struct Arguments {
  unsigned rounds = 1, at_once = 8, seed = 1, killed = 1;
  bool is_short = false;  // What CI has time for.
};

// A lease, what it takes to be sure of it, and a run, on a busy machine.
constexpr std::chrono::seconds next_max{60};

struct Row {  // Of one point, both moments.
  std::string scene, text;
  std::size_t before = 0, after = 0, unmet = 0, untried = 0, late = 0;
  milliseconds longest{0};
  Verdict verdict{};
};

std::string name_of(Scene scene) {
  switch (scene) {
    case Scene::change:
      return "a file changes";
    case Scene::failure:
      return "the run fails";
    case Scene::after_lost:
      return "after one that was cut off";
  }
  return "";
}

// All of them, so many at once: most of each is waiting for a lease.
void run_all(std::vector<std::function<void()>> jobs, unsigned at_once) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failed;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < at_once; ++i)
      threads.emplace_back([&] {
        for (std::size_t mine = next++; mine < jobs.size(); mine = next++) try {
            jobs[mine]();
          } catch (...) {
            const std::lock_guard lock(mutex);
            failed = std::current_exception();
          }
      });
  }
  if (failed) std::rethrow_exception(failed);
}

std::string cells(const Verdict& verdict) {
  return fmt::format("{} | {} | {} | {} | {} | {}", verdict.overlaps, verdict.falls, verdict.older,
                     verdict.lost, verdict.doubled + verdict.strange, verdict.fences);
}

void take(Row& row, const KillPoint& point, const KillTried& tried) {
  row.verdict += tried.verdict;
  if (!tried.was_met) {
    ++row.unmet;
    return;
  }
  ++(point.is_before ? row.before : row.after);
  row.longest = std::max(row.longest, tried.next_done);
  if (tried.next_done > next_max || !tried.next_error.empty()) ++row.late;
}

class Table {  // Rows in the order in which their points were first named. Threads: any.
 public:
  void name(const KillPoint& point) { row_of(point); }
  void add(const KillPoint& point) {
    std::optional<KillTried> tried;
    std::string why;
    try {
      tried = try_kill(point);
    } catch (const std::exception& error) {
      why = error.what();
    }
    const std::lock_guard lock(mutex_);
    Row& row = row_of(point);
    const std::string where =
        fmt::format("{}, {}, {}", name_of(point.scene), point.text(), point.is_before ? "before" : "after");
    if (tried) take(row, point, *tried);
    if (!tried) {
      ++row.untried;
      fmt::print(stderr, "not tried: {}: {}\n", where, why);
    } else if (!tried->verdict.is_good() || !tried->next_error.empty()) {
      fmt::print(stderr, "broken: {}: {}\n", where, tried->next_error);
    }
  }
  int print() const;

 private:
  using Key = std::tuple<Scene, bool, std::string, int>;

  Row& row_of(const KillPoint& point) {
    const Key key{point.scene, point.is_append, point.what, point.nth};
    const auto there = std::ranges::find(rows_, key, &std::pair<Key, Row>::first);
    if (there != rows_.end()) return there->second;
    return rows_.emplace_back(key, Row{.scene = name_of(point.scene), .text = point.text()}).second;
  }

  std::mutex mutex_;
  std::vector<std::pair<Key, Row>> rows_;
};

int Table::print() const {
  fmt::print(
      "| the killed run | killed at | before it, after it | next run done after, at most | overlaps | tokens "
      "that fall | older over newer | lost | other findings | fences |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  Row all{.scene = "**all**"};
  const auto tell = [](const Row& row) {
    fmt::print("| {} | {} | {}, {}{} | {:.1f} s | {} |\n", row.scene, row.text, row.before, row.after,
               row.unmet == 0 ? "" : fmt::format(" ({} not met)", row.unmet),
               static_cast<double>(row.longest.count()) / 1000, cells(row.verdict));
  };
  for (const auto& [key, row] : rows_) {
    tell(row);
    all.before += row.before;
    all.after += row.after;
    all.unmet += row.unmet;
    all.untried += row.untried;
    all.late += row.late;
    all.longest = std::max(all.longest, row.longest);
    all.verdict += row.verdict;
  }
  tell(all);
  if (all.late != 0) fmt::print("{} next runs failed, or took more than {} s\n", all.late, next_max.count());
  if (!all.verdict.is_good() || all.late != 0) return 1;
  if (all.untried != 0) fmt::print("{} points were not tried: see above\n", all.untried);
  return all.untried == 0 && all.before + all.after > all.unmet ? 0 : 2;
}

int kills(const Arguments& args) {
  std::array<std::vector<KillPoint>, 3> found;
  std::vector<std::function<void()>> jobs;
  for (const Scene scene : {Scene::change, Scene::failure, Scene::after_lost})
    jobs.emplace_back([&found, scene] { found[std::to_underlying(scene)] = kill_points(scene); });
  run_all(std::exchange(jobs, {}), args.at_once);
  Table table;
  for (unsigned round = 0; round < args.rounds; ++round)
    for (const auto& points : found)
      for (const KillPoint& one : points) {
        if (args.is_short && !is_chief(one)) continue;
        table.name(one);
        jobs.emplace_back([&table, one] { table.add(one); });
      }
  run_all(std::move(jobs), args.at_once);
  return table.print();
}

int crowd(const Arguments& args) {
  std::mutex mutex;
  std::vector<std::function<void()>> jobs;
  CrowdTried calm, killed;
  bool is_good = true;
  const auto add = [&](CrowdTried& to, const CrowdOptions& options) {
    const CrowdTried tried = try_crowd(options);
    const std::lock_guard lock(mutex);
    to.killed += tried.killed;
    to.failed += tried.failed;
    to.took = std::max(to.took, tried.took);
    to.verdict += tried.verdict;
    is_good = is_good && tried.verdict.is_good() && tried.failed == 0;
  };
  for (unsigned round = 0; round < args.rounds; ++round) {
    jobs.emplace_back([&, round] { add(calm, {.seed = args.seed + round}); });
    jobs.emplace_back(
        [&, round] { add(killed, {.seed = args.seed + round, .killed = static_cast<int>(args.killed)}); });
  }
  run_all(std::move(jobs), args.at_once);
  fmt::print(
      "| eight and one apply at once | rounds | killed | others that failed | runs | commits, of them fences "
      "| "
      "moves refused | longest round | overlaps | tokens that fall | older over newer | lost | other "
      "findings |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const auto& [name, tried] : {std::pair("nobody is killed", calm), {"some are killed", killed}})
    fmt::print("| {} | {} | {} | {} | {} | {}, {} | {} | {:.1f} s | {} | {} | {} | {} | {} |\n", name,
               args.rounds, tried.killed, tried.failed, tried.verdict.runs, tried.verdict.commits,
               tried.verdict.fences, tried.verdict.refused, static_cast<double>(tried.took.count()) / 1000,
               tried.verdict.overlaps, tried.verdict.falls, tried.verdict.older, tried.verdict.lost,
               tried.verdict.doubled + tried.verdict.strange);
  return is_good ? 0 : 1;
}

CLI::App* declare(CLI::App& app, Arguments& args, const char* name, const char* what) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->add_option("--rounds", args.rounds, "How often")->check(CLI::Range(1, 10'000));
  verb->add_option("--at-once", args.at_once, "Side by side")->check(CLI::Range(1, 64));
  return verb;
}

int main_of(int argc, char** argv) {
  CLI::App app("Regenerations under faults");
  app.require_subcommand(1);
  Arguments args;
  CLI::App* const kill_verb = declare(app, args, "kills", "SIGKILL at each request and each append");
  kill_verb->add_flag("--short", args.is_short, "The appends of the log, and what changes the branch");
  CLI::App* const crowd_verb = declare(app, args, "crowd", "Eight and a terraform apply at once");
  crowd_verb->add_option("--seed", args.seed, "Draws who is killed, and where");
  crowd_verb->add_option("--killed", args.killed, "How many, of eight")->check(CLI::Range(1, 8));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return kill_verb->parsed() ? kills(args) : crowd(args);
}

}  // namespace

int main(int argc, char** argv) {
  int code = 2;
  try {
    code = main_of(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "regeneration_faults: {}\n", error.what());
  }
  ghboot::nats::end_process(code);
}
