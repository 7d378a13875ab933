// SPDX-License-Identifier: Apache-2.0
#include "faults/schedule.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "acceptance/lock_place.h"
#include "acceptance/process.h"
#include "acceptance/temp_folder.h"
#include "faults/contender.h"

namespace ghboot::faults {

namespace fs = std::filesystem;
using acceptance::Process;
using std::chrono::milliseconds, std::chrono::nanoseconds, std::chrono::seconds;

namespace {

constexpr std::string_view extension = ".history";

struct Contenders {  // A process of them, or what comes in its place when it is dead.
  std::optional<Process> process;
  std::string name;
  int life = 0;
};

struct Later {
  nats::SteadyTime at;
  std::function<void()> act;
};

// What is drawn for one fault, whether it is used or not: so that a seed gives one schedule.
struct Drawn {
  std::size_t fault, victim;
  bool is_holder_meant;
  milliseconds rest;
  double share;
};

class Schedule {
 public:
  explicit Schedule(const ScheduleOptions& options)
      : options_(options),
        chance_(options.seed),
        own_(options.folder / fmt::format("driver{}", extension)),
        end_(clock_.now()),
        contenders_(options.processes) {
    acceptance::write_file(creds_.path() / "user.creds", place_.options.creds->format().reveal());
    end_ = clock_.now() + options.length;
    for (std::size_t index = 0; index < contenders_.size(); ++index) begin(index);
  }

  std::map<std::string, int> run() {
    auto next = clock_.now() + seconds(1);
    while (clock_.now() < end_) {
      clock_.sleep(milliseconds(20), {end_});
      do_what_is_due(clock_.now());
      begin_again();
      if (clock_.now() < next) continue;
      const Drawn drawn = draw();
      do_fault(drawn);
      next = clock_.now() + drawn.rest;
    }
    do_what_is_due(nats::SteadyTime::max());
    for (Contenders& one : contenders_)
      if (one.process) expect_end(one);
    return std::move(done_);
  }

 private:
  Drawn draw() {
    const auto below = [&](double most) { return std::uniform_real_distribution<double>(0, most)(chance_); };
    return {.fault = std::discrete_distribution<std::size_t>({20, 30, 15, 15, 10, 10})(chance_),
            .victim = static_cast<std::size_t>(below(static_cast<double>(contenders_.size()))),
            .is_holder_meant = below(2) < 1,
            .rest = milliseconds(500 + static_cast<int>(below(3000))),
            .share = below(1)};
  }

  void do_fault(const Drawn& drawn) {
    const milliseconds lease = lease_of_contenders;
    const auto part = [&](milliseconds most) {
      return milliseconds(static_cast<std::int64_t>(drawn.share * static_cast<double>(most.count())));
    };
    switch (drawn.fault) {
      case 0:
        return kill(victim(drawn));
      case 1:
        return freeze(victim(drawn), lease + seconds(1) + part(seconds(2)));
      case 2:
        return freeze(victim(drawn), milliseconds(200) + part(lease - seconds(1)));
      case 3:
        return freeze_server(seconds(1) + part(seconds(7)));
      case 4:
        return end_server("server restarted", part(seconds(2)), [this] { place_.server.stop(); });
      default:
        return end_server("server killed", part(seconds(2)), [this] { place_.server.kill(); });
    }
  }

  void begin(std::size_t index) {
    Contenders& one = contenders_[index];
    one.name = fmt::format("p{}.{}", index, one.life++);
    const fs::path history = options_.folder / (one.name + std::string(extension));
    one.process.emplace(acceptance::Command{
        .argv = {options_.program.string(), "contend", "--url", place_.server.url(), "--creds",
                 (creds_.path() / "user.creds").string(), "--history", history.string(), "--name", one.name,
                 "--contenders", std::to_string(options_.contenders), "--seed",
                 std::to_string((options_.seed * 1000 + index) * 1000 + static_cast<std::uint64_t>(one.life)),
                 "--until", std::to_string(nanoseconds(end_.time_since_epoch()).count())},
        .folder = options_.folder,
        .environment = {}});
  }

  // Who has ended itself is replaced.
  void begin_again() {
    for (std::size_t index = 0; index < contenders_.size(); ++index) {
      Contenders& one = contenders_[index];
      if (one.process->running() || clock_.now() >= end_) continue;
      expect_end(one);
      ++done_["left"];
      begin(index);
    }
  }

