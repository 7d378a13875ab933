// SPDX-License-Identifier: Apache-2.0
// Whether the workflow of a planned regeneration can be told from others of its runs: it takes ghboot's
// inputs. Threads: any.
#pragma once

#include "provider/regeneration_model.h"
#include "provider/session.h"

namespace ghboot::provider {

// A warning where the workflow is not there, or knows none of the inputs. Nothing where GitHub cannot be
// asked: the apply will say why.
void warn_of_workflow(const RegenerationModel& planned, Session& session, tfplugin::Call& call);

}  // namespace ghboot::provider
