// SPDX-License-Identifier: Apache-2.0
#include "faults/history_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "faults/lock_order.h"

namespace ghboot::faults {

using nats::LockToken;
using std::chrono::nanoseconds;

namespace {

constexpr std::array<std::string_view, 7> rule_names{"well-formed",    "no overlap",         "tokens rise",
                                                     "ended is ended", "renewals are alone", "nobody starves",
                                                     "linearizable"};

struct Holding {  // From acquire() to its end.
  std::string who;
  LockToken token;
  Span acquiring;                     // From the call to its return.
  std::optional<Span> begin{};        // When held() was first seen true,
  std::optional<Span> last{};         // and last.
  std::vector<Span> renewals{};       // When each was stored.
  std::optional<Span> ending{};       // From the call of release(), or from `last`, to what was reported.
  std::optional<nanoseconds> died{};  // At the latest.
};

struct Waiting {  // An acquire(), and how it ended.
  std::string who;
  nanoseconds from{0}, to{0};
  bool has_got_in = false;
};

double seconds_of(nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::string named(const Holding& holding) {
  return fmt::format("{} with token {}", holding.who, holding.token.text());
}

// The work of all in the order in which it begins at the latest, and for each how long any work up to it
// lasts at least.
class Works {
 public:
  explicit Works(const std::vector<Holding>& holdings) {
    for (const Holding& one : holdings)
      if (one.begin) works_.push_back(&one);
    std::ranges::sort(works_, {}, [](const Holding* one) { return one->begin->to; });
    nanoseconds longest{0};
    LockToken highest;
    for (const Holding* one : works_) {
      lasts_.push_back(longest = std::max(longest, one->last->from));
      highest_.push_back(highest = std::max(highest, one->token));
    }
  }

  const std::vector<const Holding*>& all() const { return works_; }

  // Of the first `count`, one other than `one` that surely had begun at `begun` and was still at work at
  // `still`.
  const Holding* other_at_work(const Holding& one, std::size_t count, nanoseconds begun,
                               nanoseconds still) const {
    for (std::size_t i = count; i-- > 0 && lasts_[i] >= still;)
      if (works_[i] != &one && works_[i]->begin->to <= begun && works_[i]->last->from >= still)
        return works_[i];
    return nullptr;
  }

  std::size_t begun_by(nanoseconds time) const {
    return static_cast<std::size_t>(
        std::ranges::upper_bound(works_, time, {}, [](const Holding* one) { return one->begin->to; }) -
        works_.begin());
  }

  LockToken highest_begun_before(nanoseconds time) const {
    const std::size_t count = begun_by(time - nanoseconds(1));
    return count == 0 ? LockToken{} : highest_[count - 1];
  }

 private:
  std::vector<const Holding*> works_;
  std::vector<nanoseconds> lasts_;
  std::vector<LockToken> highest_;
};

// Of "p0.14/3", contender 3 of the fourteenth life of p0: "p0/3".
std::string contender_of(const std::string& who) {
  const auto life = who.find('.'), number = who.rfind('/');
  return life < number && number != std::string::npos ? who.substr(0, life) + who.substr(number) : who;
}

class Check {
 public:
  Check(const std::vector<Event>& events, const Patience& patience) : patience_(patience) {
    std::map<std::string, std::vector<const Event*>> by_who;
    if (!events.empty())
      checked_.begun = std::ranges::min(events, {}, [](const Event& one) { return one.at.from; }).at.from;
    for (const Event& event : events) {
      end_ = std::max(end_, event.at.to);
      if (event.kind == Kind::killed)
        killed_.push_back(&event);
      else if (event.kind == Kind::tried)
        ++checked_.tries;
      else
        by_who[event.who].push_back(&event);
    }
    for (const auto& [who, own] : by_who) read(who, own);
    std::ranges::sort(holdings_, {}, &Holding::token);
  }

  Checked run() && {
    const Works works(holdings_);
    look_for_overlaps(works);
    look_at_tokens(works);
    look_for_strange_renewals(works);
    look_for_starved();
    look_for_an_order();
    count();
    return std::move(checked_);
  }

 private:
  void find(Rule rule, nanoseconds at, std::string text) {
    checked_.findings.push_back({.rule = rule, .text = std::move(text), .at = at});
  }

  // When its process was killed, at the latest.
  std::optional<nanoseconds> death_of(const std::string& who) const {
    for (const Event* killed : killed_)
      if (who.starts_with(killed->who + "/")) return killed->at.to;
    return std::nullopt;
  }

  void read(const std::string& who, const std::vector<const Event*>& own);
  void take(const Event& event, std::optional<Span>& invoked, std::map<LockToken, Holding>& had);
  void take_holding(const Event& event, Holding& holding);
  void look_for_overlaps(const Works& works);
  void look_at_tokens(const Works& works);
  void look_for_strange_renewals(const Works& works);
  void look_for_starved();
  void look_for_an_order();
  void count();

  const Patience patience_;
  nanoseconds end_{0};  // Of the history.
  std::vector<const Event*> killed_;
  std::vector<Holding> holdings_;  // By token.
  std::vector<Waiting> waits_;
  Checked checked_;
};

void Check::read(const std::string& who, const std::vector<const Event*>& own) {
  std::optional<Span> invoked;
  std::map<LockToken, Holding> had;
  for (const Event* event : own) take(*event, invoked, had);
  const auto death = death_of(who);
  if (invoked) waits_.push_back({.who = who, .from = invoked->from, .to = death.value_or(end_)});
  for (auto& [token, holding] : had) {
    if (!holding.ending && !holding.died) holding.died = death;
    holdings_.push_back(std::move(holding));
  }
}

void Check::take(const Event& event, std::optional<Span>& invoked, std::map<LockToken, Holding>& had) {
  const std::string what = fmt::format("{} at {:.6f} s", event.who, seconds_of(event.at.from));
  if (event.kind == Kind::invoked) {
    if (invoked) find(Rule::well_formed, event.at.from, what + " called acquire() in an acquire()");
    invoked = event.at;
    return;
  }
  if (event.kind == Kind::acquired || event.kind == Kind::gave_up) {
    if (!invoked) {
      find(Rule::well_formed, event.at.from, what + " ended an acquire() that it had not called");
      invoked = event.at;
    }
    const bool is_in = event.kind == Kind::acquired;
    waits_.push_back({.who = event.who, .from = invoked->from, .to = event.at.to, .has_got_in = is_in});
    if (is_in && !had.try_emplace(event.token, Holding{.who = event.who,
                                                       .token = event.token,
                                                       .acquiring = {invoked->from, event.at.to}})
                      .second)
      find(Rule::tokens_rise, event.at.from, fmt::format("{} acquired {} again", what, event.token.text()));
    invoked.reset();
    return;
  }
  const auto holding = had.find(event.token);
  if (holding != had.end())
    take_holding(event, holding->second);
  else if (event.kind == Kind::left)
    invoked.reset();  // Nobody waits any more.
  else
    find(Rule::well_formed, event.at.from, fmt::format("{} had not acquired {}", what, event.token.text()));
}

void Check::take_holding(const Event& event, Holding& holding) {
  switch (event.kind) {
    case Kind::held:
      // Two threads write: the time decides, not the order of lines.
      if (holding.ending && holding.ending->to <= event.at.from)
        find(Rule::ended_is_ended, event.at.from,
             fmt::format("{} worked {:.6f} s after it had reported the end", named(holding),
                         seconds_of(event.at.from - holding.ending->to)));
      if (!holding.begin) holding.begin = event.at;
      holding.last = event.at;
      break;
    case Kind::renewed:
      holding.renewals.push_back(event.at);
      break;
    case Kind::releasing:
      holding.ending = Span{event.at.from, LockStep::never};
      break;
    case Kind::released:
    case Kind::lost: {
      const auto from = event.kind == Kind::released && holding.ending ? holding.ending->from
                        : holding.last                                 ? holding.last->from
                                                                       : holding.acquiring.from;
      holding.ending = Span{from, event.at.to};
      if (event.kind == Kind::lost) ++checked_.losses;
      break;
    }
    case Kind::left:
      holding.died = event.at.to;
      break;
    default:
      break;
  }
}

void Check::look_for_overlaps(const Works& works) {
  for (std::size_t i = 0; i < works.all().size(); ++i) {
    const Holding& one = *works.all()[i];
    const Holding* other = works.other_at_work(one, i, one.last->from, one.begin->to);
    if (other)
      find(Rule::no_overlap, one.begin->to,
           fmt::format("{} worked from {:.6f} s on, and {} until {:.6f} s", named(one),
                       seconds_of(one.begin->to), named(*other), seconds_of(other->last->from)));
  }
}

void Check::look_at_tokens(const Works& works) {
  for (const Holding* one : works.all()) {
    const LockToken before = works.highest_begun_before(one->begin->from);
    if (before >= one->token)
      find(Rule::tokens_rise, one->begin->from,
           fmt::format("{} began its work at {:.6f} s, after one with token {}", named(*one),
                       seconds_of(one->begin->from), before.text()));
  }
  for (std::size_t i = 1; i < holdings_.size(); ++i)
    if (holdings_[i].token == holdings_[i - 1].token)
      find(Rule::tokens_rise, holdings_[i].acquiring.to,
           fmt::format("{} and {}", named(holdings_[i - 1]), named(holdings_[i])));
}

void Check::look_for_strange_renewals(const Works& works) {
  for (const Holding& one : holdings_)
    for (const Span& renewal : one.renewals) {
      const Holding* other = works.other_at_work(one, works.begun_by(renewal.from), renewal.from, renewal.to);
      if (other)
        find(Rule::renewals_are_alone, renewal.from,
             fmt::format("{} renewed at {:.6f} s, while {} worked", named(one), seconds_of(renewal.from),
                         named(*other)));
    }
}

void Check::look_for_starved() {
  std::vector<nanoseconds> got_in;
  for (const Holding& one : holdings_) got_in.push_back(one.acquiring.to);
  std::ranges::sort(got_in);
  std::set<std::string> contenders;
  for (const Waiting& wait : waits_) contenders.insert(contender_of(wait.who));
  const std::size_t others_max = patience_.others_max.value_or(2 * contenders.size());
  for (const Waiting& wait : waits_) {
    const auto others = static_cast<std::size_t>(std::max<std::ptrdiff_t>(
        std::ranges::lower_bound(got_in, wait.to) - std::ranges::upper_bound(got_in, wait.from), 0));
    checked_.most_others = std::max(checked_.most_others, others);
    if (wait.to - wait.from > patience_.wait_max && others > others_max)
      find(Rule::nobody_starves, wait.to,
           fmt::format("{} waited {:.1f} s from {:.6f} s on, while {} others got in", wait.who,
                       seconds_of(wait.to - wait.from), seconds_of(wait.from), others));
  }
}

void Check::look_for_an_order() {
  std::vector<LockStep> steps;
  for (const Holding& one : holdings_) {
    steps.push_back({LockStep::Act::acquire, one.token, one.acquiring});
    const nanoseconds last = one.last ? one.last->from : one.acquiring.from;
    steps.push_back({LockStep::Act::end, one.token, one.ending.value_or(Span{last, LockStep::never})});
  }
  const LockOrder order = find_order(std::move(steps));
  if (order == LockOrder::none)
    find(Rule::linearizable, end_, "no order of the acquiring and the ends is that of a lock");
  if (order == LockOrder::undecided)
    find(Rule::linearizable, end_,
         "undecided: the search for an order was given up; check a shorter history");
}

void Check::count() {
  checked_.acquisitions = holdings_.size();
  for (std::size_t i = 0; i < holdings_.size(); ++i) {
    const Holding& one = holdings_[i];
    checked_.renewals += one.renewals.size();
    if (i > 0 && holdings_[i - 1].who != one.who) ++checked_.handovers;
    if (one.died && i + 1 < holdings_.size() && holdings_[i + 1].acquiring.to > *one.died)
      checked_.death_to_next.push_back(holdings_[i + 1].acquiring.to - *one.died);
  }
  std::ranges::sort(checked_.death_to_next);
  for (const Waiting& wait : waits_)
    if (wait.has_got_in) checked_.longest_wait = std::max(checked_.longest_wait, wait.to - wait.from);
}

}  // namespace

std::string_view name_of(Rule rule) { return rule_names.at(static_cast<std::size_t>(rule)); }

std::size_t Checked::count(Rule rule) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(findings, [rule](const Finding& one) { return one.rule == rule; }));
}

Checked check_history(const std::vector<Event>& events, const Patience& patience) {
  return Check(events, patience).run();
}

}  // namespace ghboot::faults
