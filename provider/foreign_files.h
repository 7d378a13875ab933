// SPDX-License-Identifier: Apache-2.0
// What a first regeneration will replace: files of the branch that ghboot did not make. Threads: any.
#pragma once

#include "provider/regeneration_model.h"
#include "provider/session.h"

namespace ghboot::provider {

// A warning that names them. Nothing where GitHub cannot be asked: the apply will say why.
void warn_of_foreign_files(const RegenerationModel& planned, Session& session, tfplugin::Call& call);

}  // namespace ghboot::provider
