// SPDX-License-Identifier: Apache-2.0
#include "nats/connection.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <nats/nats.h>

#include "nats/connect_failure.h"
#include "nats/connect_guard.h"
#include "nats/message_hub.h"
#include "nats/server_address.h"

namespace ghboot::nats {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds write_max{2000};  // A peer that takes no bytes for so long counts as lost.
constexpr milliseconds end_max{2000};    // For a reader to end; what it may use is left to it after that.
constexpr std::string_view deaf_text =
    "the user needs the right to subscribe to _INBOX.>: give it that right";
constexpr milliseconds flush_slice{100};  // libnats's flush knows no stop.
// Debian's libnats (3.4) takes a signature that begins with a zero byte, which is one of 256, for none, and
// sends none: the server refuses the user. With another nonce the signature is another.
constexpr int nonces_max = 8;

std::int64_t milliseconds_left(Clock& clock, const Wait& wait) {
  return std::chrono::duration_cast<milliseconds>(wait.until - clock.now()).count();
}

Message to_message(const natsMsg* message) {
  const char* reply = natsMsg_GetReply(message);
  return {natsMsg_GetSubject(message), reply ? reply : "",
          std::string(natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message)))};
}

void on_reply(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  Hub& hub = **static_cast<std::shared_ptr<Hub>*>(closure);
  Message received = to_message(message);
  const bool nobody = natsMsg_IsNoResponders(message);
  natsMsg_Destroy(message);
  hub.answer(std::move(received), nobody);
}

// Of one libnats subscription.
struct Route {
  std::shared_ptr<Hub> hub;
  std::string subject;
};

void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  const Route& route = *static_cast<const Route*>(closure);
  const Message received = to_message(message);
  natsMsg_Destroy(message);
  route.hub->deliver(route.subject, received);
}

// libnats may report an error after it has reported the end, so what its connections' callbacks are given is
// never freed.
std::weak_ptr<Hub>* closure_of(const std::shared_ptr<Hub>& hub) {
  static std::mutex mutex;
  static std::deque<std::weak_ptr<Hub>> all;
  const std::lock_guard lock(mutex);
  return &all.emplace_back(hub);
}

void on_closed(natsConnection*, void* closure) {
  if (const auto hub = static_cast<std::weak_ptr<Hub>*>(closure)->lock()) hub->lose();
}

void on_error(natsConnection* connection, natsSubscription*, natsStatus status, void* closure) {
  const auto hub = static_cast<std::weak_ptr<Hub>*>(closure)->lock();
  if (!hub) return;
  if (status == NATS_SLOW_CONSUMER) hub->miss();  // libnats has thrown messages away.
  // Of this very event it is the thread's; the connection's may be that of one which came since.
  natsStatus of_thread = NATS_OK;
  const char* text = nats_GetLastError(&of_thread);
  if ((of_thread != status || !text || !*text) &&
      (natsConnection_GetLastError(connection, &text) == NATS_OK || !text || !*text))
    text = natsStatus_GetText(status);
  hub->take_error(text);
}

template <class T>
void delete_closure(void* closure) {
  delete static_cast<T*>(closure);
}

// What libnats's callbacks need while it connects.
struct Login {
  const Creds& creds;
  bool unsendable = false;  // The signature begins with a zero byte.
};

// libnats frees with free() what these return.
natsStatus give_jwt(char** jwt, char**, void* closure) {
  const Creds& creds = static_cast<const Login*>(closure)->creds;
  *jwt = strndup(creds.jwt.reveal().data(), creds.jwt.reveal().size());
  return *jwt ? NATS_OK : NATS_NO_MEMORY;
}

natsStatus give_signature(char**, unsigned char** signature, int* length, const char* nonce, void* closure) {
  Login& login = *static_cast<Login*>(closure);
  const std::string bytes = login.creds.key.sign(nonce);
  login.unsendable = bytes.front() == '\0';
  *signature = static_cast<unsigned char*>(std::malloc(bytes.size()));
  if (!*signature) return NATS_NO_MEMORY;
  std::memcpy(*signature, bytes.data(), bytes.size());
  *length = static_cast<int>(bytes.size());
  return NATS_OK;
}

