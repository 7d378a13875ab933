// SPDX-License-Identifier: Apache-2.0
#include "standin/service.h"

#include <cstdlib>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "nats/program.h"
#include "standin/certificate.h"
#include "standin/crypto.h"
#include "standin/deliverer.h"
#include "standin/server.h"
#include "standin/standin.h"
#include "standin/state.h"
#include "standin/store.h"

namespace ghboot::standin {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds tick_length{500};
constexpr std::string_view admin_login = "ghboot";

std::expected<void, std::string> write_file(const std::string& path, std::string_view text) {
  nats::FileSystem& files = nats::system_files();
  (void)files.remove(path);
  const auto file = files.create(path);
  if (file && files.write(*file, text)) return {};
  return std::unexpected(
      fmt::format("cannot write {}: {}", path, file ? "the disk may be full" : file.error().message()));
}

std::expected<CertificateFiles, std::string> write_certificate(const std::string& folder) {
  const auto made = make_certificate();
  if (!made) return std::unexpected(made.error());
  CertificateFiles paths{.certificate = folder + "/certificate.pem", .key = folder + "/key.pem"};
  if (const auto done = write_file(paths.certificate, made->certificate_pem); !done)
    return std::unexpected(done.error());
  if (const auto done = write_file(paths.key, made->key_pem); !done) return std::unexpected(done.error());
  return paths;
}

void add_admin(State& state, const std::string& text, std::int64_t now) {
  const Owner* owner = find_owner(state, admin_login);
  if (owner == nullptr) {
    const Id id = state.take_id();
    state.owners[id] = {.id = id,
                        .login = std::string(admin_login),
                        .is_organization = false,
                        .is_site_admin = true,
                        .created_at = now};
  }
  Token token{.fingerprint = sha256_hex(text),
              .login = std::string(admin_login),
              .scopes = {"repo", "admin:repo_hook", "admin:org", "admin:org_hook", "workflow", "user"}};
  state.tokens[token.fingerprint] = token;
}

}  // namespace

struct Service::Parts {
  std::string folder;
  bool is_temporary = false;
  CertificateFiles certificate;
  std::unique_ptr<Standin> standin;
  std::unique_ptr<Deliverer> deliverer;
  std::unique_ptr<Server> plain, tls;
  std::jthread ticker;

  ~Parts() {
    // Nobody asks any more, then nobody is told, then nothing is kept.
    if (standin) standin->stop();
    ticker = {};
    plain.reset();
    tls.reset();
    deliverer.reset();
    standin.reset();
    std::error_code ignored;
    if (is_temporary) fs::remove_all(folder, ignored);
  }

  std::expected<void, std::string> choose_folder(const std::string& given) {
    folder = given;
    if (!given.empty()) return {};
    std::error_code failed;
    folder = (fs::temp_directory_path(failed) / "ghboot-standin-XXXXXX").string();
    if (failed || ::mkdtemp(folder.data()) == nullptr)
      return std::unexpected("cannot make a temporary folder: give one by --data");
    is_temporary = true;
    return {};
  }

  std::expected<void, std::string> open_standin(const ServiceOptions& options) {
    Surroundings around{nats::system_clock(), nats::system_random()};
    const auto git = nats::find_program("git", options.search_path, {"/usr/bin/git"});
    around.git = Git(git ? git->string() : "", folder + "/git");
    around.send = [this](Outgoing one) { deliverer->send(std::move(one)); };
    if (!is_temporary) {
      auto store = Store::open(folder, nats::system_files());
      if (!store) return std::unexpected(store.error());
      around.store = *std::move(store);
    }
    auto opened = Standin::open(std::move(around));
    if (!opened) return std::unexpected(opened.error());
    standin = *std::move(opened);
    if (options.log) standin->set_log(options.log);
    standin->set_exchanges(options.exchanges);
    if (!options.admin_token.empty()) {
      standin->change(
          [&](State& state) { add_admin(state, options.admin_token, nats::system_clock().unix_seconds()); });
    }
    deliverer = std::make_unique<Deliverer>(
        [this](Id id, const Outcome& outcome) { standin->delivered(id, outcome); });
    return {};
  }

  std::expected<void, std::string> listen(const ServiceOptions& options) {
    const auto answer = [this](const Request& request) { return standin->answer(request); };
    auto written = write_certificate(folder);
    if (!written) return std::unexpected(written.error());
    certificate = *written;
    auto opened = Server::listen(options.port, answer);
    if (!opened) return std::unexpected(opened.error());
    plain = *std::move(opened);
    opened = Server::listen(options.tls_port, answer, &certificate);
    if (!opened) return std::unexpected(opened.error());
    tls = *std::move(opened);
    standin->resume();
    ticker = std::jthread([this](const std::stop_token& stop) {
      nats::Clock& clock = nats::system_clock();
      while (clock.sleep(tick_length, {nats::SteadyTime::max(), stop})) standin->tick();
    });
    return {};
  }
};

std::expected<std::unique_ptr<Service>, std::string> Service::open(const ServiceOptions& options) {
  auto parts = std::make_unique<Parts>();
  if (const auto done = parts->choose_folder(options.folder); !done) return std::unexpected(done.error());
  if (const auto done = parts->open_standin(options); !done) return std::unexpected(done.error());
  if (const auto done = parts->listen(options); !done) return std::unexpected(done.error());
  return std::unique_ptr<Service>(new Service(std::move(parts)));
}

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;
std::string Service::address() const { return parts_->plain->address(); }
std::string Service::tls_address() const { return parts_->tls->address(); }
std::string Service::certificate() const { return parts_->certificate.certificate; }
Standin& Service::standin() { return *parts_->standin; }

}  // namespace ghboot::standin
