// SPDX-License-Identifier: Apache-2.0
// ghboot_event_bus: the streams of one organisation on GitHub, and its bucket, in the JetStream of an account
// (nats/event_bus.h). A user of that account makes, reads and changes them; GitHub is asked once, for the id
// of the organisation. Threads: as every resource.
#pragma once

#include <optional>
#include <string>

#include "provider/event_bus_model.h"
#include "provider/session.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

class EventBusResource final : public tfplugin::Resource<EventBusModel> {
 public:
  explicit EventBusResource(const Sessions& sessions);

 protected:
  void check(const EventBusModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<EventBusModel> create_thing(const EventBusModel& planned,
                                            tfplugin::Call& call) const override;
  std::optional<EventBusModel> read_thing(const EventBusModel& state, tfplugin::Call& call) const override;
  std::optional<EventBusModel> update_thing(const EventBusModel& prior, const EventBusModel& planned,
                                            tfplugin::Call& call) const override;
  void destroy_thing(const EventBusModel& state, tfplugin::Call& call) const override;
  // Of an id "A…/acme", or "A…/U…/acme" with the user that reads it.
  std::optional<EventBusModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<EventBusModel> import_identity_thing(const EventBusModel& known,
                                                     tfplugin::Call& call) const override;

 private:
  const Sessions& sessions_;
};

}  // namespace ghboot::provider
