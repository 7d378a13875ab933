// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/serve.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
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
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tfplugin/certificate.h"
#include "tfplugin/handshake.h"
#include "tfplugin/logging.h"
#include "tfplugin/plugin_services.h"
#include "tfplugin/service.h"

namespace ghboot::tfplugin {
namespace {

// A call that runs when Terraform has died, or we are told to end, gets this long to reach a safe point.
constexpr std::chrono::seconds grace{10};

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

enum class End : std::uint8_t { told, signalled, orphaned };

// Why the process is to end. Terraform's death shows by a descriptor of its process, not by PR_SET_PDEATHSIG,
// which goes by the thread that started us, and Go's threads come and go.
class Ending {
 public:
  explicit Ending(bool has_parent)
      : told_(eventfd(0, EFD_CLOEXEC)),
        signals_(watch_signals(!has_parent)),
        parent_(has_parent ? static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0)) : -1) {}

  void tell() const {
    const std::uint64_t one = 1;
    static_cast<void>(!write(told_.get(), &one, sizeof one));
  }

  End wait() const {
    pollfd waited[] = {{told_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}, {parent_.get(), POLLIN, 0}};
    while (poll(waited, 3, -1) < 0 && errno == EINTR) {
    }
    if (waited[2].revents) return End::orphaned;
    return waited[1].revents ? End::signalled : End::told;
  }

 private:
  // Of Ctrl-C, which reaches the whole process group, Terraform itself tells us by StopProvider.
  static int watch_signals(bool interrupt_too) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    if (!interrupt_too) sigdelset(&set, SIGINT);
    return signalfd(-1, &set, SFD_CLOEXEC);
  }

  Descriptor told_, signals_, parent_;
};

// A folder of our own with the socket in it; both go with the object.
class Socket {
 public:
  explicit Socket(const std::string& folder) : folder_(folder + "/plugin-XXXXXX") {
    constexpr std::size_t path_max = 107;  // sockaddr_un
    if (folder_.size() + sizeof "/socket" > path_max)
      throw std::runtime_error(fmt::format(
          "no socket can lie in {}: its path would be longer than {} bytes; set TMPDIR to a shorter "
          "folder",
          folder, path_max));
    if (!mkdtemp(folder_.data()))
      throw std::runtime_error(
          fmt::format("no folder for a socket could be made in {}: {}", folder, std::strerror(errno)));
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path() const { return folder_ + "/socket"; }

 private:
  std::string folder_;
};

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

Served start(Provider& provider, const std::string& socket,
             const std::shared_ptr<grpc::ServerCredentials>& credentials, std::stop_token stop,
             std::function<void()> done) {
  Served out;
  out.services = make_plugin_services(std::move(done));
  out.services.push_back(make_provider_service(provider, std::move(stop)));
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

// False: nobody reads it any more.
bool say(std::string line) {
  line += '\n';
  return write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

int run(bool debug, const Handshake& handshake, std::string_view source_address, Provider& provider) {
  // First of all: a parent that dies from here on is noticed, and one that died before reads no line.
  const Ending ending(!debug);
  std::signal(SIGPIPE, SIG_IGN);
  const Socket socket(handshake.socket_folder);
  std::optional<Certificate> certificate;
  if (!handshake.client_certificate.empty()) certificate = make_certificate();
  std::stop_source stop;
  const Served served =
      start(provider, socket.path(), credentials_for(handshake.client_certificate, certificate),
            stop.get_token(), [&] {
              if (!debug) ending.tell();
            });
  const bool heard = debug
                         ? say(fmt::format("Set this where Terraform runs:\n\n  TF_REATTACH_PROVIDERS='{}'\n",
                                           reattach_text(source_address, socket.path(), getpid())))
                         : say(handshake_line(socket.path(), certificate ? certificate->der : ""));
  const End end = heard ? ending.wait() : End::orphaned;
  spdlog::debug("ends: {}", end == End::told        ? "Terraform is done"
                            : end == End::signalled ? "SIGTERM"
                                                    : "orphaned");
  stop.request_stop();
  served.server->Shutdown(std::chrono::system_clock::now() +
                          (end == End::told ? std::chrono::seconds(0) : grace));
  return 0;
}

}  // namespace

int serve(int argc, char** argv, std::string_view source_address, Provider& provider) {
  const EnvironmentVariable environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "the provider").filename();
  const bool debug =
      argc == 2 && (std::string_view(argv[1]) == "-debug" || std::string_view(argv[1]) == "--debug");
  if (argc > 1 && !debug) {
    fmt::print(stderr, "{}: the only argument is -debug\n", program);
    return 2;
  }
  start_logging(source_address.substr(source_address.rfind('/') + 1), environment);
  std::optional<Handshake> handshake;
  if (debug) {
    handshake = Handshake{.client_certificate = {}, .socket_folder = environment("TMPDIR").value_or("/tmp")};
  } else {
    auto read = read_handshake(environment, program);
    if (!read) {
      fmt::print(stderr, "{}\n", read.error());
      return 1;
    }
    handshake = *std::move(read);
  }
  try {
    return run(debug, *handshake, source_address, provider);
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}: {}\n", program, e.what());
    return 1;
  }
}

}  // namespace ghboot::tfplugin
