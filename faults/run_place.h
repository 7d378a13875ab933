// SPDX-License-Identifier: Apache-2.0
// An organisation with an event bus, a repository whose file VERSION says which templates made it, and people
// who regenerate it from templates of rising versions, each process with a GitHub token of its own, so that
// it is known who wrote what. One of them can be killed at a chosen request of it to GitHub. Throws as its
// parts do. Threads: one, that stays as long as what it started.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "acceptance/bus_place.h"
#include "acceptance/helper_dev.h"
#include "acceptance/nats_proxy.h"
#include "acceptance/repository_place.h"
#include "acceptance/terraform.h"
#include "faults/run_verdict.h"

namespace ghboot::faults {

class RunPlace {
 public:
  RunPlace();
  RunPlace(const RunPlace&) = delete;
  RunPlace& operator=(const RunPlace&) = delete;
  ~RunPlace();

  // `ghboot regenerate` with the templates of this version; through the proxy if it is `watched`.
  acceptance::Process start(int version, bool watched = false);
  void run(int version);  // To its end, which must be good.
  // `terraform apply` of a ghboot_regeneration with these.
  acceptance::Process start_terraform(int version);
  void ended(int version, const acceptance::Outcome& outcome);  // Of start(): told to the verdict.

  // SIGKILL for the process of that version at its nth request to GitHub: before GitHub sees it, or when it
  // has done it and not yet answered.
  void kill_at_request(int version, int nth, bool before);
  void is_process(int version, int id);  // Of start(), from then on it can be killed.
  bool was_killed(int version) const;
  std::vector<std::string> requests(int version) const;  // "POST git/trees", in order.
  void refuse_next_tree() { repository.refuse_next_tree(); }
  void release_lock();  // By a person who knows that the holder is dead.

  Verdict verdict() const;

  acceptance::RepositoryPlace repository{".github"};
  acceptance::BusPlace bus{repository.host()};
  acceptance::NatsProxy proxy{bus.server.port()};

 private:
  struct Person {
    std::string authorization;  // As GitHub's log has it.
    int id = 0, kill_at = 0;
    bool is_killed = false;
    std::vector<std::string> requests{};
  };
  void take_line(const std::string& line);
  std::string token_for(int version);
  std::string templates(int version) const;
  void lead(acceptance::HelperDev& helper, int version, bool watched);

  acceptance::TempFolder folder_;
  std::deque<acceptance::HelperDev> helpers_;
  acceptance::HelperDev looker_;  // Who looks at history and lock.
  std::deque<acceptance::Terraform> terraforms_;
  mutable std::mutex mutex_;
  std::map<int, Person> people_;  // By version; guarded by mutex_, as what follows.
  std::vector<std::string> writers_;
  std::set<std::string> done_;
  std::size_t refused_ = 0;
};

}  // namespace ghboot::faults
