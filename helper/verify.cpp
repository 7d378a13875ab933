// SPDX-License-Identifier: Apache-2.0
// ghboot verify nats: walks the links from the port to a message that a user of the account published and
// got; ghboot verify github those of verify_github.h. 0: all hold. 1: one is broken; the line says what is
// wrong and the one thing to do. 2: of github, no token and no stand-in, or no organisation. 3: verify of
// something that is not built yet. 5: none is known to be broken, and one could not be judged.
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "helper/applied_account.h"
#include "helper/dev_github.h"
#include "helper/port.h"
#include "helper/server_greeting.h"
#include "helper/system_access.h"
#include "helper/verbs.h"
#include "helper/verify_github.h"
#include "helper/walk.h"
#include "nats/account_claims.h"
#include "nats/connection.h"
#include "nats/creds.h"
#include "nats/file_system.h"
#include "nats/folder_store.h"
#include "nats/resolver.h"
#include "nats/secret.h"

namespace ghboot::helper {

namespace {

constexpr std::chrono::seconds walk_max{20}, github_walk_max{60};
constexpr std::chrono::milliseconds greeting_max{5000};

class NatsWalk {
 public:
  explicit NatsWalk(const DataFolder& folder)
      : folder_(folder),
        clock_(nats::system_clock()),
        store_(folder.store().string(), nats::system_files(), nats::system_random()),
        wait_{clock_.now() + walk_max} {}

  ExitCode run() {
    using Of = Link<NatsWalk>;
    const std::array links{Of{"set up", &NatsWalk::set_up},
                           Of{"tcp", &NatsWalk::tcp},
                           Of{"system account", &NatsWalk::system_account},
                           Of{"resolver", &NatsWalk::resolver},
                           Of{"account", &NatsWalk::account},
                           Of{"creds", &NatsWalk::creds},
                           Of{"connect", &NatsWalk::connect},
                           Of{"publish and subscribe", &NatsWalk::publish}};
    return walk<NatsWalk>(*this, links, [](const std::string& text) { fmt::print("{}", text); });
  }

 private:
  Judged set_up() {
    if (!folder_.set_up())
      return broken(fmt::format("nothing in {}", folder_.root().string()), "run ghboot bootstrap");
    auto settings = DevSettings::load(folder_);
    if (!settings) return broken(settings.error().message, "run ghboot up --fresh");
    settings_ = *std::move(settings);
    return folder_.root().string();
  }

  Judged tcp() {
    std::string version;
    for (const DevServer& server : settings_.servers) {
      const auto greeting = greet(server.port, greeting_max);
      if (!greeting)
        return std::unexpected(
            Finding{greeting.error().code, fmt::format("{}: {}", server.url(), greeting.error().message),
                    "run ghboot up; if it runs, look at " + folder_.server_log(server.name).string()});
      if (greeting->server_name != server.name)
        return broken(fmt::format("{} is another server, \"{}\", of {}", server.url(), greeting->server_name,
                                  owner_of(server.port).value_or("nobody")),
                      "end that server, or choose another port with ghboot up --port");
      version = greeting->version;
    }
    return fmt::format("{}, nats-server {}", settings_.url(), version);
  }

  Judged system_account() {
    const auto creds = creds_in(folder_.system_creds_file());
    if (!creds) return broken(creds.error().message, "run ghboot up --fresh: the operator's files are lost");
    connector_.emplace(nats::ConnectOptions{.servers = settings_.urls(), .creds = *creds}, clock_);
    resolver_.emplace(*connector_, clock_);
    const auto cluster = resolver_->servers(wait_);
    if (!cluster)
      return judged(cluster.error(), "run ghboot down and ghboot up: the server runs with other keys");
    const std::size_t joined = cluster->present.size();
    if (joined != settings_.servers.size())
      return broken(fmt::format("{} of {} servers are joined", joined, settings_.servers.size()),
                    "run ghboot down and ghboot up; if it stays, look at " + folder_.logs().string());
    return fmt::format("{} server{}", joined, joined == 1 ? "" : "s");
  }

