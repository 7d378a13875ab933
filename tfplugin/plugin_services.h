// SPDX-License-Identifier: Apache-2.0
// The services of go-plugin beside the provider's own: the controller, by which Terraform says that it is
// done; the broker and the copy of standard output, which it opens and a provider needs for nothing. For
// tfplugin/'s .cpp files alone: it needs gRPC's headers.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <grpcpp/impl/codegen/service_type.h>

namespace ghboot::tfplugin {

// Each is called from any thread. A host opens the broker's stream when it connects and closes it when it
// leaves.
struct HostEvents {
  std::function<void()> done;      // The host said so, and has our answer.
  std::function<void()> all_left;  // The last connection ended.
};
std::vector<std::unique_ptr<grpc::Service>> make_plugin_services(HostEvents events);

}  // namespace ghboot::tfplugin
