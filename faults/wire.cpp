// SPDX-License-Identifier: Apache-2.0
#include "faults/wire.h"

#include <algorithm>

#include "faults/contender.h"

namespace ghboot::faults {

using acceptance::Passage, acceptance::Way;
using std::chrono::milliseconds, std::chrono::seconds;
using Kind = Passage::Kind;

namespace {

// In thousandths of messages. A lost delivery costs the follower a new consumer, and each append has many.
constexpr int of_appends = 10, of_others = 1;

constexpr milliseconds steps_apart_max{300};  // Of appends that are renewals before each step.
constexpr milliseconds word_max{400};         // What an answer and the reading back take.

bool is_of_lock(std::string_view subject) {  // What a consumer delivers, too.
  return subject.ends_with(".regeneration_lock");
}

}  // namespace

std::optional<Passage> sure_passage(Trouble trouble, Way way, std::string_view subject) {
  const auto dropped_if = [](bool is_dropped) {
    return Passage{.kind = is_dropped ? Kind::drop : Kind::pass};
  };
  switch (trouble) {
    case Trouble::unanswered:
      return dropped_if(way == Way::down);
    case Trouble::deaf:
      return dropped_if(way == Way::down && is_of_lock(subject));
    case Trouble::cut_off:
      return dropped_if(true);
    case Trouble::cut:
      return Passage{.kind = Kind::cut};
    default:
      return std::nullopt;
  }
}

Wire::Wire(const std::vector<std::uint16_t>& server_ports, std::size_t first, std::uint64_t seed)
    : chance_(seed) {
  for (std::size_t i = 0; i < server_ports.size(); ++i)
    proxies_.emplace_back(server_ports[(first + i) % server_ports.size()])
        .judge([this](Way way, std::string_view subject) { return judge(way, subject); });
}

std::vector<std::string> Wire::urls() const {
  std::vector<std::string> urls;
  for (const auto& proxy : proxies_) urls.push_back(proxy.url());
  return urls;
}

void Wire::be(Trouble trouble, milliseconds span) {
  const std::lock_guard lock(mutex_);
  trouble_ = trouble;
  until_ = nats::system_clock().now() + span;
  appends_.clear();
  unanswered_ = 0;
}

milliseconds Wire::between(int least, int most) {
  return milliseconds(std::uniform_int_distribution<int>(least, most)(chance_));
}

Passage Wire::judge(Way way, std::string_view subject) {
  const std::lock_guard lock(mutex_);
  const nats::SteadyTime now = nats::system_clock().now();
  if (now >= until_) trouble_ = Trouble::none;
  const bool is_append = way == Way::up && is_of_lock(subject);
  const bool is_answer = way == Way::down && subject.contains(".lock.");
  const auto sure = sure_passage(trouble_, way, subject);
  if (sure && sure->kind != Kind::pass) return *sure;
  if (trouble_ == Trouble::late && is_append) return {.kind = Kind::late, .delay = between(500, 8000)};
  if (trouble_ == Trouble::last_word && (unanswered_ > 0 || is_append))
    return in_last_word(way, is_append, now);
  return by_chance(is_append || is_answer);
}

Passage Wire::in_last_word(Way way, bool is_append, nats::SteadyTime now) {
  if (is_append) appends_.push_back(now);
  const std::size_t count = appends_.size();
  if (unanswered_ == 0) {
    if (count >= 3 && now - appends_[count - 3] < steps_apart_max) unanswered_ = count;
    return {};
  }
  if (count == unanswered_) return {.kind = way == Way::down ? Kind::drop : Kind::pass};
  // The second sending: it, its answer and what is read pass; a third is not to be stored.
  const bool is_said = now - appends_[unanswered_] > word_max;
  const bool is_third = is_append && count > unanswered_ + 1;
  return {.kind = is_said || is_third ? Kind::drop : Kind::pass};
}

Passage Wire::by_chance(bool is_of_an_append) {
  const int share = is_of_an_append ? of_appends : of_others;
  const auto drawn = std::uniform_int_distribution<int>(0, 9999)(chance_);
  if (drawn < share) return {.kind = Kind::cut};
  if (drawn < share * 10) return {.kind = Kind::drop};
  if (drawn < share * 20) return {.kind = Kind::twice, .delay = between(0, 2000)};
  if (drawn < share * 30) return {.kind = Kind::late, .delay = between(50, 3000)};
  return {};
}

}  // namespace ghboot::faults
