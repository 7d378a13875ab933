// SPDX-License-Identifier: Apache-2.0
// What a regeneration would take from others: files of the branch that ghboot did not make, which it
// replaces, and those of another set, which it refuses. Threads: any.
#pragma once

#include "provider/regeneration_model.h"
#include "provider/session.h"

namespace ghboot::provider {

// A warning that names the ones, an error that names the others. GitHub is asked where there may be any: for
// what `prior`, if any, did not make. Nothing where it cannot be asked: the apply will say why.
void tell_foreign_files(const RegenerationModel& planned, const RegenerationModel* prior, Session& session,
                        tfplugin::Call& call);

}  // namespace ghboot::provider