struct DestroyOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using Options = std::unique_ptr<natsOptions, DestroyOptions>;

std::string last_nats_error() {
  const char* text = nats_GetLastError(nullptr);
  return text && *text ? text : "no reason given";
}

Result<void> set_tls(natsOptions* options, const ServerAddress& address, const TlsFiles& files) {
  const auto checked = [](natsStatus status, std::string_view what, const std::string& file) -> Result<void> {
    if (status == NATS_OK) return {};
    return fail(ErrorKind::invalid,
                fmt::format("the TLS {} in {} cannot be used: {}", what, file, last_nats_error()));
  };
  // Debian's libnats compares the host name only where it is told which to expect.
  natsOptions_SetExpectedHostname(options, address.host.c_str());
  if (!files.ca.empty())
    if (auto set = checked(natsOptions_LoadCATrustedCertificates(options, files.ca.c_str()),
                           "CA certificates", files.ca);
        !set)
      return set;
  if (files.certificate.empty() != files.key.empty())
    return fail(ErrorKind::invalid,
                "a TLS certificate and its key belong together: only one of the files was given");
  if (!files.certificate.empty())
    if (auto set =
            checked(natsOptions_LoadCertificatesChain(options, files.certificate.c_str(), files.key.c_str()),
                    "certificate and key", files.certificate);
        !set)
      return set;
  if (address.tls || !files.ca.empty() || !files.certificate.empty()) natsOptions_SetSecure(options, true);
  return {};
}

}  // namespace

struct Subscription::State {
  std::shared_ptr<Hub> hub;
  std::shared_ptr<Box> box = std::make_shared<Box>();
  std::vector<std::string> subjects;

  ~State() {
    const std::lock_guard lock(hub->mutex);
    for (const std::string& subject : subjects) hub->listeners[subject].erase(box);
  }
};

Subscription::Subscription(std::unique_ptr<State> state) : state_(std::move(state)) {}
Subscription::Subscription(Subscription&&) noexcept = default;
Subscription& Subscription::operator=(Subscription&&) noexcept = default;
Subscription::~Subscription() = default;

Result<std::optional<Message>> Subscription::next(const Wait& wait) {
  Box& box = *state_->box;
  std::unique_lock lock(box.mutex);
  box.changed.wait_until(lock, wait.stop, wait.until, [&] { return !box.messages.empty() || box.lost; });
  if (!box.messages.empty()) {
    std::optional<Message> first = std::move(box.messages.front());
    box.messages.pop_front();
    return first;
  }
  if (box.lost) return fail(ErrorKind::unreachable, "the connection to the NATS server was lost");
  return std::nullopt;
}

std::vector<Message> Subscription::take() {
  const std::lock_guard lock(state_->box->mutex);
  std::vector<Message> all(std::make_move_iterator(state_->box->messages.begin()),
                           std::make_move_iterator(state_->box->messages.end()));
  state_->box->messages.clear();
  return all;
}

bool Subscription::lost() const {
  const std::lock_guard lock(state_->box->mutex);
  return state_->box->lost;
}

struct Connection::Impl {
  explicit Impl(Clock& the_clock) : clock(the_clock) {}
  ~Impl() {
    if (!connection) return;
    natsConnection_Close(connection);
    if (has_ended())
      for (const auto& [subject, subscription] : subscriptions) natsSubscription_Destroy(subscription);
    natsConnection_Destroy(connection);
  }
  // Close() returns at once where libnats is closing already, and its reader may still be at work.
  bool has_ended() const {
    std::unique_lock lock(hub->mutex);
    return hub->ended.wait_for(lock, end_max, [&] { return hub->lost; });
  }

  Result<Options> make_options(const ServerAddress& address, const ConnectOptions& wanted, const Wait& wait);
  Result<void> connect(const ServerAddress& address, const ConnectOptions& wanted, const Wait& wait);
  Result<void> open_inbox();
  Result<void> subscribe_once(const std::string& subject);
  template <class Closure>
  Result<void> subscribe(const std::string& subject, natsMsgHandler handler,
                         std::unique_ptr<Closure> closure);
  Error lost_error() const {
    return {ErrorKind::unreachable, fmt::format("the connection to {} was lost", url)};
  }
  std::string remark() const;  // What the server complained about last, for messages about silence.

