// SPDX-License-Identifier: Apache-2.0
// regeneration_rounds: what a regeneration of 10, 100 and 1,000 files asks of GitHub and how long it takes,
// against the stand-in, beside the least that the Git data API allows and a client that writes one commit a
// file. Prints NAME FILES REQUESTS LEAST SECONDS PEER_REQUESTS PEER_SECONDS a line.
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "acceptance/repository_place.h"
#include "github/client.h"
#include "nats/process_end.h"
#include "regen/commit_run.h"

namespace {

using namespace ghboot;
using acceptance::RepositoryPlace;
using render::RenderedFile;

nats::Wait wait() { return {nats::system_clock().now() + std::chrono::minutes(20)}; }

std::vector<RenderedFile> files(int count, int changed, std::string_view text) {
  std::vector<RenderedFile> out;
  for (int index = 0; index < count; ++index)
    out.push_back(
        {.path = fmt::format("folder-{}/file-{:04}.txt", index % 10, index),
         .bytes = fmt::format("{} {}\n{:>1000}\n", index, index < changed ? text : "as it was", "")});
  return out;
}

struct Cost {
  int requests = 0;
  double seconds = 0;
};

// One repository, and one client that writes without the pause that GitHub asks for.
class Round {
 public:
  Round() {
    place_.github->standin().set_log([this](const std::string&) { ++asked_; });
    auto made = github::Client::make({.base_url = place_.github->address(),
                                      .token = nats::Secret("root-token"),
                                      .pace = {.between_writes = std::chrono::milliseconds(0)}},
                                     nats::system_clock(), nats::system_random());
    if (!made) throw std::runtime_error(made.error().message);
    client_ = *std::move(made);
  }

  Cost regenerate(const std::vector<RenderedFile>& wanted) {
    return cost_of([&] {
      regen::RunOrder order = regen::RunOrder::without_lock();
      order.token = {.generation = 1, .sequence = ++token_};
      regen::CommitRun run({.client = *client_, .clock = nats::system_clock()},
                           {.repository = {"acme", "shop"}, .branch = "main"});
      const auto done = run.run([&] { return wanted; }, order, wait());
      if (!done) throw std::runtime_error(done.error().message);
    });
  }
  Cost one_commit_a_file(const std::vector<RenderedFile>& changed) {
    return cost_of([&] {
      for (const RenderedFile& file : changed) place_.put(file.path, file.bytes);
    });
  }

 private:
  Cost cost_of(const std::function<void()>& what) {
    asked_ = 0;
    const auto begin = std::chrono::steady_clock::now();
    what();
    return {asked_, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
  }

  int asked_ = 0;
  std::uint64_t token_ = 0;
  RepositoryPlace place_{"shop"};
  std::unique_ptr<github::Client> client_;
};

void print(std::string_view name, int count, const Cost& ours, int least, const Cost& peer) {
  fmt::print("{} {} {} {} {:.3f} {} {:.3f}\n", name, count, ours.requests, least, ours.seconds, peer.requests,
             peer.seconds);
  std::fflush(stdout);
}

void measure(int count) {
  Round round;
  // Each that is changed has to be looked at, and then written.
  const auto changed = [&](int number, std::string_view text) {
    auto some = files(count, number, text);
    some.resize(static_cast<std::size_t>(number));
    return round.one_commit_a_file(some);
  };
  round.regenerate(files(count, 0, ""));
  print("unchanged", count, round.regenerate(files(count, 0, "")), 3, changed(0, ""));
  const Cost one = round.regenerate(files(count, 1, "one"));
  print("one-changed", count, one, 6, changed(1, "another"));
  const Cost all = round.regenerate(files(count, count, "all"));
  print("all-changed", count, all, 6, changed(count, "others"));
}

}  // namespace

int main() {
  int code = 0;
  try {
    for (const int count : {10, 100, 1000}) measure(count);
  } catch (const std::exception& error) {
    fmt::print(stderr, "regeneration_rounds: {}\n", error.what());
    code = 1;
  }
  nats::end_process(code);
}
