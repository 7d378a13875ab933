// SPDX-License-Identifier: Apache-2.0
// lock_rounds [--renewals N]: what the lock costs, beside what it cannot do without: bare appends to another
// stream of the same server, each acknowledged, and a herd that polls for the same lock. Starts a nats-server
// of its own (GHBOOT_NATS_SERVER, else that on the PATH). Prints NAME OURS PEER a line; times in
// microseconds, as the median of rounds in which both take turns.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "acceptance/counted_lock_stream.h"
#include "acceptance/lock_place.h"
#include "acceptance/nats_manager.h"
#include "nats/jetstream_lock_stream.h"
#include "nats/lease.h"
#include "nats/process_end.h"

namespace {

using namespace ghboot;
using acceptance::LockPlace;
using acceptance::within;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int rounds = 300;
constexpr milliseconds work{5};    // Of who holds the lock while others wait.
constexpr milliseconds poll{100};  // The herd's pause.

double median(std::vector<double> times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

double microseconds(const std::function<void()>& what) {
  const auto begin = steady_clock::now();
  what();
  return std::chrono::duration<double, std::micro>(steady_clock::now() - begin).count();
}

template <class Result>
auto need(Result result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<typename Result::value_type>) return *std::move(result);
}

struct Contender {
  explicit Contender(const LockPlace& place)
      : connector(place.options, nats::system_clock()),
        stream(place.names, connector, nats::system_clock()),
        parts{.stream = stream,
              .clock = nats::system_clock(),
              .lock_clock = nats::system_lock_clock(),
              .random = nats::system_random(),
              .files = nats::system_files()},
        contender(anew()) {}
  // One that has seen nothing yet.
  nats::LockContender anew() const { return {{.holder = "bench"}, {}, parts}; }

  nats::Connector connector;
  acceptance::CountedLockStream stream;
  nats::LockParts parts;
  nats::LockContender contender;
};

class Bare {
 public:
  explicit Bare(LockPlace& place) {
    place.ask("STREAM.CREATE.BARE", R"({"name":"BARE","subjects":["bare"],"max_msgs_per_subject":8})");
    connection_ = need(nats::Connection::open(place.options, nats::system_clock(), within()));
  }
  void append(int times) {
    const std::string body(300, 'x');  // As a message of the lock has.
    for (int i = 0; i < times; ++i) need(connection_->request("bare", body, within()));
  }

