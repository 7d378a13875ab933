// SPDX-License-Identifier: Apache-2.0
// Who regenerates is killed by SIGKILL at each of its requests to GitHub and each of its appends on NATS,
// once before the far side sees it and once after it was done and before the answer comes; then another, with
// newer templates, regenerates without help of anybody: it waits the dead one's lease out. Which requests and
// appends there are is taken from a run that nobody kills. Throws as its parts do. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "faults/run_verdict.h"

namespace ghboot::faults {

enum class Scene {
  change,      // A file changes.
  failure,     // GitHub refuses the tree: the run fails.
  after_lost,  // The run before was cut off just before it moved the branch: it is said to be lost, and
               // fenced off.
};

struct KillPoint {
  Scene scene = Scene::change;
  bool is_append = false;  // Else a request to GitHub.
  std::string what;        // "POST git/trees"; the last word of a subject.
  int nth = 1;             // Of a request: among all; of an append: among those of its subject.
  bool is_before = false;

  std::string text() const;
};

struct KillTried {
  bool was_met = false;                    // It was killed there: a run may have fewer renewals than another.
  std::chrono::milliseconds next_done{0};  // From the kill to the end of the next run.
  std::string next_error{};                // Empty: it ended well.
  Verdict verdict{};
};

// All of this scene's; both moments of each.
std::vector<KillPoint> kill_points(Scene scene);
// Whether a short test has it: the appends of the log, and what changes the branch.
bool is_chief(const KillPoint& point);
KillTried try_kill(const KillPoint& point);

struct CrowdOptions {
  unsigned seed = 1;
  int people = 8, killed = 0;
};
struct CrowdTried {
  std::size_t killed = 0, failed = 0;  // Of the programs; who was not killed ought not to fail.
  std::chrono::milliseconds took{0};
  Verdict verdict{};
};
// So many `ghboot regenerate` and one `terraform apply`, all at once, each of its own version.
CrowdTried try_crowd(const CrowdOptions& options);

}  // namespace ghboot::faults
