// SPDX-License-Identifier: Apache-2.0
// All that descends from this process, which has asked to inherit the orphans among them (a subreaper):
// children that have left their group or session, daemons that were forked twice. Always holds: after an end
// nothing of it runs. It cannot end what runs as another user, or waits in the kernel for a disk that does
// not answer. Threads: one.
#pragma once

#include <vector>

#include <sys/types.h>

namespace ghboot::helper {

// From now on what its descendants leave behind becomes this process's child, and is found. False: the kernel
// refused.
bool inherit_orphans();

// By /proc, nearest first; those that have ended and are not reaped yet are among them.
std::vector<pid_t> descendants();

// SIGKILL to all of them, again and again, until none is left.
void kill_descendants();

}  // namespace ghboot::helper
