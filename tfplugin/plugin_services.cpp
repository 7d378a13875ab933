// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/plugin_services.h"

#include <utility>

#include <grpcpp/grpcpp.h>

#include "proto/goplugin.grpc.pb.h"

namespace ghboot::tfplugin {
namespace {

class Controller final : public plugin::GRPCController::CallbackService {
 public:
  explicit Controller(std::function<void()> done) : done_(std::move(done)) {}
  grpc::ServerUnaryReactor* Shutdown(grpc::CallbackServerContext* context, const plugin::Empty*,
                                     plugin::Empty*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    done_();
    return reactor;
  }

 private:
  std::function<void()> done_;
};

// Reactors own themselves until OnDone(), as gRPC's callback interface has it.
class Broker final : public plugin::GRPCBroker::CallbackService {
  struct Stream final : grpc::ServerBidiReactor<plugin::ConnInfo, plugin::ConnInfo> {
    Stream() { StartRead(&info); }
    void OnReadDone(bool more) override {
      if (more) {
        StartRead(&info);
      } else {
        Finish(grpc::Status::OK);
      }
    }
    void OnDone() override { delete this; }
    plugin::ConnInfo info;
  };
  grpc::ServerBidiReactor<plugin::ConnInfo, plugin::ConnInfo>* StartStream(
      grpc::CallbackServerContext*) override {
    return new Stream;
  }
};

class Stdio final : public plugin::GRPCStdio::CallbackService {
  struct Stream final : grpc::ServerWriteReactor<plugin::StdioData> {
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }
  };
  grpc::ServerWriteReactor<plugin::StdioData>* StreamStdio(grpc::CallbackServerContext*,
                                                           const plugin::Empty*) override {
    return new Stream;
  }
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> make_plugin_services(std::function<void()> done) {
  std::vector<std::unique_ptr<grpc::Service>> out;
  out.push_back(std::make_unique<Controller>(std::move(done)));
  out.push_back(std::make_unique<Broker>());
  out.push_back(std::make_unique<Stdio>());
  return out;
}

}  // namespace ghboot::tfplugin
