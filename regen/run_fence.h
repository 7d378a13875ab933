// SPDX-License-Identifier: Apache-2.0
// What a run's requests to GitHub go through: it renews the lock between them, and gives none a longer time
// than the holder may trust in the lock. Always holds: no request is begun once the lock is lost, or the
// run's Wait is over; a rate limit is waited out under the lock. It cannot recall a request that was sent:
// what it writes is to be refused by GitHub when another came first. Threads: one. What it borrows outlives
// it.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "github/error.h"
#include "regen/regeneration.h"

namespace ghboot::regen {

class RunFence {
 public:
  static constexpr std::chrono::seconds request_max{10};  // Less than the trust in the usual lease.
  static constexpr std::chrono::seconds renew_every{4};   // Less than a third of the shortest lease.

  // `wait` bounds the whole run.
  RunFence(const RunOrder& order, nats::Clock& clock, nats::Wait wait);

  // `call` is given the Wait of one request, and gives a github::Result. ErrorKind::conflict where the lock
  // is lost, the run was stopped or took too long, or GitHub's limit outlasts it; else what GitHub said. Of a
  // write that must not come late, the lock is renewed just before.
  template <class Call>
  auto ask(Call call) {
    return ask_after([this] { return keep(); }, std::move(call));
  }
  template <class Call>
  auto write(Call call) {
    return ask_after([this] { return renew(); }, std::move(call));
  }
  // For who waits for something else than an answer.
  Result<void> sleep(std::chrono::milliseconds duration);

  const RunOrder& order() const { return order_; }
  // One of those: nothing is asked any more, and what ask() last said is about that,
  // not GitHub's word.
  bool is_broken() const { return is_broken_; }

 private:
  template <class Before, class Call>
  auto ask_after(Before before, Call call)
      -> Result<typename std::invoke_result_t<Call, const nats::Wait&>::value_type> {
    for (;;) {
      const Result<void> kept = before();
      if (!kept) return std::unexpected(kept.error());
      auto answer = call(request_wait());
      if (answer) {
        if constexpr (std::is_void_v<typename decltype(answer)::value_type>)
          return {};
        else
          return *std::move(answer);
      }
      const github::Error& error = answer.error();
      if (!error.limited) return fail(error.kind, error.message);
      // It outlasts the run: whatever else were asked is refused, too, and makes it longer.
      if (!is_passable(*error.limited)) return broken(ErrorKind::conflict, error.message);
      const Result<void> passed = sleep(rest_of(*error.limited));
      if (!passed) return std::unexpected(passed.error());
    }
  }
  Result<void> keep();
  Result<void> renew();
  nats::Wait request_wait() const;
  std::chrono::seconds rest_of(const github::Limited& limited) const;
  bool is_passable(const github::Limited& limited) const {
    return clock_.now() + rest_of(limited) < wait_.until;
  }
  std::unexpected<nats::Error> broken(ErrorKind kind, std::string why);

  const RunOrder& order_;
  nats::Clock& clock_;
  const nats::Wait wait_;
  nats::SteadyTime renewed_;
  bool is_broken_ = false;
};

}  // namespace ghboot::regen
