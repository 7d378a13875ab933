// SPDX-License-Identifier: Apache-2.0
#include "helper/port.h"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/descriptor.h"
#include "helper/test_listener.h"

namespace ghboot::helper {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Port, OfAListenerNamesItsOwner) {
  const TestListener listener;
  EXPECT_EQ(owner_of(listener.port()), fmt::format("helper_test (process {})", ::getpid()));
}

TEST(Port, IsFreeWhenItsListenerHasGone) {
  const auto port = TestListener().port();
  EXPECT_EQ(owner_of(port), std::nullopt);
}

TEST(Port, FreeOneIsFree) { EXPECT_EQ(owner_of(free_port()), std::nullopt); }

// Else a connection takes the port of a server that is being started again.
TEST(Port, FreeOneIsNoneOfThoseThatConnectionsGet) {
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
  int lowest = 0;
  ASSERT_TRUE(range >> lowest);
  if (lowest <= 10000) GTEST_SKIP() << "connections get ports from " << lowest << " on";
  for (int again = 0; again < 20; ++again) EXPECT_LT(free_port(), lowest);
}

TEST(Port, OfAConnectionNamesItsOwner) {
  const TestListener listener;
  const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(listener.port());
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::connect(client.get(), generic, size), 0);
  ASSERT_EQ(::getsockname(client.get(), generic, &size), 0);
  EXPECT_EQ(owner_of(ntohs(address.sin_port)),
            fmt::format("helper_test (process {}), for a connection", ::getpid()));
}

TEST(Port, OfTheKernelsTableTellsListenersFromConnections) {
  constexpr std::string_view table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:107E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0\n"
      "   1: 0100007F:107E 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0\n"
      "   2: 0100007F:107F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0\n"
      "broken line\n";
  EXPECT_THAT(sockets_at(table, 4222).listeners, ElementsAre(111));
  EXPECT_THAT(sockets_at(table, 4222).connections, ElementsAre(222));
  EXPECT_THAT(sockets_at(table, 1).listeners, IsEmpty());
}

}  // namespace
}  // namespace ghboot::helper