  void expect_end(Contenders& one) {
    const nanoseconds before = monotonic_now();
    const auto outcome = one.process->wait(seconds(30));
    own_.add({{before, monotonic_now()}, one.name, Kind::killed, {}});
    if (outcome.exit_code != 0 && outcome.exit_code != exit_of_who_left)
      throw std::runtime_error(fmt::format("{} ended with exit code {}, signal {}: {}", one.name,
                                           outcome.exit_code, outcome.signal, outcome.text()));
  }

  std::size_t victim(const Drawn& drawn) const {
    for (std::size_t index = 0; drawn.is_holder_meant && index < contenders_.size(); ++index)
      if (is_holder(contenders_[index])) return index;
    return drawn.victim;
  }

  // By the last whole line of its history.
  bool is_holder(const Contenders& one) const {
    const fs::path file = options_.folder / (one.name + std::string(extension));
    std::string text = fs::exists(file) ? acceptance::read_file(file) : "";
    text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
    if (text.empty()) return false;
    const auto start = text.rfind('\n', text.size() - 2);
    const auto events = parse_history(start == std::string::npos ? text : text.substr(start + 1));
    if (!events || events->empty()) return false;
    const Kind kind = events->back().kind;
    return kind == Kind::acquired || kind == Kind::held || kind == Kind::renewed;
  }

  void kill(std::size_t index) {
    Contenders& one = contenders_[index];
    const nanoseconds before = monotonic_now();
    one.process->signal(SIGKILL);
    static_cast<void>(one.process->wait(seconds(10)));
    own_.add({{before, monotonic_now()}, one.name, Kind::killed, {}});
    ++done_["killed"];
    begin(index);
  }

  void freeze(std::size_t index, milliseconds span) {
    Contenders& one = contenders_[index];
    one.process->signal(SIGSTOP);
    ++done_[span > lease_of_contenders ? "frozen for more than a lease" : "frozen"];
    later(span, [&one, life = one.life] {
      if (one.life == life) one.process->signal(SIGCONT);
    });
  }

  // Not while it is away, and not soon after: who never gets on shows nothing.
  bool takes_server_away() {
    if (clock_.now() < server_back_at_ || clock_.now() - server_back_at_ < lease_of_contenders) return false;
    server_back_at_ = nats::SteadyTime::max();
    return true;
  }

  void freeze_server(milliseconds span) {
    if (!takes_server_away()) return;
    place_.server.freeze();
    ++done_["server frozen"];
    later(span, [this] {
      place_.server.thaw();
      server_back_at_ = clock_.now();
    });
  }

  void end_server(const std::string& name, milliseconds span, const std::function<void()>& how) {
    if (!takes_server_away()) return;
    how();
    ++done_[name];
    later(span, [this] {
      place_.server.start();
      server_back_at_ = clock_.now();
    });
  }

  void later(milliseconds span, std::function<void()> act) {
    later_.push_back({clock_.now() + span, std::move(act)});
  }

  void do_what_is_due(nats::SteadyTime now) {
    for (std::size_t i = 0; i < later_.size();) {
      if (later_[i].at > now) {
        ++i;
        continue;
      }
      const auto act = std::move(later_[i].act);
      later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
      act();
    }
  }

  const ScheduleOptions& options_;
  std::mt19937_64 chance_;
  nats::Clock& clock_ = nats::system_clock();
  acceptance::LockPlace place_;
  acceptance::TempFolder creds_;
  HistoryFile own_;
  nats::SteadyTime end_;
  std::vector<Contenders> contenders_;
  std::vector<Later> later_;
  nats::SteadyTime server_back_at_{};  // In the future: it is away.
  std::map<std::string, int> done_;
};

}  // namespace

std::map<std::string, int> run_schedule(const ScheduleOptions& options) { return Schedule(options).run(); }

std::vector<Event> read_histories(const fs::path& folder) {
  std::vector<Event> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != extension) continue;
    auto events = parse_history(acceptance::read_file(entry.path()));
    if (!events)
      throw std::runtime_error(fmt::format("{}: {}", entry.path().filename().string(), events.error()));
    std::ranges::move(*events, std::back_inserter(all));
  }
  return all;
}

}  // namespace ghboot::faults
