// SPDX-License-Identifier: Apache-2.0
// The way of one process of contenders to the servers: a proxy before each, which loses, doubles and delays
// messages and cuts connections by chance, and is worse for a while when it is told so. Always holds: what it
// does is what a network, a client library and a server together may do. It cannot replay a run: the chances
// come from a seed, the order of messages does not. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/nats_proxy.h"
#include "nats/environment.h"

namespace ghboot::faults {

enum class Trouble : std::uint8_t {
  none,        // But for the chances of each message.
  unanswered,  // The servers get all, the process nothing.
  deaf,        // What the process follows does not reach it; answers do.
  late,        // What is appended arrives seconds later; what is read passes it.
  cut_off,     // Nothing passes, and no connection ends.
  cut,         // Each connection ends at its next message.
  last_word,   // Of one that renews at every step: a renewal is stored and not answered, sent again and then
               // answered, and after that nothing passes. For whoever does so next.
};

// What becomes of a message in a trouble that leaves nothing to chance; nothing: in any other.
std::optional<acceptance::Passage> sure_passage(Trouble trouble, acceptance::Way way,
                                                std::string_view subject);

class Wire {
 public:
  // `first` of the ports is tried first.
  Wire(const std::vector<std::uint16_t>& server_ports, std::size_t first, std::uint64_t seed);

  std::vector<std::string> urls() const;
  void be(Trouble trouble, std::chrono::milliseconds span);  // In place of what there was.

 private:
  acceptance::Passage judge(acceptance::Way way, std::string_view subject);
  acceptance::Passage by_chance(bool is_of_an_append);
  acceptance::Passage in_last_word(acceptance::Way way, bool is_append, nats::SteadyTime now);
  std::chrono::milliseconds between(int least, int most);

  std::mutex mutex_;
  std::mt19937_64 chance_;  // Guarded by mutex_, as all below but the proxies.
  Trouble trouble_ = Trouble::none;
  nats::SteadyTime until_{};
  std::vector<nats::SteadyTime> appends_{};  // Of last_word.
  std::size_t unanswered_ = 0;
  std::list<acceptance::NatsProxy> proxies_;
};

}  // namespace ghboot::faults