  Clock& clock;
  std::optional<Creds> creds;
  std::optional<Login> login;  // Of these creds.
  std::shared_ptr<Hub> hub = std::make_shared<Hub>();
  natsConnection* connection = nullptr;
  // By subject. Debian's libnats (3.4) crashes where a subscription goes while a message for it arrives, so
  // each stays until nothing is read any more.
  std::map<std::string, natsSubscription*, std::less<>> subscriptions;
  std::mutex subscribing;
  std::string inbox, url, server_id;
  std::size_t max_payload = 0;
};

Result<Options> Connection::Impl::make_options(const ServerAddress& address, const ConnectOptions& wanted,
                                               const Wait& wait) {
  natsOptions* made = nullptr;
  if (natsOptions_Create(&made) != NATS_OK) return fail(ErrorKind::unreachable, "libnats has no memory");
  Options options(made);
  natsOptions_SetURL(made, address.url().c_str());
  natsOptions_SetName(made, wanted.client_name.c_str());
  natsOptions_SetTimeout(made, std::max<std::int64_t>(milliseconds_left(clock, wait), 1));
  natsOptions_SetAllowReconnect(made, false);
  natsOptions_SetIgnoreDiscoveredServers(made, true);
  natsOptions_SetSendAsap(made, true);
  natsOptions_SetWriteDeadline(made, write_max.count());
  natsOptions_UseGlobalMessageDelivery(made, true);  // One thread for all subscriptions.
  if (creds) {
    login.emplace(*creds);
    natsOptions_SetUserCredentialsCallbacks(made, give_jwt, &*login, give_signature, &*login);
  }
  if (auto set = set_tls(made, address, wanted.tls); !set) return std::unexpected(set.error());
  return options;
}

Result<void> Connection::Impl::connect(const ServerAddress& address, const ConnectOptions& wanted,
                                       const Wait& wait) {
  auto options = make_options(address, wanted, wait);
  if (!options) return std::unexpected(options.error());
  auto* const closure = closure_of(hub);
  natsOptions_SetClosedCB(options->get(), on_closed, closure);
  natsOptions_SetErrorHandler(options->get(), on_error, closure);
  natsStatus status = NATS_ERR;
  for (int tries = 0; tries < nonces_max; ++tries) {
    const ConnectGuard guard(address, wait);
    if (login) login->unsendable = false;
    status = natsConnection_Connect(&connection, options->get());
    if (status == NATS_OK || !login || !login->unsendable) break;
  }
  if (status != NATS_OK)
    return std::unexpected(explain_connect_failure(address,
                                                   {.status = status,
                                                    .text = last_nats_error(),
                                                    .user = creds ? creds->key.public_key() : "",
                                                    .expired = clock.now() >= wait.until},
                                                   clock, {wait.until + milliseconds(500), wait.stop}));
  url = address.text();
  return open_inbox();
}

Result<void> Connection::Impl::open_inbox() {
  char id[128] = {};
  natsConnection_GetConnectedServerId(connection, id, sizeof id);
  server_id = id;
  max_payload = static_cast<std::size_t>(natsConnection_GetMaxPayload(connection));
  natsInbox* name = nullptr;
  if (natsInbox_Create(&name) != NATS_OK) return fail(ErrorKind::unreachable, "libnats has no memory");
  inbox = std::string(name) + ".";
  natsInbox_Destroy(name);
  {
    const std::lock_guard lock(hub->mutex);
    hub->inbox = inbox.substr(0, inbox.size() - 1);
  }
  return subscribe(inbox + "*", on_reply, std::make_unique<std::shared_ptr<Hub>>(hub));
}

template <class Closure>
Result<void> Connection::Impl::subscribe(const std::string& subject, natsMsgHandler handler,
                                         std::unique_ptr<Closure> closure) {
  natsSubscription* made = nullptr;
  if (natsConnection_Subscribe(&made, connection, subject.c_str(), handler, closure.get()) != NATS_OK)
    return std::unexpected(lost_error());
  natsSubscription_SetOnCompleteCB(made, delete_closure<Closure>, closure.release());
  subscriptions.emplace(subject, made);
  return {};
}

