// SPDX-License-Identifier: Apache-2.0
#include "acceptance/nats_proxy.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "acceptance/nats_frame.h"
#include "acceptance/tcp_server.h"
#include "nats/environment.h"

namespace ghboot::acceptance {

using boost::asio::ip::tcp;

namespace {

bool chosen(const SubjectPredicate& which, std::string_view subject) { return which && which(subject); }

bool forward(tcp::socket& to, const std::string& text) {
  boost::system::error_code failed;
  boost::asio::write(to, boost::asio::buffer(text), failed);
  return !failed;
}

// Calls `pass` for each frame until it says no or the stream ends.
void read_frames(tcp::socket& from, const std::function<bool(NatsFrame)>& pass) {
  std::array<char, 65536> chunk{};
  std::string buffer;
  for (;;) {
    boost::system::error_code failed;
    std::size_t size = from.read_some(boost::asio::buffer(chunk), failed);
    if (failed) {
      return;
    }
    buffer.append(chunk.data(), size);
    while (auto frame = take_frame(buffer)) {
      if (!pass(std::move(*frame))) {
        return;
      }
    }
  }
}

}  // namespace

struct NatsProxy::Impl {
  explicit Impl(std::uint16_t port) : server_port(port) {}
  ~Impl();

  // One client's connection: whose answers are still to come.
  struct Pair {
    tcp::socket& client;
    tcp::socket& server;
    std::set<std::string, std::less<>> held_replies, garbled_replies;  // Guarded by mutex.
    int late = 0;                                                      // Likewise: how many are under way.
    std::mutex writes_up, writes_down;                                 // A frame is written whole.
  };

  struct Late {
    Pair& pair;
    Way way;
    std::string text;
  };

  void talk(tcp::socket& client);
  bool pass_up(Pair& pair, const NatsFrame& frame);
  bool pass(Pair& pair, Way way, const NatsFrame& frame);
  bool write(Pair& pair, Way way, const std::string& text);
  void send_late();
  bool pass_down(Pair& pair, NatsFrame frame);
  void wait_for_release(std::unique_lock<std::mutex>& lock);

  const std::uint16_t server_port;
  mutable std::mutex mutex;
  std::condition_variable changed;
  // All guarded by mutex.
  std::vector<std::string> published;
  SubjectPredicate holds, garbles, swallows;
  PassageJudge judge;
  std::multimap<nats::SteadyTime, Late> late;
  Moment moment = Moment::before_sending;
  std::string garbage;
  int held = 0, releases = 0;
  bool stopping = false;
  std::set<int> servers;  // Open sockets towards the server.
  TcpServer listener{[this](tcp::socket& client) { talk(client); }};
  std::jthread latecomers{[this] { send_late(); }};
};

NatsProxy::Impl::~Impl() {
  {
    std::lock_guard lock(mutex);
    stopping = true;
    for (int number : servers) {
      ::shutdown(number, SHUT_RDWR);
    }
    changed.notify_all();
  }
  latecomers.join();
  listener.stop();
}

void NatsProxy::Impl::talk(tcp::socket& client) {
  boost::asio::io_context context;
  tcp::socket server(context);
  boost::system::error_code failed;
  static_cast<void>(server.connect({boost::asio::ip::address_v4::loopback(), server_port}, failed));
  {
    std::lock_guard lock(mutex);
    if (failed || stopping) {
      return;  // The client sees a server that hangs up.
    }
    servers.insert(server.native_handle());
  }
  Pair pair{.client = client, .server = server};
  std::jthread down([&] {
    read_frames(server, [&](NatsFrame frame) { return pass_down(pair, std::move(frame)); });
    ::shutdown(client.native_handle(), SHUT_RDWR);
  });
  read_frames(client, [&](const NatsFrame& frame) { return pass_up(pair, frame); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return pair.late == 0; });
  }
  ::shutdown(server.native_handle(), SHUT_RDWR);
  down.join();
  std::lock_guard lock(mutex);
  servers.erase(server.native_handle());
}

void NatsProxy::Impl::wait_for_release(std::unique_lock<std::mutex>& lock) {
  ++held;
  changed.notify_all();
  changed.wait(lock, [this, before = releases] { return releases != before || stopping; });
}

bool NatsProxy::Impl::pass_up(Pair& pair, const NatsFrame& frame) {
  if (frame.publishes()) {
    std::unique_lock lock(mutex);
    std::string subject(frame.subject()), reply_to(frame.reply_to());
    published.push_back(subject);
    changed.notify_all();
    if (chosen(swallows, subject)) {
      return true;
    }
    if (chosen(garbles, subject)) {
      pair.garbled_replies.insert(reply_to);
    }
    const bool is_held = chosen(holds, subject);  // Asked once: it may count.
    if (is_held && moment == Moment::before_answer) {
      pair.held_replies.insert(reply_to);
    } else if (is_held) {
      wait_for_release(lock);
    }
    if (stopping) {
      return false;
    }
  }
  return pass(pair, Way::up, frame);
}

