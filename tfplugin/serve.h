// SPDX-License-Identifier: Apache-2.0
// serve() is the life of a provider's process: it shakes hands with the Terraform that started it
// (go-plugin's protocol: a cookie in the environment, one line on stdout, gRPC over a Unix socket, each side
// with a certificate made for this run), serves until Terraform is done, and leaves. Always holds: nothing
// but that line is written to stdout; when Terraform dies, also by kill -9, running calls are stopped and the
// process ends. With -debug it serves any number of Terraform commands, and ends on SIGINT or SIGTERM alone.
// With -docs DIR it serves nobody and writes the provider's documentation (docs.h).
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "tfplugin/provider.h"

namespace grpc {
class Service;
}

namespace ghboot::tfplugin {

class Session;

// What main() returns. `source_address` is the provider's, as "registry.terraform.io/ghboot/ghboot". Called
// before the process has threads.
int serve(int argc, char** argv, std::string_view source_address, Provider& provider);

// The same with another service around the provider: for tests of what Terraform says to a broken one.
using MakeService = std::function<std::unique_ptr<grpc::Service>(Provider&, Session&)>;
int serve(int argc, char** argv, std::string_view source_address, Provider& provider,
          const MakeService& make_service);

}  // namespace ghboot::tfplugin
