// SPDX-License-Identifier: Apache-2.0
// Which state a create works for, as well as a provider can know it: the working folder of its process, the
// Terraform workspace that is chosen there, and the backend that the folder was initialised with. States that
// differ by `-state=` alone cannot be told apart.
#pragma once

#include <string>
#include <string_view>

namespace ghboot::nats {

// "/srv/live, workspace default, backend s3 5c1f…". Read anew by each call: with one provider process for
// several runs it may change.
std::string creation_place();

// Whether the state that lies in the working folder, where the backend is the local one, has this text in it.
bool local_state_mentions(std::string_view public_key);

}  // namespace ghboot::nats
