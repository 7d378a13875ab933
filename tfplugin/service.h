// SPDX-License-Identifier: Apache-2.0
// The gRPC service tfplugin6.Provider around a Provider. For tfplugin/'s .cpp files alone: it needs gRPC's
// headers. RPCs of later protocol parts that nothing here serves answer UNIMPLEMENTED, and no capability
// announces them.
#pragma once

#include <cstddef>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "tfplugin/provider.h"
#include "tfplugin/session.h"

namespace ghboot::tfplugin {

// Of all schemas together: Terraform reads no answer above it.
inline constexpr std::size_t announced_bytes_max = 64U << 20U;

// A tfplugin6::Provider::Service, whose RPCs need no ServerContext. Both outlive the service. Every call that
// runs sees the session's stop.
std::unique_ptr<grpc::Service> make_provider_service(Provider& provider, Session& session);

}  // namespace ghboot::tfplugin