 private:
  std::shared_ptr<nats::Connection> connection_;
};

void print(std::string_view name, double ours, double peer) {
  fmt::print("{} {:.3f} {:.3f}\n", name, ours, peer);
  std::fflush(stdout);
}

void measure_free(LockPlace& place, Bare& bare) {
  Contender followed(place), cold(place);
  need(followed.contender.follow(within(milliseconds(200))));
  std::vector<double> of_followed, of_cold, of_two, of_three;
  const auto take = [](nats::LockContender& contender) {
    need(need(contender.acquire(within())).release(within()));
  };
  for (int i = 0; i < rounds; ++i) {
    of_followed.push_back(microseconds([&] { take(followed.contender); }));
    of_two.push_back(microseconds([&] { bare.append(2); }));
    auto fresh = cold.anew();
    of_cold.push_back(microseconds([&] { take(fresh); }));
    of_three.push_back(microseconds([&] { bare.append(3); }));
    // Its own messages and the other's have come back, as they have where nobody hurries.
    need(followed.contender.follow(within(milliseconds(5))));
  }
  print("free-followed", median(of_followed), median(of_two));
  print("free-cold", median(of_cold), median(of_three));
}

void measure_handover(LockPlace& place, Bare& bare) {
  Contender one(place), other(place);
  std::vector<double> times, of_one;
  for (int i = 0; i < rounds / 3; ++i) {
    auto lease = need(one.contender.acquire(within()));
    steady_clock::time_point acquired;
    std::thread waiter([&] {
      auto next = need(other.contender.acquire(within()));
      acquired = steady_clock::now();
      need(next.release(within()));
    });
    nats::system_clock().sleep(milliseconds(20), within());  // Until it waits.
    const auto begin = steady_clock::now();
    need(lease.release(within()));
    waiter.join();
    times.push_back(std::chrono::duration<double, std::micro>(acquired - begin).count());
    of_one.push_back(microseconds([&] { bare.append(1); }));
  }
  print("handover", median(times), median(of_one));
}

struct Contest {
  double tries = 0, reads = 0, longest_wait = 0,
         handover = 0;  // Per acquisition, but the wait; milliseconds.
};

// So many at once, each of whom acquires twice.
Contest contest(const LockPlace& place, int count, const std::function<void(Contender&)>& acquire_and_work) {
  constexpr int each = 2;
  std::vector<std::unique_ptr<Contender>> contenders;
  for (int i = 0; i < count; ++i) contenders.push_back(std::make_unique<Contender>(place));
  for (auto& one : contenders) need(one->connector.get(within()));
  std::mutex mutex;
  Contest out;
  std::vector<std::jthread> threads;
  const auto begin = steady_clock::now();
  for (auto& one : contenders)
    threads.emplace_back([&, contender = one.get()] {
      for (int i = 0; i < each; ++i) {
        const double waited = microseconds([&] { acquire_and_work(*contender); }) / 1000;
        const std::lock_guard lock(mutex);
        out.longest_wait = std::max(out.longest_wait, waited);
      }
    });
  threads.clear();
  const double all = each * count;
  out.handover = std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count() / all;
  for (const auto& one : contenders) {
    out.tries += one->stream.tries() / all;
    out.reads += one->stream.reads() / all;
  }
  return out;
}

void queue(Contender& by) {
  auto lease = need(by.contender.acquire(within(std::chrono::minutes(5))));
  nats::system_clock().sleep(work, within());
  need(lease.release(within()));
}

// As one does it without a queue: look, try when it is free, else look again after a pause.
void poll_for_it(Contender& by) {
  const auto wait = within(std::chrono::minutes(5));
  nats::LockWriter writer(by.stream, by.parts.clock, by.parts.lock_clock, by.parts.random);
  while (nats::system_clock().now() < wait.until) {
    const auto last = need(by.stream.last(wait)).value();
    auto message = need(nats::LockMessage::decode(last.bytes));
    if (message.state == nats::LockState::free) {
      message.state = nats::LockState::held;
      message.lease = std::chrono::seconds(30);
      message.prev = message.nonce;
      auto held = writer.draft(message, last.sequence);
      if (need(writer.send(held, wait)).verdict == nats::Verdict::mine) {
        nats::system_clock().sleep(work, wait);
        message.state = nats::LockState::free;
        message.prev = held.nonce;
        const auto mine = need(by.stream.last(wait)).value();
        auto released = writer.draft(message, mine.sequence);
        if (need(writer.send(released, wait)).verdict != nats::Verdict::mine)
          throw std::runtime_error("the herd lost the lock");
        return;
      }
    }
    nats::system_clock().sleep(poll, wait);
  }
  throw std::runtime_error("the herd has starved one of it");
}

void measure_contests(const LockPlace& place) {
  for (const int count : {1, 8, 64}) {
    const Contest ours = contest(place, count, queue), herd = contest(place, count, poll_for_it);
    print(fmt::format("tries-{}", count), ours.tries, herd.tries);
    print(fmt::format("reads-{}", count), ours.reads, herd.reads);
    print(fmt::format("longest-wait-{}", count), ours.longest_wait, herd.longest_wait);
    print(fmt::format("each-{}", count), ours.handover, herd.handover);
  }
}

double resident_kb() {
  std::ifstream file("/proc/self/statm");
  double size = 0, pages = 0;
  file >> size >> pages;
  return pages * 4;
}

// What grows with the number of renewals: the holder's memory in kB, and the messages of the stream.
void measure_renewals(LockPlace& place, Bare& bare, int count) {
  Contender holder(place);
  auto lease = need(holder.contender.acquire(within()));
  for (int i = 0; i < 1000; ++i) need(lease.renew(within()));
  const double before = resident_kb();
  std::vector<double> times, of_one;
  for (int i = 0; i < count; ++i) {
    const double time = microseconds([&] { need(lease.renew(within())); });
    if (i % 100 != 0) continue;
    times.push_back(time);
    of_one.push_back(microseconds([&] { bare.append(1); }));
  }
  print("renewals-resident", resident_kb(), before);
  const auto info = nlohmann::json::parse(place.ask("STREAM.INFO." + place.names.stream, ""));
  print("renewals-messages", info["state"]["messages"].get<double>(), 8);
  print("renewals-each", median(times), median(of_one));
  need(lease.release(within()));
}

int renewals_of(int argc, char** argv) {
  if (argc == 1) return 20'000;
  const std::string_view text = argc == 3 && std::string_view(argv[1]) == "--renewals" ? argv[2] : "";
  int count = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), count).ptr != text.data() + text.size() ||
      count < 1)
    throw std::runtime_error("usage: lock_rounds [--renewals N]");
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  int status = 0;
  try {
    const int renewals = renewals_of(argc, argv);
    LockPlace place;
    Bare bare(place);
    measure_free(place, bare);
    measure_handover(place, bare);
    measure_contests(place);
    measure_renewals(place, bare, renewals);
  } catch (const std::exception& error) {
    std::cerr << "lock_rounds: " << error.what() << '\n';
    status = 1;
  }
  nats::end_process(status);
}
