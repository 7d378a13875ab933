// SPDX-License-Identifier: Apache-2.0
// Which state a create works for, as well as a provider can know it: the working folder of its process and
// the Terraform workspace that is chosen there. Two states of one folder and workspace cannot be told apart.
#pragma once

#include <string>

namespace ghboot::nats {

// "/srv/live, workspace default". Read anew by each call: with one provider process for several runs it may
// change.
std::string creation_place();

}  // namespace ghboot::nats
