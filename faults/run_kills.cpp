// SPDX-License-Identifier: Apache-2.0
#include "faults/run_kills.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "faults/run_place.h"
#include "nats/environment.h"

namespace ghboot::faults {

using acceptance::Moment;
using acceptance::Outcome;
using acceptance::Process;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds run_max{150};                              // Of several leases, on a busy machine.
constexpr int first = 1, cut_off = 2, victim = 3, next = 4;  // Versions of the templates.
constexpr std::string_view subject_start = "github.acme";

milliseconds since(nats::SteadyTime begun) {
  return std::chrono::duration_cast<milliseconds>(nats::system_clock().now() - begun);
}

// "started" of github.acme__….regeneration_started; "" of what is no append.
std::string append_in(std::string_view subject) {
  constexpr std::string_view mark = ".regeneration_";
  const auto at = subject.find(mark);
  if (!subject.starts_with(subject_start) || at == std::string_view::npos) return "";
  std::string what(subject.substr(at + mark.size()));
  return what == "wait" ? "" : what;  // That is no append: it is only heard.
}

// So that the victim's run is of this kind.
void prepare(RunPlace& place, Scene scene) {
  place.run(first);
  if (scene == Scene::failure) place.refuse_next_tree();
  if (scene != Scene::after_lost) return;
  // Of what a first run that changes a file asks, the sixth write moves the branch: that is found by its
  // name.
  place.repository.fault({{"method", "PATCH"},
                          {"path_prefix", "/repos/acme/.github/git/refs"},
                          {"times", 1},
                          {"cut", "before"}});
  static_cast<void>(place.start(cut_off).wait(run_max));
  place.release_lock();
}

void kill_at_append(RunPlace& place, const KillPoint& point, KillTried& tried) {
  place.proxy.hold(point.is_before ? Moment::before_sending : Moment::before_answer,
                   [&point, seen = 0](std::string_view subject) mutable {
                     return append_in(subject) == point.what && ++seen == point.nth;
                   });
  Process killed = place.start(victim, true);
  while (!tried.was_met && killed.running()) tried.was_met = place.proxy.wait_until_held(seconds(1));
  if (tried.was_met) killed.signal(SIGKILL);
  const Outcome outcome = killed.wait(run_max);
  // What was held is not sent any more: it never left the dead.
  if (point.is_before)
    place.proxy.judge([](acceptance::Way, std::string_view) {
      return acceptance::Passage{.kind = acceptance::Passage::Kind::drop};
    });
  place.proxy.release();
  if (!tried.was_met) place.ended(victim, outcome);
}

void kill_at_request(RunPlace& place, const KillPoint& point, KillTried& tried) {
  place.kill_at_request(victim, point.nth, point.is_before);
  const Outcome outcome = place.start(victim).wait(run_max);
  tried.was_met = place.was_killed(victim);
  if (!tried.was_met) place.ended(victim, outcome);
}

// What a scene has that no other has: to read again what `change` has read shows nothing new.
bool is_of(const KillPoint& point) {
  if (point.scene == Scene::failure)
    return point.is_append && (point.what == "failed" || point.what == "lock");
  return point.scene == Scene::change || point.is_append || !point.what.starts_with("GET");
}

}  // namespace

std::string KillPoint::text() const {
  if (!is_append) return what;
  return nth == 1 && what != "lock" ? fmt::format("`{}`", what) : fmt::format("`{}`, {}.", what, nth);
}

bool is_chief(const KillPoint& point) {
  if (point.scene == Scene::failure) return point.is_append && point.what == "failed";
  if (point.scene == Scene::after_lost) return point.is_append && point.what == "failed";
  return point.is_append ? point.what == "started" || point.what == "completed"
                         : point.what == "POST git/commits" || point.what.starts_with("PATCH");
}

std::vector<KillPoint> kill_points(Scene scene) {
  RunPlace place;
  prepare(place, scene);
  static_cast<void>(place.start(victim, true).wait(run_max));
  std::vector<KillPoint> out;
  const auto add = [&](KillPoint point) {
    if (!is_of(point)) return;
    for (const bool is_before : {true, false}) {
      point.is_before = is_before;
      out.push_back(point);
    }
  };
  int nth = 0;
  for (const std::string& what : place.requests(victim)) add({.scene = scene, .what = what, .nth = ++nth});
  std::map<std::string, int> seen;
  for (const std::string& subject : place.proxy.published())
    if (const std::string what = append_in(subject); !what.empty())
      add({.scene = scene, .is_append = true, .what = what, .nth = ++seen[what]});
  return out;
}

KillTried try_kill(const KillPoint& point) {
  RunPlace place;
  prepare(place, point.scene);
  KillTried tried;
  point.is_append ? kill_at_append(place, point, tried) : kill_at_request(place, point, tried);
  place.repository.control("DELETE", "/faults", nullptr);  // What the victim did not live to meet.
  const auto begun = nats::system_clock().now();
  const Outcome outcome = place.start(next).wait(run_max);
  tried.next_done = since(begun);
  tried.next_error = outcome.ok() ? "" : outcome.text();
  place.ended(next, outcome);
  tried.verdict = place.verdict();
  return tried;
}

CrowdTried try_crowd(const CrowdOptions& options) {
  constexpr int of_terraform = 100, requests_max = 9;
  std::mt19937 draw(options.seed);
  RunPlace place;
  place.run(first);
  std::vector<int> versions;
  for (int i = 0; i < options.people; ++i) versions.push_back(first + 1 + i);
  std::vector<int> doomed = versions;
  std::ranges::shuffle(doomed, draw);
  doomed.resize(static_cast<std::size_t>(options.killed));
  // The first request is before the lock: to die there is no trouble for anybody.
  for (const int version : doomed)
    place.kill_at_request(version, std::uniform_int_distribution(2, requests_max)(draw),
                          std::bernoulli_distribution()(draw));
  const auto begun = nats::system_clock().now();
  std::vector<std::pair<int, Process>> all;
  all.reserve(versions.size() + 1);
  for (const int version : versions) all.emplace_back(version, place.start(version));
  all.emplace_back(of_terraform, place.start_terraform(of_terraform));
  CrowdTried tried;
  for (auto& [version, process] : all) {
    const Outcome outcome = process.wait(run_max * (options.killed + 1));
    place.ended(version, outcome);
    if (place.was_killed(version))
      ++tried.killed;
    else if (!outcome.ok())
      ++tried.failed;
  }
  tried.took = since(begun);
  place.run(of_terraform + 1);  // What was cut off last is fenced off.
  tried.verdict = place.verdict();
  return tried;
}

}  // namespace ghboot::faults
