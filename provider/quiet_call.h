// SPDX-License-Identifier: Apache-2.0
// A call within a call whose errors nobody is told: of a plan that asks what can be asked, where the apply
// will say what is missing. Threads: one. The call that it is within outlives it.
#pragma once

#include "tfplugin/diagnostics.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

class QuietCall {
 public:
  explicit QuietCall(const tfplugin::Call& within)
      : call_{.diagnostics = ignored_,
              .private_state = within.private_state,
              .stop = within.stop,
              .deadline = within.deadline} {}
  QuietCall(const QuietCall&) = delete;
  QuietCall& operator=(const QuietCall&) = delete;

  tfplugin::Call& operator*() { return call_; }

 private:
  tfplugin::Diagnostics ignored_;
  tfplugin::Call call_;
};

}  // namespace ghboot::provider