  Judged resolver() {
    auto text = read_whole(folder_.operator_seed_file());
    if (!text) return broken(text.error().message, "run ghboot up --fresh: the operator's files are lost");
    const nats::Secret seed(*std::move(text));
    const auto key = nats::KeyPair::from_seed(seed.reveal());
    if (!key) return broken("the operator's signing key: " + key.error().message, "run ghboot up --fresh");
    if (const auto trusted = resolver_->check_signer(key->public_key(), wait_); !trusted)
      return judged(trusted.error(), "run ghboot down and ghboot up: the server trusts another operator");
    const auto listings = resolver_->list(wait_);
    if (!listings)
      return judged(listings.error(), "run ghboot down and ghboot up: accounts are kept by a full resolver");
    return fmt::format("{} accounts, operator {}", listings->empty() ? 0 : listings->front().accounts.size(),
                       settings_.operator_name);
  }

  Judged account() {
    const auto applied = applied_account(folder_);
    if (!applied) return broken(applied.error().message, "run ghboot bootstrap");
    if (!*applied) return broken("none has been applied yet", "run ghboot bootstrap");
    applied_ = **applied;
    const auto stored = resolver_->lookup(applied_.account, wait_);
    if (!stored)
      return judged(stored.error(), stored.error().kind == nats::ErrorKind::missing
                                        ? "run ghboot bootstrap: terraform makes it again"
                                        : "look at " + folder_.logs().string());
    const auto claims = stored->jwts.empty() ? nats::fail(nats::ErrorKind::missing, "no server has it")
                                             : nats::AccountClaims::decode(stored->jwts.front());
    if (!claims) return broken(claims.error().message, "run ghboot bootstrap");
    account_name_ = claims->name();
    return fmt::format("{} {}", account_name_, applied_.account);
  }

  Judged creds() {
    auto creds = store_.creds_of(settings_.operator_name, account_name_, applied_.verify_user);
    if (!creds)
      return broken(
          creds.error().message,
          fmt::format("eval \"$(ghboot env)\" and terraform -chdir={} apply -replace=ghboot_nats_user.verify",
                      shell_quoted(folder_.working_copy().string())));
    user_creds_ = *std::move(creds);
    return fmt::format("of user {}", applied_.verify_user);
  }

  Judged connect() {
    auto connection =
        nats::Connection::open({.servers = settings_.urls(), .creds = user_creds_}, clock_, wait_);
    if (!connection)
      return judged(connection.error(),
                    "run ghboot bootstrap; if it stays, look at " + folder_.logs().string());
    connection_ = *std::move(connection);
    return "as that user";
  }

  Judged publish() {
    const auto key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
    const std::string& body = key.public_key();  // Nobody else's message is taken for ours.
    const std::string subject = "ghboot.verify." + body;
    const std::string to_do = "look at " + folder_.logs().string() + " for the reason";
    auto subscription = connection_->subscribe({subject});
    if (!subscription) return judged(subscription.error(), to_do);
    if (const auto sent = connection_->publish(subject, body); !sent) return judged(sent.error(), to_do);
    const auto message = subscription->next(wait_.at_most(clock_.now(), greeting_max));
    if (!message) return judged(message.error(), to_do);
    if (!*message) return broken("what was published on " + subject + " did not come back", to_do);
    if ((*message)->body != body) return broken("another message came back than was published", to_do);
    return "a message on ghboot.verify.> came back";
  }

  const DataFolder folder_;
  nats::Clock& clock_;
  nats::FolderStore store_;
  const nats::Wait wait_;
  DevSettings settings_;
  AppliedAccount applied_;
  std::string account_name_;
  std::optional<nats::Creds> user_creds_;
  std::optional<nats::Connector> connector_;
  std::optional<nats::Resolver> resolver_;
  std::shared_ptr<nats::Connection> connection_;
};

}  // namespace

Result<ExitCode> verify(const DataFolder& folder, const VerifyArgs& args, const Environment& environment) {
  if (args.what == "nats") return NatsWalk(folder).run();
  if (args.what != "github")
    return fail(ExitCode::cannot_run,
                fmt::format("verify {}: not built yet; verify nats and verify github are", args.what));
  const auto access = github_access(folder, args.org, environment);
  if (!access) return std::unexpected(access.error());
  const Verdict verdict = walk_github(*access, {nats::system_clock().now() + github_walk_max});
  fmt::print("{}", verdict.text);
  return verdict.code;
}

}  // namespace ghboot::helper
