// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/plugin_services.h"

#include <atomic>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "proto/goplugin.grpc.pb.h"

namespace ghboot::tfplugin {
namespace {

// Reactors own themselves until OnDone(), as gRPC's callback interface has it.
class Controller final : public plugin::GRPCController::CallbackService {
  struct Call final : grpc::ServerUnaryReactor {
    explicit Call(const std::function<void()>& done) : done_(done) { Finish(grpc::Status::OK); }
    void OnDone() override {
      done_();
      delete this;
    }

   private:
    const std::function<void()>& done_;
  };

 public:
  explicit Controller(std::function<void()> done) : done_(std::move(done)) {}
  grpc::ServerUnaryReactor* Shutdown(grpc::CallbackServerContext*, const plugin::Empty*,
                                     plugin::Empty*) override {
    return new Call(done_);
  }

 private:
  std::function<void()> done_;
};

class Broker final : public plugin::GRPCBroker::CallbackService {
  struct Stream final : grpc::ServerBidiReactor<plugin::ConnInfo, plugin::ConnInfo> {
    explicit Stream(Broker& broker) : broker_(broker) {
      ++broker_.open_;
      StartRead(&info_);
    }
    void OnReadDone(bool more) override {
      if (more) {
        StartRead(&info_);
      } else {
        Finish(grpc::Status::OK);
      }
    }
    void OnDone() override {
      if (--broker_.open_ == 0) broker_.all_left_();
      delete this;
    }

   private:
    Broker& broker_;
    plugin::ConnInfo info_;
  };

 public:
  explicit Broker(std::function<void()> all_left) : all_left_(std::move(all_left)) {}
  grpc::ServerBidiReactor<plugin::ConnInfo, plugin::ConnInfo>* StartStream(
      grpc::CallbackServerContext*) override {
    return new Stream(*this);
  }

 private:
  std::function<void()> all_left_;
  std::atomic<int> open_ = 0;
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

std::vector<std::unique_ptr<grpc::Service>> make_plugin_services(HostEvents events) {
  std::vector<std::unique_ptr<grpc::Service>> out;
  out.push_back(std::make_unique<Controller>(std::move(events.done)));
  out.push_back(std::make_unique<Broker>(std::move(events.all_left)));
  out.push_back(std::make_unique<Stdio>());
  return out;
}

}  // namespace ghboot::tfplugin
