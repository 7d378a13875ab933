// SPDX-License-Identifier: Apache-2.0
#include "nats/topology.h"

#include <gtest/gtest.h>

namespace ghboot::nats {
namespace {

TEST(Topology, WhoIsAwayIsNamedForPeople) {
  const Away server{.what = Away::What::server, .name = "n3"};
  const Away cluster{.what = Away::What::cluster, .name = "east"};
  EXPECT_EQ(named(server), "n3");
  EXPECT_EQ(shown(server), "server n3");
  EXPECT_EQ(named(cluster), "every server of cluster east");
  EXPECT_EQ(shown(cluster), "every server of cluster east");
}

// A cluster was known by the words before its name, which a server's own name may begin with.
TEST(Topology, AServerWithTheNameOfAClusterIsNoCluster) {
  const Away server{.what = Away::What::server, .name = "every server of cluster east"};
  const Away cluster{.what = Away::What::cluster, .name = "east"};
  EXPECT_NE(server, cluster);
  EXPECT_EQ(shown(server), "server every server of cluster east");
  EXPECT_NE((Away{.what = Away::What::server, .name = "east"}), cluster);
}

}  // namespace
}  // namespace ghboot::nats
