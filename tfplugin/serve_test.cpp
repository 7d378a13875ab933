// SPDX-License-Identifier: Apache-2.0
// The example provider as a process, spoken to as a host does.
#include "tfplugin/serve.h"

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/goplugin.grpc.pb.h"
#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/certificate.h"

namespace ghboot::tfplugin {
namespace {

using testing::StartsWith;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line)
    if (c == '|') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  return out;
}

std::string pem_of(const std::string& base64) {
  std::string text = base64;
  while (text.size() % 4 != 0) text += '=';
  return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
}

class Host {
 public:
  explicit Host(const Certificate& own) : own_(own) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      setenv("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", 1);
      setenv("PLUGIN_PROTOCOL_VERSIONS", "5,6", 1);
      setenv("PLUGIN_CLIENT_CERT", own.pem.c_str(), 1);
      execl(GHBOOT_EXAMPLE_PROGRAM, GHBOOT_EXAMPLE_PROGRAM, nullptr);
      _exit(127);
    }
    close(ends[1]);
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    output_ = ends[0];
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(output_);
  }

  std::shared_ptr<grpc::Channel> connect(const Certificate& with) const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = pem_of(split(line).at(5));
    options.pem_private_key = with.key_pem;
    options.pem_cert_chain = with.pem;
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    return grpc::CreateCustomChannel("unix:" + split(line).at(3), grpc::SslCredentials(options), arguments);
  }
  std::shared_ptr<grpc::Channel> connect() const { return connect(own_); }

  int wait() {
    int status = 0;
    waitpid(std::exchange(process_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // What stood on stdout after the line, until the process has ended.
  std::string rest() const {
    std::string out;
    for (char c = 0; read(output_, &c, 1) == 1;) out += c;
    return out;
  }

  std::string line;

 private:
  const Certificate own_;
  pid_t process_ = 0;
  int output_ = -1;
};

grpc::Status ask_schema(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  tfplugin6::GetProviderSchema::Response response;
  return tfplugin6::Provider::NewStub(channel)->GetProviderSchema(&context, {}, &response);
}

TEST(Serve, AnswersTheHostAloneAndSaysOneLine) {
  const Certificate own = make_certificate();
  Host host(own);
  EXPECT_THAT(host.line, StartsWith("1|6|unix|/"));
  EXPECT_EQ(split(host.line).size(), 6U);
  const auto served = ask_schema(host.connect());
  EXPECT_TRUE(served.ok()) << served.error_message();
  // Under TLS 1.3 a stranger seems to connect; its call fails.
  EXPECT_EQ(ask_schema(host.connect(make_certificate())).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(Serve, LeavesWhenTheControllerSaysSo) {
  const Certificate own = make_certificate();
  Host host(own);
  const auto channel = host.connect();
  // As Terraform does: both streams are open all the while.
  grpc::ClientContext of_broker, of_stdio, of_shutdown;
  const auto broker = plugin::GRPCBroker::NewStub(channel)->StartStream(&of_broker);
  const auto stdio = plugin::GRPCStdio::NewStub(channel)->StreamStdio(&of_stdio, {});
  plugin::Empty answer;
  const auto status = plugin::GRPCController::NewStub(channel)->Shutdown(&of_shutdown, {}, &answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(host.rest(), "");
  EXPECT_EQ(host.wait(), 0);
}

}  // namespace
}  // namespace ghboot::tfplugin
