// SPDX-License-Identifier: Apache-2.0
// The webhooks of repositories and organisations, each listed once for all resources of one provider process:
// who asks while a listing is under way waits for it. Always holds: what is kept was asked after the last
// write of ours to that home, by the name that it had then. Threads: any; listings of different homes run
// side by side. The Client that is handed in outlives each call.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "github/hooks.h"
#include "nats/turn.h"

namespace ghboot::provider {

class HookListings {
 public:
  // Errors are Hooks::list()'s; they are not kept. With an ETag of an earlier listing the answer may be
  // not_modified, which costs nothing of GitHub's hourly limit.
  github::Result<github::HookList> get(github::Client& client, const github::HookHome& home,
                                       const std::string& etag, const github::Wait& wait);
  // Before and after a write of ours: it is asked for again.
  void forget(const github::HookHome& home);
  // Of a webhook that this process made or took: a second resource that wants it is told so.
  void keep(std::int64_t hook_id);
  bool is_ours(std::int64_t hook_id);
  // Whoever makes a webhook there holds it from the look to the write, so that two of one configuration do
  // not both find nothing. Nothing: the wait ended first.
  std::optional<nats::Turn> making(const github::HookHome& home, const github::Wait& wait);

 private:
  struct Entry {
    nats::Turns asking, making;
    std::optional<github::HookList> whole;      // Guarded by mutex_, like the rest.
    std::optional<github::HookList> unchanged;  // Not modified since its ETag.
    int writes = 0;                             // Of ours: an answer from before one is not kept.
  };
  std::shared_ptr<Entry> entry(const github::HookHome& home);
  std::optional<github::HookList> kept(const Entry& entry, const std::string& etag);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_;
  std::set<std::int64_t> ours_;
};

}  // namespace ghboot::provider
