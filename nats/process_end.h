// SPDX-License-Identifier: Apache-2.0
// How a program ends that has used libnats: at once, when its work is done. Exit handlers are left out,
// because what libnats tears down there OpenSSL's own handler tears down again, and a process whose work was
// done well would end with a segmentation fault.
#pragma once

namespace ghboot::nats {

// What was printed is written; nothing else is tidied up.
[[noreturn]] void end_process(int exit_code);

}  // namespace ghboot::nats
