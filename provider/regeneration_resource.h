// SPDX-License-Identifier: Apache-2.0
// ghboot_regeneration: the generated files of a repository, made anew under the organisation's lock when
// templates or triggers change, or when somebody changed the files. Threads: any.
#pragma once

#include "provider/regeneration_model.h"
#include "provider/session.h"
#include "tfplugin/resource.h"

namespace ghboot::provider {

class RegenerationResource final : public tfplugin::Resource<RegenerationModel> {
 public:
  explicit RegenerationResource(const Sessions& sessions);

 private:
  void check(const RegenerationModel& config, tfplugin::Diagnostics& diagnostics) const override;
  void plan_change(PlannedChange change) const override;
  std::optional<RegenerationModel> create_thing(const RegenerationModel& planned,
                                                tfplugin::Call& call) const override;
  std::optional<RegenerationModel> read_thing(const RegenerationModel& state,
                                              tfplugin::Call& call) const override;
  std::optional<RegenerationModel> update_thing(const RegenerationModel& prior,
                                                const RegenerationModel& planned,
                                                tfplugin::Call& call) const override;
  void destroy_thing(const RegenerationModel& state, tfplugin::Call& call) const override;
  std::optional<RegenerationModel> import_thing(const std::string& id, tfplugin::Call& call) const override;
  std::optional<RegenerationModel> import_identity_thing(const RegenerationModel& known,
                                                         tfplugin::Call& call) const override;

  const Sessions& sessions_;
};

}  // namespace ghboot::provider
