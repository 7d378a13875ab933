// SPDX-License-Identifier: Apache-2.0
#include "helper/port.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

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

TEST(Port, OnlyListenersCountInTheKernelsTable) {
  constexpr std::string_view table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:107E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0\n"
      "   1: 0100007F:107E 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0\n"
      "   2: 0100007F:107F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0\n"
      "broken line\n";
  EXPECT_THAT(listening_inodes(table, 4222), ElementsAre(111));
  EXPECT_THAT(listening_inodes(table, 1), IsEmpty());
}

}  // namespace
}  // namespace ghboot::helper
