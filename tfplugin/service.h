// SPDX-License-Identifier: Apache-2.0
// The gRPC service tfplugin6.Provider around a Provider. For tfplugin/'s .cpp files alone: it needs gRPC's
// headers. RPCs of later protocol parts that nothing here serves answer UNIMPLEMENTED, and no capability
// announces them.
#pragma once

#include <memory>
#include <stop_token>

#include <grpcpp/impl/codegen/service_type.h>

#include "tfplugin/provider.h"

namespace ghboot::tfplugin {

// `provider` outlives the service. `stop`: the process is to end; every call that runs sees it, as it sees
// StopProvider.
std::unique_ptr<grpc::Service> make_provider_service(Provider& provider, std::stop_token stop);

}  // namespace ghboot::tfplugin
