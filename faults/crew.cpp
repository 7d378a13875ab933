// SPDX-License-Identifier: Apache-2.0
#include "faults/crew.h"

#include <csignal>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "faults/pace.h"

namespace ghboot::faults {

namespace fs = std::filesystem;
using std::chrono::nanoseconds, std::chrono::seconds;

namespace {

// Who is fast has waited longer by its own clock and is let in sooner: were there many, hardly anyone who is
// slow would hold the lock when one who is fast takes it over.
constexpr std::size_t fast_every = 8;

fs::path history_of(const fs::path& folder, const std::string& name) {
  return folder / (name + std::string(history_extension));
}

}  // namespace

Crew::Crew(CrewOptions options, const std::vector<std::uint16_t>& ports, const nats::Creds& creds)
    : options_(std::move(options)), own_(history_of(options_.folder, "driver")) {
  acceptance::write_file(creds_.path() / "user.creds", creds.format().reveal());
  for (std::size_t index = 0; index < options_.processes; ++index) {
    all_.emplace_back(ports, index, options_.seed * 1000 + index);
    begin(index);
  }
}

void Crew::begin(std::size_t index) {
  One& one = all_[index];
  one.name = fmt::format("p{}.{}", index, one.life++);
  const auto seed = (options_.seed * 1000 + index) * 1000 + static_cast<std::uint64_t>(one.life);
  std::vector<std::string> argv{options_.program.string(), "contend"};
  for (const std::string& url : one.wire.urls()) argv.insert(argv.end(), {"--url", url});
  argv.insert(argv.end(), {"--creds", (creds_.path() / "user.creds").string(), "--history",
                           history_of(options_.folder, one.name).string(), "--name", one.name, "--contenders",
                           std::to_string(options_.contenders), "--seed", std::to_string(seed), "--pace",
                           std::to_string(index % fast_every == 1 ? pace_fast : pace_slow), "--until",
                           std::to_string(nanoseconds(options_.until.time_since_epoch()).count())});
  one.process.emplace(acceptance::Command{.argv = argv, .folder = options_.folder, .environment = {}});
}

void Crew::kill(std::size_t index) {
  One& one = all_[index];
  const nanoseconds before = monotonic_now();
  one.process->signal(SIGKILL);
  static_cast<void>(one.process->wait(seconds(10)));
  own_.add({{before, monotonic_now()}, one.name, Kind::killed, {}});
  begin(index);
}

void Crew::freeze(std::size_t index) { all_[index].process->signal(SIGSTOP); }

void Crew::thaw(std::size_t index, int life) {
  if (all_[index].life == life) all_[index].process->signal(SIGCONT);
}

int Crew::replace_ended() {
  int count = 0;
  for (std::size_t index = 0; index < all_.size(); ++index) {
    if (all_[index].process->running()) continue;
    expect_end(all_[index]);
    ++count;
    begin(index);
  }
  return count;
}

void Crew::expect_end() {
  for (One& one : all_) expect_end(one);
}

void Crew::expect_end(One& one) {
  const nanoseconds before = monotonic_now();
  const auto outcome = one.process->wait(seconds(30));
  own_.add({{before, monotonic_now()}, one.name, Kind::killed, {}});
  if (outcome.exit_code != 0 && outcome.exit_code != exit_of_who_left)
    throw std::runtime_error(fmt::format("{} ended with exit code {}, signal {}: {}", one.name,
                                         outcome.exit_code, outcome.signal, outcome.text()));
}

std::optional<std::size_t> Crew::holder() const {
  for (std::size_t index = 0; index < all_.size(); ++index)
    if (is_holder(all_[index])) return index;
  return std::nullopt;
}

// By the last whole line of its history.
bool Crew::is_holder(const One& one) const {
  const fs::path file = history_of(options_.folder, one.name);
  std::string text = fs::exists(file) ? acceptance::read_file(file) : "";
  text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  if (text.empty()) return false;
  const auto start = text.rfind('\n', text.size() - 2);
  const auto events = parse_history(start == std::string::npos ? text : text.substr(start + 1));
  if (!events || events->empty()) return false;
  const Kind kind = events->back().kind;
  return kind == Kind::acquired || kind == Kind::held || kind == Kind::renewed;
}

}  // namespace ghboot::faults