Result<void> Connection::Impl::subscribe_once(const std::string& subject) {
  const std::lock_guard lock(subscribing);
  if (subscriptions.contains(subject)) return {};
  return subscribe(subject, on_message, std::make_unique<Route>(hub, subject));
}

std::string Connection::Impl::remark() const {
  const std::lock_guard lock(hub->mutex);
  return hub->last_error.empty() ? "" : fmt::format(" (the server said: {})", hub->last_error);
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

Result<std::shared_ptr<Connection>> Connection::open(const ConnectOptions& options, Clock& clock,
                                                     const Wait& wait) {
  if (options.servers.empty()) return fail(ErrorKind::invalid, "no NATS server was named");
  std::vector<ServerAddress> addresses;
  for (const std::string& server : options.servers) {
    auto address = ServerAddress::parse(server);
    if (!address) return std::unexpected(address.error());
    addresses.push_back(*std::move(address));
  }
  const auto turn = opening_turns().take(wait);
  Error failure{ErrorKind::unreachable, ""};
  for (const ServerAddress& address : addresses) {
    if (!turn || wait.stop.stop_requested() || clock.now() >= wait.until) {
      failure.message += fmt::format("{}{}: not tried, the time is over", failure.message.empty() ? "" : "; ",
                                     address.text());
      continue;
    }
    auto impl = std::make_unique<Impl>(clock);
    impl->creds = options.creds;
    auto connected = impl->connect(address, options, wait.at_most(clock.now(), options.try_max));
    if (connected) return std::shared_ptr<Connection>(new Connection(std::move(impl)));
    // The kind of the first failure that is not mere silence tells what to do.
    if (failure.kind == ErrorKind::unreachable) failure.kind = connected.error().kind;
    failure.message += (failure.message.empty() ? "" : "; ") + connected.error().message;
  }
  return fail(failure.kind, "cannot connect to NATS: " + failure.message);
}

bool Connection::alive() const { return !natsConnection_IsClosed(impl_->connection); }
const std::string& Connection::url() const { return impl_->url; }
const std::string& Connection::server_id() const { return impl_->server_id; }
std::size_t Connection::max_payload() const { return impl_->max_payload; }
bool Connection::may_publish(std::string_view subject) const {
  const std::lock_guard lock(impl_->hub->mutex);
  return !impl_->hub->denied.contains(subject);
}

Result<void> Connection::publish(std::string_view subject, std::string_view body) {
  return publish({.subject = std::string(subject), .body = std::string(body)});
}

Result<void> Connection::publish(const Outgoing& message) {
  natsMsg* made = nullptr;
  natsStatus status = natsMsg_Create(&made, message.subject.c_str(),
                                     message.reply_to.empty() ? nullptr : message.reply_to.c_str(),
                                     message.body.data(), static_cast<int>(message.body.size()));
  for (const auto& [name, value] : message.headers)
    if (status == NATS_OK) status = natsMsgHeader_Set(made, name.c_str(), value.c_str());
  if (status == NATS_OK) status = natsConnection_PublishMsg(impl_->connection, made);
  natsMsg_Destroy(made);
  if (status == NATS_OK) return {};
  if (status == NATS_MAX_PAYLOAD)
    return fail(ErrorKind::invalid,
                fmt::format("a message of {} bytes is too large for {}, which takes {} at most",
                            message.body.size(), impl_->url, impl_->max_payload));
  return std::unexpected(impl_->lost_error());
}

std::string Connection::own_subject(std::string_view name) const {
  // Not below the inbox itself, whose replies belong to requests.
  return fmt::format("{}{}", impl_->inbox.substr(0, impl_->inbox.size() - 1) + "x.", name);
}

Result<Replies> Connection::gather(std::string_view subject, std::string_view body, const Wait& wait,
                                   const std::function<bool(const std::vector<Message>&)>& all_here) {
  if (body.size() > impl_->max_payload)
    return fail(ErrorKind::invalid,
                fmt::format("a message of {} bytes is too large for {}, which takes {} at most", body.size(),
                            impl_->url, impl_->max_payload));
  if (wait.stop.stop_requested() || impl_->clock.now() >= wait.until)
    return fail(ErrorKind::unreachable, fmt::format("nothing was sent to {}: the time is over", impl_->url));
  ReplyBox box(*impl_->hub, subject);
  if (box.is(&Box::deaf))
    return fail(ErrorKind::refused,
                fmt::format("nothing was sent to {}: no answer could come, as {}", impl_->url, deaf_text));
  const natsStatus status = natsConnection_PublishRequest(impl_->connection, std::string(subject).c_str(),
                                                          (impl_->inbox + box.token()).c_str(), body.data(),
                                                          static_cast<int>(body.size()));
  if (status == NATS_CONNECTION_CLOSED || status == NATS_INVALID_SUBJECT || status == NATS_INVALID_ARG)
    return std::unexpected(impl_->lost_error());
  // Any other failure may have come after the bytes had left: that is for who reads the replies.
  if (status != NATS_OK) return Replies{.messages = {}, .end = RepliesEnd::lost};
  Replies replies = box.collect(wait, all_here);
  if (box.is(&Box::denied) && replies.messages.empty())
    return fail(ErrorKind::refused,
                fmt::format("the user has no right to publish on {}: give it that right", subject));
  if (box.is(&Box::deaf) && replies.messages.empty())
    return fail(ErrorKind::unknown,
                fmt::format("{} was sent and no answer can come, as {}", subject, deaf_text));
  return replies;
}

Result<Message> Connection::request(std::string_view subject, std::string_view body, const Wait& wait) {
  auto replies = gather(subject, body, wait, [](const std::vector<Message>&) { return true; });
  if (!replies) return std::unexpected(replies.error());
  switch (replies->end) {
    case RepliesEnd::complete:
      return std::move(replies->messages.front());
    case RepliesEnd::nobody:
      return fail(ErrorKind::unreachable, fmt::format("nobody listens on {} at {}", subject, impl_->url));
    case RepliesEnd::lost:
      return fail(ErrorKind::unknown,
                  fmt::format("the connection to {} was lost before {} was answered", impl_->url, subject));
    case RepliesEnd::timeout:
      break;
  }
  return fail(ErrorKind::unknown,
              fmt::format("{} did not answer {} in time{}", impl_->url, subject, impl_->remark()));
}

Result<Subscription> Connection::subscribe(const std::vector<std::string>& subjects) {
  auto state = std::make_unique<Subscription::State>();
  state->hub = impl_->hub;
  state->subjects = subjects;
  {
    const std::lock_guard lock(impl_->hub->mutex);
    state->box->lost = impl_->hub->lost;
    for (const std::string& subject : subjects) impl_->hub->listeners[subject].insert(state->box);
  }
  for (const std::string& subject : subjects)
    if (auto made = impl_->subscribe_once(subject); !made) return std::unexpected(made.error());
  return Subscription(std::move(state));
}

Result<void> Connection::flush(const Wait& wait) {
  while (!wait.stop.stop_requested()) {
    const std::int64_t left =
        std::min<std::int64_t>(milliseconds_left(impl_->clock, wait), flush_slice.count());
    if (left <= 0) break;
    const natsStatus status = natsConnection_FlushTimeout(impl_->connection, left);
    if (status == NATS_OK) return {};
    if (status != NATS_TIMEOUT) return std::unexpected(impl_->lost_error());
  }
  return fail(ErrorKind::unknown, fmt::format("{} did not answer in time{}", impl_->url, impl_->remark()));
}

Result<std::shared_ptr<Connection>> Connector::get(const Wait& wait) {
  const auto turn = connecting_.take(wait);
  if (!turn)
    return fail(ErrorKind::unreachable, "another call is still connecting to NATS: the time is over");
  if (current_ && current_->alive()) return current_;
  auto made = Connection::open(options_, clock_, wait);
  if (!made) return std::unexpected(made.error());
  current_ = *made;
  return current_;
}

}  // namespace ghboot::nats
