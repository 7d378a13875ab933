// SPDX-License-Identifier: Apache-2.0
#include "regen/regeneration_site.h"

#include <utility>

#include "nats/file_system.h"

namespace ghboot::regen {

RegenerationSite::RegenerationSite(nats::BusNames names, nats::Connector& connector,
                                   const nats::SightPlace& sight, nats::Clock& clock, nats::Random& random)
    : names_(std::move(names)),
      clock_(clock),
      lock_stream_(names_.lock(), connector, clock),
      requests_(names_.regeneration().requests_stream, connector, clock),
      events_(names_.regeneration().stream, connector, clock),
      bucket_(names_.regeneration().snapshot_stream, connector, clock),
      parts_{.stream = lock_stream_,
             .clock = clock,
             .lock_clock = nats::system_lock_clock(),
             .random = random,
             .files = nats::system_files()},
      sight_(sight),
      log_(events_, bucket_, names_.regeneration(), clock, random),
      watch_(sight, parts_),
      requester_({.names = names_,
                  .requests = requests_,
                  .log = log_,
                  .lock = watch_,
                  .clock = clock,
                  .random = random}) {}

RegenResult<Regenerated> RegenerationSite::regenerate(const nats::LockTerms& lock, RegenerationTerms terms,
                                                      const Ask& ask, const Work& work,
                                                      const nats::Wait& wait) {
  terms.person = lock.holder;
  terms.host = lock.host;
  terms.reason = lock.reason;
  nats::LockContender contender(lock, sight_, parts_);
  Regeneration regeneration(requester_, log_, requests_, contender, clock_, std::move(terms));
  return regeneration.regenerate(ask, work, wait);
}

}  // namespace ghboot::regen