bool NatsProxy::Impl::pass_down(Pair& pair, NatsFrame frame) {
  if (frame.delivers()) {
    std::unique_lock lock(mutex);
    if (pair.garbled_replies.contains(frame.subject())) {
      frame = frame.with_body(garbage);
    }
    if (holds && pair.held_replies.contains(frame.subject())) {
      wait_for_release(lock);
    }
    if (stopping) {
      return false;
    }
  }
  return pass(pair, Way::down, frame);
}

bool NatsProxy::Impl::pass(Pair& pair, Way way, const NatsFrame& frame) {
  Passage passage;
  if (frame.publishes() || frame.delivers()) {
    const std::lock_guard lock(mutex);
    if (judge) passage = judge(way, frame.subject());
    const bool has_late = passage.kind == Passage::Kind::late || passage.kind == Passage::Kind::twice;
    if (has_late && !stopping) {
      late.emplace(nats::system_clock().now() + passage.delay, Late{pair, way, frame.text()});
      ++pair.late;
      changed.notify_all();
    }
  }
  switch (passage.kind) {
    case Passage::Kind::drop:
    case Passage::Kind::late:
      return true;
    case Passage::Kind::cut:
      ::shutdown(pair.client.native_handle(), SHUT_RDWR);
      return false;
    default:
      return write(pair, way, frame.text());
  }
}

bool NatsProxy::Impl::write(Pair& pair, Way way, const std::string& text) {
  const std::lock_guard lock(way == Way::up ? pair.writes_up : pair.writes_down);
  return forward(way == Way::up ? pair.server : pair.client, text);
}

void NatsProxy::Impl::send_late() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    if (late.empty()) {
      changed.wait(lock);
    } else if (const auto at = late.begin()->first; nats::system_clock().now() < at) {
      changed.wait_until(lock, at);
    } else {
      const auto first = late.extract(late.begin());
      Late& one = first.mapped();
      lock.unlock();
      static_cast<void>(write(one.pair, one.way, one.text));  // Whose end is gone gets nothing more.
      lock.lock();
      --one.pair.late;
      changed.notify_all();
    }
  }
  for (auto& [at, one] : late) --one.pair.late;
  late.clear();
  changed.notify_all();
}

NatsProxy::NatsProxy(std::uint16_t server_port) : impl_(std::make_unique<Impl>(server_port)) {}
NatsProxy::~NatsProxy() = default;

std::string NatsProxy::url() const { return fmt::format("nats://127.0.0.1:{}", impl_->listener.port()); }

std::vector<std::string> NatsProxy::published() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->published;
}

std::size_t NatsProxy::pushes() const {
  auto subjects = published();
  return static_cast<std::size_t>(std::ranges::count_if(subjects, is_push));
}

std::size_t NatsProxy::deletes() const {
  auto subjects = published();
  return static_cast<std::size_t>(std::ranges::count_if(subjects, is_delete));
}

void NatsProxy::hold(Moment moment, SubjectPredicate which) {
  std::lock_guard lock(impl_->mutex);
  impl_->moment = moment;
  impl_->holds = std::move(which);
}

bool NatsProxy::wait_until_held(std::chrono::seconds longest) {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, longest, [this] { return impl_->held > 0; });
}

void NatsProxy::release() { release_and_hold(Moment::before_sending, nullptr); }

void NatsProxy::release_and_hold(Moment moment, SubjectPredicate which) {
  std::lock_guard lock(impl_->mutex);
  impl_->moment = moment;
  impl_->holds = std::move(which);
  impl_->held = 0;
  ++impl_->releases;
  impl_->changed.notify_all();
}

void NatsProxy::answer_with(std::string body, SubjectPredicate which) {
  std::lock_guard lock(impl_->mutex);
  impl_->garbage = std::move(body);
  impl_->garbles = std::move(which);
}

void NatsProxy::swallow(SubjectPredicate which) {
  std::lock_guard lock(impl_->mutex);
  impl_->swallows = std::move(which);
}

void NatsProxy::judge(PassageJudge judge) {
  std::lock_guard lock(impl_->mutex);
  impl_->judge = std::move(judge);
}

bool is_push(std::string_view subject) {
  return subject == "$SYS.REQ.CLAIMS.UPDATE" ||
         (subject.starts_with("$SYS.REQ.ACCOUNT.") && subject.ends_with(".CLAIMS.UPDATE")) ||
         (subject.starts_with("$SYS.ACCOUNT.") && subject.ends_with(".CLAIMS.UPDATE"));
}

bool is_delete(std::string_view subject) { return subject == "$SYS.REQ.CLAIMS.DELETE"; }
bool is_lookup(std::string_view subject) {
  return subject.starts_with("$SYS.REQ.ACCOUNT.") && subject.ends_with(".CLAIMS.LOOKUP");
}

}  // namespace ghboot::acceptance
