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

// `done` is called, from any thread, when Terraform says so; its answer is sent after it returns.
std::vector<std::unique_ptr<grpc::Service>> make_plugin_services(std::function<void()> done);

}  // namespace ghboot::tfplugin
