// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/serve.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "tfplugin/certificate.h"
#include "tfplugin/docs.h"
#include "tfplugin/ending.h"
#include "tfplugin/handshake.h"
#include "tfplugin/logging.h"
#include "tfplugin/plugin_services.h"
#include "tfplugin/service.h"
#include "tfplugin/socket.h"

namespace ghboot::tfplugin {
namespace {

// A call that runs when Terraform has died, or we are told to end, gets this long to reach a safe point.
constexpr std::chrono::seconds grace{10};

std::shared_ptr<grpc::ServerCredentials> credentials_for(const std::string& client_certificate,
                                                         const std::optional<Certificate>& own) {
  if (!own) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = client_certificate;
  options.pem_key_cert_pairs.push_back({own->key_pem, own->pem});
  return grpc::SslServerCredentials(options);
}

// Services outlive the server that they are registered with.
struct Served {
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
};

Served start(const MakeService& make_service, Provider& provider, Session& session, HostEvents events,
             const std::string& socket, const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  Served out;
  out.services = make_plugin_services(std::move(events));
  out.services.push_back(make_service(provider, session));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + socket, credentials);
  builder.SetMaxReceiveMessageSize(-1);
  builder.SetMaxSendMessageSize(-1);
  for (const auto& service : out.services) builder.RegisterService(service.get());
  out.server = builder.BuildAndStart();
  if (!out.server) throw std::runtime_error("gRPC could not listen on " + socket);
  out.server->GetHealthCheckService()->SetServingStatus("plugin", true);
  return out;
}

void say_where(const Output& output, std::string_view source_address, const Socket& socket) {
  output.say(fmt::format("Set this where Terraform runs:\n\n  TF_REATTACH_PROVIDERS='{}'\n",
                         reattach_text(source_address, socket.path(), getpid())));
}

int run(bool debug, const Handshake& handshake, std::string_view source_address, Provider& provider,
        const MakeService& make_service) {
  // First of all: a host that dies from here on is noticed, and one that died before has closed our output.
  const Output output;
  const Ending ending(debug ? nullptr : &output);
  std::optional<Socket> socket(handshake.socket_folder);
  std::optional<Certificate> certificate;
  if (!handshake.client_certificate.empty()) certificate = make_certificate();
  std::stop_source stop;
  Session session(stop.get_token());
  const HostEvents events{.done =
                              [&] {
                                if (!debug) ending.tell();
                              },
                          .all_left = [&] { session.stop(); }};
  const Served served = start(make_service, provider, session, events, socket->path(),
                              credentials_for(handshake.client_certificate, certificate));
  if (!handshake.socket_group.empty()) socket->open_to(handshake.socket_group);
  if (debug) {
    say_where(output, source_address, *socket);
  } else if (!output.say(handshake_line(socket->path(), certificate ? certificate->der : ""))) {
    return 1;
  }
  const End end = ending.wait();
  spdlog::debug("ends: {}", text(end));
  socket.reset();
  // A call that heeds neither its stop nor its deadline must not keep the process.
  alarm(static_cast<unsigned>((grace + std::chrono::seconds(2)).count()));
  stop.request_stop();
  served.server->Shutdown(std::chrono::system_clock::now() +
                          (end == End::told ? std::chrono::seconds(0) : grace));
  return 0;
}

// As a release does it, not a Terraform: nothing is served.
int write_pages(const std::string& program, std::string_view source_address, const Provider& provider,
                const std::string& folder) {
  try {
    const auto pages = write_docs(provider, source_address, folder);
    if (pages) {
      fmt::print("{} pages in {}\n", *pages, folder);
      return 0;
    }
    fmt::print(stderr, "{}: {}\n", program, pages.error());
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}: {}\n", program, e.what());  // A folder that may not be looked into.
  }
  return 1;
}

constexpr std::string_view usage = R"(usage: {0} [-debug | -docs DIR]
Without an argument it is for Terraform to start.
  -debug     serve any number of Terraform commands, until Ctrl-C
  -docs DIR  write the provider's documentation below DIR, by DIR/../templates and DIR/../examples
)";

}  // namespace

int serve(int argc, char** argv, std::string_view source_address, Provider& provider) {
  return serve(argc, argv, source_address, provider, make_provider_service);
}

int serve(int argc, char** argv, std::string_view source_address, Provider& provider,
          const MakeService& make_service) {
  const EnvironmentVariable environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "the provider").filename();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto is_flag = [&](std::string_view name) {
    return !words.empty() && (words[0] == "-" + std::string(name) || words[0] == "--" + std::string(name));
  };
  const bool debug = words.size() == 1 && is_flag("debug");
  const bool docs = words.size() == 2 && is_flag("docs") && !words[1].empty();
  if (docs) return write_pages(program, source_address, provider, words[1]);
  if (!words.empty() && !debug) {
    fmt::print(stderr, usage, program);
    return 2;
  }
  start_logging(source_address.substr(source_address.rfind('/') + 1), environment);
  std::optional<Handshake> handshake;
  if (debug) {
    handshake = Handshake{.socket_folder = environment("TMPDIR").value_or("/tmp")};
  } else {
    auto read = read_handshake(environment, program);
    if (!read) {
      fmt::print(stderr, "{}\n", read.error());
      return 1;
    }
    handshake = *std::move(read);
  }
  try {
    return run(debug, *handshake, source_address, provider, make_service);
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}: {}\n", program, e.what());
    return 1;
  }
}

}  // namespace ghboot::tfplugin
