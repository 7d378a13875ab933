// SPDX-License-Identifier: Apache-2.0
// The example provider as a process, spoken to as a host does.
#include "tfplugin/serve.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/goplugin.grpc.pb.h"
#include "proto/tfplugin6.grpc.pb.h"
#include "tfplugin/certificate.h"
#include "tfplugin/handshake.h"

namespace ghboot::tfplugin {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Pair;
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
  explicit Host(const Certificate& own, const char* argument = nullptr) : own_(own) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      setenv(cookie_name, cookie, 1);
      setenv("PLUGIN_PROTOCOL_VERSIONS", "5,6", 1);
      setenv("PLUGIN_CLIENT_CERT", own.pem.c_str(), 1);
      execl(GHBOOT_EXAMPLE_PROGRAM, GHBOOT_EXAMPLE_PROGRAM, argument, nullptr);
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
    line = read_line();
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    stop_reading();
  }

  std::string read_line() const {
    std::string out;
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) out += c;
    return out;
  }
  void stop_reading() {
    if (output_ >= 0) close(std::exchange(output_, -1));
  }
  void signal(int number) const { kill(process_, number); }
  pid_t process() const { return process_; }

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

// Without a stub of its own: request and answer are two bytes of tag and length, and the name.
std::string health_of(const std::shared_ptr<grpc::Channel>& channel, std::string_view service) {
  const std::string request =
      std::string{"\x0a", 1} + static_cast<char>(service.size()) + std::string(service);
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", bytes, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  grpc::Slice got;
  if (!status.ok() || !answer.DumpToSingleSlice(&got).ok()) return status.error_message();
  return {reinterpret_cast<const char*>(got.begin()), got.size()};
}

TEST(Serve, IsHealthyUnderTheNameThatHostsAskFor) {
  const Certificate own = make_certificate();
  Host host(own);
  EXPECT_EQ(health_of(host.connect(), "plugin"), "\x08\x01") << "SERVING";
  EXPECT_NE(health_of(host.connect(), "another"), "\x08\x01");
}

TEST(Serve, LeavesWhenTheControllerSaysSo) {
  const Certificate own = make_certificate();
  Host host(own);
  const auto channel = host.connect();
  // As Terraform does: both streams are open all the while.
  grpc::ClientContext of_broker, of_stdio, of_configure, of_shutdown;
  const auto broker = plugin::GRPCBroker::NewStub(channel)->StartStream(&of_broker);
  const auto stdio = plugin::GRPCStdio::NewStub(channel)->StreamStdio(&of_stdio, {});
  // The example says something on its standard output here; it must not get there.
  tfplugin6::ConfigureProvider::Request request;
  request.mutable_config()->set_json("{}");
  tfplugin6::ConfigureProvider::Response configured;
  EXPECT_TRUE(
      tfplugin6::Provider::NewStub(channel)->ConfigureProvider(&of_configure, request, &configured).ok());
  plugin::Empty answer;
  const auto status = plugin::GRPCController::NewStub(channel)->Shutdown(&of_shutdown, {}, &answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(host.read_line(), "");
  EXPECT_EQ(host.wait(), 0);
}

// Behind a wrapper the death of the host shows in nothing else.
TEST(Serve, LeavesWhenNobodyReadsItsOutputAnyMore) {
  const Certificate own = make_certificate();
  Host host(own);
  host.stop_reading();
  EXPECT_EQ(host.wait(), 0);
}

TEST(Serve, LeavesOnSigtermAndTakesItsSocketWithIt) {
  const Certificate own = make_certificate();
  Host host(own);
  const std::string socket = split(host.line).at(3);
  EXPECT_TRUE(std::filesystem::exists(socket));
  host.signal(SIGTERM);
  EXPECT_EQ(host.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(socket).parent_path()));
}

TEST(Serve, DebuggingOutlivesItsHostsAndEndsOnCtrlC) {
  Host host(make_certificate(), "-debug");
  EXPECT_EQ(host.read_line(), "");
  const std::string text = host.read_line();
  const auto begin = text.find('{'), end = text.rfind('}');
  ASSERT_NE(end, std::string::npos) << host.line << text;
  const auto reattach = nlohmann::json::parse(text.substr(begin, end - begin + 1));
  const auto& entry = reattach.at("registry.terraform.io/ghboot/example");
  EXPECT_EQ(entry.at("Pid"), host.process());
  const std::string address = "unix:" + entry.at("Addr").at("String").get<std::string>();
  for (int command = 0; command < 2; ++command) {
    const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
    const auto served = ask_schema(channel);
    EXPECT_TRUE(served.ok()) << served.error_message();
    grpc::ClientContext context;
    plugin::Empty answer;
    EXPECT_TRUE(plugin::GRPCController::NewStub(channel)->Shutdown(&context, {}, &answer).ok());
  }
  host.signal(SIGINT);
  EXPECT_EQ(host.wait(), 0);
}

// What a person gets who starts it: the exit code, and what it said on both outputs.
std::pair<int, std::string> run(const std::string& arguments) {
  const std::string command = std::string(GHBOOT_EXAMPLE_PROGRAM) + " " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) std::abort();
  std::string said;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) said += static_cast<char>(c);
  return {WEXITSTATUS(pclose(pipe)), said};
}

TEST(Serve, WritesItsDocumentationInsteadOfServing) {
  std::string folder = testing::TempDir() + "serve-docs-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::filesystem::path docs = std::filesystem::path(folder) / "docs";
  EXPECT_THAT(run("-docs " + docs.string()), Pair(0, EndsWith(" pages in " + docs.string() + "\n")));
  for (const char* page : {"index.md", "resources/thing.md", "data-sources/echo.md", "functions/join.md",
                           "ephemeral-resources/pass.md"})
    EXPECT_TRUE(std::filesystem::exists(docs / page)) << page;
  const auto [code, said] = run("-docs " + (docs / "index.md").string());
  EXPECT_EQ(code, 1);
  EXPECT_THAT(said, HasSubstr("docs/index.md/index.md cannot be written: Not a directory"));
  std::filesystem::remove_all(folder);
}

TEST(Serve, TellsWhichArgumentsThereAre) {
  for (const char* arguments : {"-docs", "-docs ''", "-docs a b", "-debug more", "-other"}) {
    const auto [code, said] = run(arguments);
    EXPECT_EQ(code, 2) << arguments;
    EXPECT_THAT(said, StartsWith("usage: terraform-provider-example [-debug | -docs DIR]\n")) << arguments;
  }
}

}  // namespace
}  // namespace ghboot::tfplugin
