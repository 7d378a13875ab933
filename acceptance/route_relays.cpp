// SPDX-License-Identifier: Apache-2.0
#include "acceptance/route_relays.h"

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include "acceptance/tcp_server.h"

namespace ghboot::acceptance {

using boost::asio::ip::tcp;

struct RouteRelays::Impl {
  explicit Impl(const std::vector<Server>& servers);
  ~Impl();

  void talk(const Server& server, tcp::socket& client);
  // Until one of the two ends. `from_name` is learnt of what passes where it is empty.
  void pump(tcp::socket& from, tcp::socket& to, const std::string& to_name, std::string& from_name);
  bool wait_until_whole(const std::string& one, const std::string& other);

  std::mutex mutex;
  std::condition_variable changed;
  std::string cut{};  // Guarded by mutex, as all below but the relays: the name of who is cut off.
  bool stopping = false;
  std::set<int> sockets{};  // Open ones towards servers.
  std::list<TcpServer> relays{};
  std::vector<std::string> names{};
};

RouteRelays::Impl::Impl(const std::vector<Server>& servers) {
  for (const Server& server : servers) {
    names.push_back(server.name);
    relays.emplace_back([this, server](tcp::socket& client) { talk(server, client); });
  }
}

RouteRelays::Impl::~Impl() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    for (const int number : sockets) ::shutdown(number, SHUT_RDWR);
    changed.notify_all();
  }
  for (TcpServer& relay : relays) relay.stop();
}

void RouteRelays::Impl::talk(const Server& server, tcp::socket& client) {
  boost::asio::io_context context;
  tcp::socket behind(context);
  boost::system::error_code failed;
  static_cast<void>(behind.connect({boost::asio::ip::address_v4::loopback(), server.route_port}, failed));
  {
    const std::lock_guard lock(mutex);
    if (failed || stopping) return;
    sockets.insert(behind.native_handle());
  }
  std::string client_name;  // Guarded by mutex.
  std::string server_name = server.name;
  std::jthread down([&] { pump(behind, client, client_name, server_name); });
  pump(client, behind, server_name, client_name);
  down.join();
  const std::lock_guard lock(mutex);
  sockets.erase(behind.native_handle());
}

bool RouteRelays::Impl::wait_until_whole(const std::string& one, const std::string& other) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return stopping || cut.empty() || (cut != one && cut != other); });
  return !stopping;
}

void RouteRelays::Impl::pump(tcp::socket& from, tcp::socket& to, const std::string& to_name,
                             std::string& from_name) {
  constexpr std::size_t learnt_max = 16384;
  constexpr std::string_view mark = R"("server_name":")";
  std::array<char, 65536> chunk{};
  std::string begun;
  for (;;) {
    boost::system::error_code failed;
    const std::size_t size = from.read_some(boost::asio::buffer(chunk), failed);
    if (failed) break;
    const std::string_view bytes(chunk.data(), size);
    if (std::unique_lock lock(mutex); from_name.empty() && begun.size() < learnt_max) {
      begun += bytes;
      const auto at = begun.find(mark);
      if (at != std::string::npos && begun.find('"', at + mark.size()) != std::string::npos)
        from_name = begun.substr(at + mark.size(), begun.find('"', at + mark.size()) - at - mark.size());
    }
    if (!wait_until_whole(from_name, to_name)) break;
    boost::asio::write(to, boost::asio::buffer(bytes), failed);
    if (failed) break;
  }
  ::shutdown(from.native_handle(), SHUT_RDWR);
  ::shutdown(to.native_handle(), SHUT_RDWR);
}

RouteRelays::RouteRelays(const std::vector<Server>& servers) : impl_(std::make_unique<Impl>(servers)) {}
RouteRelays::~RouteRelays() = default;

std::uint16_t RouteRelays::port(std::size_t index) const {
  return std::next(impl_->relays.begin(), static_cast<std::ptrdiff_t>(index))->port();
}

void RouteRelays::cut_off(std::size_t index) {
  const std::lock_guard lock(impl_->mutex);
  impl_->cut = impl_->names.at(index);
}

void RouteRelays::mend() {
  const std::lock_guard lock(impl_->mutex);
  impl_->cut.clear();
  impl_->changed.notify_all();
}

}  // namespace ghboot::acceptance
