// SPDX-License-Identifier: Apache-2.0
// Each change of a store meets a failure, or the end of its process, at its first call, at its second, and so
// on until a run meets none. After each, the store is intact: every file whole, what was there still there,
// and a second try works.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Scene {  // A store that holds something of each kind.
  TempFolder temp;
  FaultyFiles files;
  FolderStore store{temp.path() + "/store", files, system_random()};
  KeyPair foreign = new_key(KeyKind::account);
  KeyPair user = new_key(KeyKind::user);
  std::string pending = store.begin(KeyKind::account, "acme")->public_key();
  std::string confirmed = store.begin(KeyKind::account, "old")->public_key();

  Scene() {
    store.confirm(KeyKind::account, "old", confirmed);
    if (!store.add_key(foreign) || !store.put_creds(alice, make_creds(user))) std::abort();
    files.calls = 0;
  }

  // Every file below keys/ and creds/ is whole, and the four things are there, here or in the trash.
  void expect_intact() {
    FaultyFiles whole;
    FolderStore fresh(temp.path() + "/store", whole, system_random());
    for (const auto& [path, mode] : tree_of(temp.path() + "/store/keys")) {
      if (!path.ends_with(".nk")) continue;
      const auto key = fresh.key(std::filesystem::path(path).stem().string());
      EXPECT_TRUE(key) << (key ? "" : key.error().message);
    }
    for (const auto& [path, mode] : tree_of(temp.path() + "/store/creds")) {
      if (!path.ends_with(".creds")) continue;
      EXPECT_TRUE(Creds::parse(text_of(temp.path() + "/store/creds/" + path))) << path;
    }
    EXPECT_TRUE(fresh.key(foreign.public_key()));
    for (const std::string& key : {pending, confirmed})
      EXPECT_TRUE(fresh.key(key) || !text_of(temp.path() + "/store/trash/" + key + ".nk.discarded").empty());
    EXPECT_TRUE(
        fresh.creds(alice, user.public_key()) ||
        Creds::parse(text_of(temp.path() + "/store/trash/" + user.public_key() + ".creds.discarded")));
  }
};

struct Case {
  std::string name;
  std::function<Result<void>(Scene&)> run;
};

Result<void> forget(const auto& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

class StoreFault : public testing::TestWithParam<Case> {};

TEST_P(StoreFault, AtAnyCallLeavesTheStoreIntactAndASecondTryWorks) {
  bool is_done = false;
  for (int at = 0; !is_done; ++at) {
    ASSERT_LT(at, 500);
    Scene scene;
    scene.files.fail_at = at;
    const auto result = GetParam().run(scene);
    is_done = scene.files.calls <= at;
    scene.files.fail_at = -1;
    if (!result) {
      EXPECT_THAT(result.error().message, HasSubstr("No space left on device")) << at;
    }
    scene.expect_intact();
    EXPECT_THAT(tree_of(scene.temp.path() + "/store/tmp").size(), testing::Le(1U)) << at;
    EXPECT_TRUE(GetParam().run(scene)) << at;
    scene.expect_intact();
  }
}

TEST_P(StoreFault, KilledAtAnyCallLeavesTheStoreIntactAndASecondTryWorks) {
  bool is_done = false;
  for (int at = 0; !is_done; ++at) {
    ASSERT_LT(at, 500);
    Scene scene;
    const pid_t child = ::fork();
    if (child == 0) {
      scene.files.fail_at = at;
      scene.files.is_kill = true;
      ::_exit(GetParam().run(scene) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    is_done = WEXITSTATUS(status) == 0;
    ASSERT_NE(WEXITSTATUS(status), 1);
    scene.expect_intact();
    FaultyFiles whole;
    FolderStore fresh(scene.temp.path() + "/store", whole, system_random());
    EXPECT_TRUE(GetParam().run(scene)) << at;
    EXPECT_TRUE(fresh.add_key(new_key(KeyKind::user)));
    EXPECT_THAT(tree_of(scene.temp.path() + "/store/tmp"), IsEmpty()) << "swept by a new process";
    scene.expect_intact();
  }
}

// The key is not lost, and not made twice: what began is found by the next begin, whenever it was cut off
// after begin() could have answered.
TEST(StoreFaultOfBegin, KilledAfterItsEndIsTakenUp) {
  for (int at = 0;; ++at) {
    TempFolder temp;
    FaultyFiles files;
    FolderStore store(temp.path() + "/store", files, system_random());
    const pid_t child = ::fork();
    if (child == 0) {
      files.fail_at = at;
      files.is_kill = true;
      ::_exit(store.begin(KeyKind::account, "acme") ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_LT(at, 500);
    std::size_t seeds = 0;
    for (const auto& [path, mode] : tree_of(temp.path() + "/store/keys"))
      seeds += path.ends_with(".nk") ? 1U : 0U;
    const auto next = store.begin(KeyKind::account, "acme");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->found(), seeds == 1) << at;
    if (WEXITSTATUS(status) != 0) continue;
    EXPECT_TRUE(next->found());
    break;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , StoreFault,
    testing::Values(
        Case{"begin", [](Scene& scene) { return forget(scene.store.begin(KeyKind::account, "new")); }},
        Case{"begin_again", [](Scene& scene) { return forget(scene.store.begin(KeyKind::account, "acme")); }},
        Case{"add_key", [](Scene& scene) { return scene.store.add_key(new_key(KeyKind::user)); }},
        Case{"discard_key", [](Scene& scene) { return scene.store.discard_key(scene.confirmed); }},
        Case{"renew_creds",
             [](Scene& scene) { return forget(scene.store.put_creds(alice, make_creds(scene.user, 9))); }},
        Case{"other_creds",
             [](Scene& scene) {
               return forget(scene.store.put_creds(alice, make_creds(new_key(KeyKind::user))));
             }},
        Case{"discard_creds",
             [](Scene& scene) { return scene.store.discard_creds(alice, scene.user.public_key()); }},
        Case{"confirm",
             [](Scene& scene) {
               scene.store.confirm(KeyKind::account, "acme", scene.pending);
               return Result<void>();
             }}),
    [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace ghboot::nats
