// SPDX-License-Identifier: Apache-2.0
#include "provider/hook_listings.h"

#include "provider/webhook_home.h"

namespace ghboot::provider {

std::shared_ptr<HookListings::Entry> HookListings::entry(const github::HookHome& home) {
  const std::lock_guard lock(mutex_);
  auto& found = entries_[lower_name(home)];
  if (!found) found = std::make_shared<Entry>();
  return found;
}

std::optional<github::HookList> HookListings::kept(const Entry& entry, const std::string& etag) {
  const std::lock_guard lock(mutex_);
  if (!etag.empty() && entry.unchanged && entry.unchanged->etag == etag) return entry.unchanged;
  return entry.whole;
}

github::Result<github::HookList> HookListings::get(github::Client& client, const github::HookHome& home,
                                                   const std::string& etag, const github::Wait& wait) {
  const auto place = entry(home);
  const auto turn = place->asking.take(wait);
  if (!turn)
    return github::failure(github::ErrorKind::unreachable,
                           "The time ran out, or Terraform was stopped, while the webhooks were listed.");
  if (auto known = kept(*place, etag)) return *std::move(known);
  int writes = 0;
  {
    const std::lock_guard lock(mutex_);
    writes = place->writes;
  }
  auto listed = github::Hooks(client, home).list(wait, etag);
  if (!listed) return listed;
  const std::lock_guard lock(mutex_);
  if (place->writes == writes) (listed->not_modified ? place->unchanged : place->whole) = *listed;
  return listed;
}

void HookListings::forget(const github::HookHome& home) {
  const auto place = entry(home);
  const std::lock_guard lock(mutex_);
  place->whole.reset();
  place->unchanged.reset();
  ++place->writes;
}

void HookListings::keep(std::int64_t hook_id) {
  const std::lock_guard lock(mutex_);
  ours_.insert(hook_id);
}

bool HookListings::is_ours(std::int64_t hook_id) {
  const std::lock_guard lock(mutex_);
  return ours_.contains(hook_id);
}

std::optional<nats::Turn> HookListings::making(const github::HookHome& home, const github::Wait& wait) {
  return entry(home)->making.take(wait);
}

}  // namespace ghboot::provider
