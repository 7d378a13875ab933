// SPDX-License-Identifier: Apache-2.0
#include "nats/folder_store.h"

#include <array>
#include <csignal>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "nats/store_fixture.h"

namespace ghboot::nats {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Runs it in a process of its own, which may give up rights or end early; what it returns is the exit code.
template <class Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The message of what the child met, for the parent to read.
template <class Body>
std::string message_from_child(Body body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) std::abort();
  const int code = in_child([&] {
    const std::string message = body();
    return ::write(ends[1], message.data(), message.size()) == static_cast<ssize_t>(message.size()) ? 0 : 1;
  });
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t size = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return code == 0 ? text : "the child ended with " + std::to_string(code);
}

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "no error" : result.error().message;
}

TEST_F(StoreTest, ReadingMakesNothing) {
  const std::string key = new_key(KeyKind::account).public_key();
  const auto missing = store_.key(key);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(missing.error().message, HasSubstr(seed_file(key)));
  EXPECT_EQ(store_.creds(alice, new_key(KeyKind::user).public_key()).error().kind, ErrorKind::missing);
  store_.confirm(KeyKind::account, "acme", key);
  EXPECT_TRUE(store_.discard_key(key));
  EXPECT_TRUE(store_.discard_creds(alice, new_key(KeyKind::user).public_key()));
  EXPECT_THAT(tree_of(temp_.path()), IsEmpty());
}

TEST_F(StoreTest, ABegunKeyLiesWhereNscLooksAndIsReadByItsOwnerAlone) {
  const auto pending = store_.begin(KeyKind::account, "acme");
  ASSERT_TRUE(pending) << message_of(pending);
  EXPECT_FALSE(pending->found());
  EXPECT_EQ(text_of(seed_file(pending->public_key())), pending->key().seed().reveal());
  for (const auto& [path, mode] : tree_of(temp_.path()))
    EXPECT_EQ(mode, fs::is_directory(temp_.path() + "/" + path) ? 0700U : 0600U) << path;
  EXPECT_THAT(tree_of(in_store("tmp")), IsEmpty());
}

// nsc migrates a keystore that holds a *.nk or *.creds elsewhere than in keys/ and creds/.
TEST_F(StoreTest, NoFileOutsideKeysAndCredsEndsAsNscsDo) {
  const KeyPair user = new_key(KeyKind::user);
  const std::string key = store_.begin(KeyKind::account, "acme")->public_key();
  ASSERT_TRUE(store_.put_creds(alice, make_creds(user)));
  ASSERT_TRUE(store_.discard_key(key));
  ASSERT_TRUE(store_.discard_creds(alice, user.public_key()));
  for (const auto& [path, mode] : tree_of(place()))
    EXPECT_THAT(path, AllOf(Not(EndsWith(".nk")), Not(EndsWith(".creds"))));
  EXPECT_TRUE(fs::exists(in_store("trash/" + key + ".nk.discarded")));
  EXPECT_TRUE(fs::exists(in_store("trash/" + user.public_key() + ".creds.discarded")));
}

TEST_F(StoreTest, ACreateThatWasCutOffIsTakenUpOnceAndUntilConfirmed) {
  const std::string first = store_.begin(KeyKind::account, "acme")->public_key();
  {
    const auto again = store_.begin(KeyKind::account, "acme");
    EXPECT_TRUE(again->found());
    EXPECT_EQ(again->public_key(), first);
    EXPECT_EQ(again->key().public_key(), first);
    EXPECT_NE(store_.begin(KeyKind::user, "acme")->public_key(), first);
    EXPECT_FALSE(store_.begin(KeyKind::account, "Acme")->found());
  }
  store_.confirm(KeyKind::account, "acme", first);
  EXPECT_FALSE(store_.begin(KeyKind::account, "acme")->found());
  EXPECT_TRUE(store_.key(first));
}

TEST_F(StoreTest, TwoLiveCreatesOfOneNameHaveTwoKeys) {
  const auto one = store_.begin(KeyKind::account, "acme");
  const auto two = store_.begin(KeyKind::account, "acme");
  EXPECT_NE(one->public_key(), two->public_key());
  EXPECT_FALSE(two->found());
  EXPECT_EQ(0, in_child([&] {
              FolderStore other(place(), system_files(), system_random());
              const auto three = other.begin(KeyKind::account, "acme");
              return three && !three->found() ? 0 : 1;
            }));
  EXPECT_TRUE(store_.begin(KeyKind::account, "acme")->found()) << "the child's, which has ended";
}

TEST_F(StoreTest, ManyCreatesOfOneNameAtOnceHaveAsManyKeys) {
  std::vector<std::jthread> threads;
  std::vector<std::optional<PendingKey>> made(16);
  for (auto& one : made)
    threads.emplace_back([&] {
      one = std::move(
          FolderStore(place(), system_files(), system_random()).begin(KeyKind::account, "acme").value());
    });
  threads.clear();
  std::set<std::string> keys;
  for (const auto& one : made) keys.insert(one->public_key());
  EXPECT_EQ(keys.size(), made.size());
}

TEST_F(StoreTest, ACreateOfAnotherWorkingFolderIsToldAndNotTakenUp) {
  const std::string first = store_.begin(KeyKind::account, "acme")->public_key();
  const fs::path here = fs::current_path();
  fs::current_path(temp_.path());
  const auto other = store_.begin(KeyKind::account, "acme");
  fs::current_path(here);
  EXPECT_FALSE(other->found());
  EXPECT_THAT(other->elsewhere(), ElementsAre(first));
}

TEST_F(StoreTest, ACreateOfAnotherTerraformWorkspaceIsNotTakenUp) {
  const std::string first = store_.begin(KeyKind::account, "acme")->public_key();
  ::setenv("TF_WORKSPACE", "production", 1);
  const auto other = store_.begin(KeyKind::account, "acme");
  ::unsetenv("TF_WORKSPACE");
  EXPECT_FALSE(other->found());
  EXPECT_THAT(other->elsewhere(), ElementsAre(first));
}

TEST_F(StoreTest, AGivenKeyIsMarkedWithoutItsSeed) {
  const std::string key = new_key(KeyKind::account).public_key();
  {
    const auto pending = store_.begin(KeyKind::account, "acme", key);
    ASSERT_TRUE(pending) << message_of(pending);
    EXPECT_FALSE(pending->found());
    EXPECT_EQ(pending->public_key(), key);
    const auto second = store_.begin(KeyKind::account, "acme", key);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_THAT(message_of(second), HasSubstr("another create of account " + key + " is at work"));
  }
  EXPECT_TRUE(store_.begin(KeyKind::account, "acme", key)->found());
  EXPECT_FALSE(store_.begin(KeyKind::account, "acme")->found())
      << "a create that makes its key takes no given one";
}

TEST_F(StoreTest, AMarkWhoseSeedIsGoneIsTidiedUp) {
  const std::string first = store_.begin(KeyKind::account, "acme")->public_key();
  ASSERT_TRUE(store_.discard_key(first));
  EXPECT_FALSE(store_.begin(KeyKind::account, "acme")->found());
  EXPECT_FALSE(fs::exists(in_store("pending/account/acme/" + first)));
}

TEST_F(StoreTest, OnlyOwnSeedsAreDiscarded) {
  const KeyPair foreign = new_key(KeyKind::account);
  ASSERT_TRUE(store_.add_key(foreign));
  EXPECT_TRUE(store_.add_key(foreign)) << "again is no error";
  ASSERT_TRUE(store_.discard_key(foreign.public_key()));
  EXPECT_TRUE(store_.key(foreign.public_key()));

  const std::string ours = store_.begin(KeyKind::account, "acme")->public_key();
  ASSERT_TRUE(store_.discard_key(ours));
  EXPECT_EQ(store_.key(ours).error().kind, ErrorKind::missing);
  EXPECT_TRUE(store_.discard_key(ours)) << "absent is fine";
}

TEST_F(StoreTest, CredsLieWhereNscLooksAndARenewalReplacesThem) {
  const KeyPair user = new_key(KeyKind::user);
  ASSERT_EQ(*store_.put_creds(alice, make_creds(user)), in_store("creds/op/acme/alice.creds"));
  const Creds newer = make_creds(user, 77);
  ASSERT_EQ(*store_.put_creds(alice, newer), in_store("creds/op/acme/alice.creds"));
  EXPECT_EQ(store_.creds(alice, user.public_key())->jwt.reveal(), newer.jwt.reveal());
}

TEST_F(StoreTest, CredsOfTwoUsersOfOneNameLieBesideEachOther) {
  const KeyPair one = new_key(KeyKind::user);
  const KeyPair two = new_key(KeyKind::user);
  ASSERT_TRUE(store_.put_creds(alice, make_creds(one)));
  EXPECT_EQ(*store_.put_creds(alice, make_creds(two)),
            in_store("creds/op/acme/alice." + two.public_key() + ".creds"));
  EXPECT_EQ(store_.creds(alice, one.public_key())->key.public_key(), one.public_key());
  EXPECT_EQ(store_.creds(alice, two.public_key())->key.public_key(), two.public_key());
  ASSERT_TRUE(store_.discard_creds(alice, one.public_key()));
  EXPECT_EQ(*store_.put_creds(alice, make_creds(two, 5)),
            in_store("creds/op/acme/alice." + two.public_key() + ".creds"))
      << "stays where it is";
  const auto missing = store_.creds(alice, one.public_key());
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(message_of(missing), HasSubstr(in_store("creds/op/acme/alice.creds") + " is not there"));
}

TEST_F(StoreTest, CredsAreFoundWithoutTheUsersName) {
  const KeyPair one = new_key(KeyKind::user);
  const KeyPair two = new_key(KeyKind::user);
  ASSERT_TRUE(store_.put_creds(alice, make_creds(one)));
  ASSERT_TRUE(store_.put_creds(alice, make_creds(two)));
  write_text(in_store("creds/op/acme/notes.creds"), "notes");
  EXPECT_EQ(store_.creds_of("op", "acme", two.public_key())->key.public_key(), two.public_key());
  EXPECT_EQ(store_.creds_of("op", "renamed", two.public_key())->key.public_key(), two.public_key())
      << "the account had another name when they were put here";
  const auto missing = store_.creds_of("op", "acme", new_key(KeyKind::user).public_key());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(message_of(missing), HasSubstr("no file below " + in_store("creds")));
}

TEST_F(StoreTest, ConfirmingWhatHasNoMarkCostsOneCall) {
  files_.calls = 0;
  store_.confirm(KeyKind::account, "acme", new_key(KeyKind::account).public_key());
  EXPECT_EQ(files_.calls, 1);
}

// So that a power cut leaves a whole file or none, and none is lost of which a caller was told.
TEST_F(StoreTest, FilesAreSyncedBeforeTheyTakeTheirPlacesAndTheirFoldersAfter) {
  ASSERT_TRUE(store_.begin(KeyKind::account, "acme"));
  EXPECT_THAT(files_.order, testing::MatchesRegex("ssrrrs+"));
}

TEST_F(StoreTest, ChangesThatFourProcessesMakeAtOnceAllStand) {
  constexpr int processes = 4;
  constexpr int rounds = 10;
  std::vector<pid_t> children;
  for (int number = 0; number < processes; ++number) {
    const pid_t child = ::fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    bool is_good = true;
    for (int round = 0; round < rounds; ++round) {
      const auto pending = store_.begin(KeyKind::account, "acme");
      is_good = is_good && pending && !pending->found() &&
                store_.put_creds(alice, make_creds(new_key(KeyKind::user)));
      if (is_good) store_.confirm(KeyKind::account, "acme", pending->public_key());
      if (is_good && round % 2 == 1) is_good = store_.discard_key(pending->public_key()).has_value();
    }
    ::_exit(is_good ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  int seeds = 0, creds = 0;
  for (const auto& [path, mode] : tree_of(place())) {
    seeds += path.ends_with(".nk") ? 1 : 0;
    creds += path.ends_with(".creds") ? 1 : 0;
  }
  EXPECT_EQ(seeds, processes * rounds / 2);
  EXPECT_EQ(creds, processes * rounds);
}

TEST_F(StoreTest, AFileThatHoldsNoCredsIsLeftAlone) {
  write_text(in_store("creds/op/acme/alice.creds"), "notes");
  const KeyPair user = new_key(KeyKind::user);
  fs::permissions(place(), fs::perms::owner_all);
  ASSERT_TRUE(store_.put_creds(alice, make_creds(user)));
  EXPECT_EQ(text_of(in_store("creds/op/acme/alice.creds")), "notes");
  EXPECT_TRUE(store_.creds(alice, user.public_key()));
}

TEST_F(StoreTest, NamesNeverLeaveTheStore) {
  const KeyPair user = new_key(KeyKind::user);
  const CredsPlace odd{.operator_name = "..", .account_name = std::string(300, 'x'), .user_name = "../a/b"};
  const auto path = store_.put_creds(odd, make_creds(user));
  ASSERT_TRUE(path) << message_of(path);
  EXPECT_THAT(fs::weakly_canonical(*path).string(), HasSubstr(in_store("creds/%2E./xxx")));
  EXPECT_TRUE(store_.creds(odd, user.public_key()));
  for (const std::string& name :
       {std::string(".."), std::string(), std::string(4000, 'y'), std::string("a/b")}) {
    const auto key = store_.begin(KeyKind::account, name);
    ASSERT_TRUE(key) << message_of(key);
  }
}

TEST_F(StoreTest, ASeedThatIsNotWhatItsNameSaysIsAnErrorWithoutTheSeed) {
  const KeyPair key = new_key(KeyKind::account);
  const KeyPair other = new_key(KeyKind::account);
  write_text(seed_file(key.public_key()), "no seed at all");
  EXPECT_THAT(
      message_of(store_.key(key.public_key())),
      AllOf(HasSubstr(seed_file(key.public_key()) + " does not hold the seed"), Not(HasSubstr("at all"))));
  write_text(seed_file(key.public_key()), other.seed().reveal());
  EXPECT_THAT(message_of(store_.key(key.public_key())),
              AllOf(HasSubstr("holds the seed of another key, " + other.public_key()),
                    Not(HasSubstr(std::string(other.seed().reveal())))));
  EXPECT_THAT(message_of(store_.add_key(key)), HasSubstr("another key")) << "nothing is overwritten";
  EXPECT_THAT(message_of(store_.key("AAA")), Not(HasSubstr("no error")));
  EXPECT_THAT(message_of(store_.key(key.seed().reveal())), Not(HasSubstr(std::string(key.seed().reveal()))));
}

TEST_F(StoreTest, ASeedThatOthersMayReadIsNotUsed) {
  const KeyPair key = new_key(KeyKind::account);
  write_text(seed_file(key.public_key()), key.seed().reveal(), 0644);
  EXPECT_THAT(message_of(store_.key(key.public_key())),
              AllOf(HasSubstr("may be read by others (mode 0644"), HasSubstr("chmod 600"),
                    Not(HasSubstr(std::string(key.seed().reveal())))));
}

TEST_F(StoreTest, AFolderThatOthersMayWriteIsNoStoreAndOneBelowIsClosed) {
  fs::create_directories(in_store("keys"));
  fs::permissions(place(), fs::perms::all);
  EXPECT_THAT(message_of(store_.begin(KeyKind::account, "acme")),
              HasSubstr("may be written by others (mode 0777)"));
  fs::permissions(place(), fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(in_store("keys"), fs::perms::all);
  ASSERT_TRUE(store_.begin(KeyKind::account, "acme"));
  EXPECT_EQ(tree_of(place()).at("keys"), 0700U);
}

TEST_F(StoreTest, AFileInAFoldersPlaceIsNamed) {
  write_text(place(), "a file");
  EXPECT_THAT(message_of(store_.begin(KeyKind::account, "acme")),
              HasSubstr(place() + " is a file; the store is a folder"));
  fs::remove(place());
  write_text(in_store("keys"), "a file");
  EXPECT_THAT(message_of(store_.begin(KeyKind::account, "acme")), HasSubstr("keys is a file"));
  EXPECT_THAT(message_of(store_.key(new_key(KeyKind::account).public_key())),
              HasSubstr("a file lies where a folder of the store is expected"));
}

TEST_F(StoreTest, LinksInsideTheStoreAreNotFollowed) {
  const KeyPair key = new_key(KeyKind::account);
  write_text(temp_.path() + "/seed", key.seed().reveal());
  fs::create_directories(fs::path(seed_file(key.public_key())).parent_path());
  fs::create_symlink(temp_.path() + "/seed", seed_file(key.public_key()));
  EXPECT_THAT(message_of(store_.key(key.public_key())), HasSubstr("is a symbolic link"));
  fs::create_directory_symlink(temp_.path(), in_store("pending"));
  EXPECT_THAT(message_of(store_.begin(KeyKind::account, "acme")), HasSubstr("pending is a symbolic link"));
}

TEST_F(StoreTest, AStoreMayBeReachedByALink) {
  fs::create_directory(temp_.path() + "/real");
  fs::create_directory_symlink(temp_.path() + "/real", temp_.path() + "/data");
  ASSERT_TRUE(store_.begin(KeyKind::account, "acme"));
  EXPECT_TRUE(fs::exists(temp_.path() + "/real/store/.lock"));
}

TEST_F(StoreTest, WhileAnotherProcessHoldsTheLockAChangeFailsAndNamesIt) {
  ASSERT_TRUE(store_.add_key(new_key(KeyKind::account)));
  std::array<int, 2> held{}, done{};
  ASSERT_EQ(::pipe(held.data()), 0);
  ASSERT_EQ(::pipe(done.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    const int lock = ::open(in_store(".lock").c_str(), O_RDONLY | O_CLOEXEC);
    char byte = 'x';
    ::_exit(::flock(lock, LOCK_EX) == 0 && ::write(held[1], &byte, 1) == 1 && ::read(done[0], &byte, 1) == 0
                ? 0
                : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(held[0], &byte, 1), 1);
  files_.is_lock_held = true;
  const auto refused = store_.begin(KeyKind::account, "acme");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_THAT(message_of(refused), AllOf(HasSubstr("another process, " + std::to_string(child) + " ("),
                                         HasSubstr("has held the lock")));
  for (const int end : {held[0], held[1], done[0], done[1]}) ::close(end);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(store_.begin(KeyKind::account, "acme"));
}

TEST_F(StoreTest, WithoutSpaceNothingIsLeftAndTheMessageSaysWhatToDo) {
  ASSERT_TRUE(store_.add_key(new_key(KeyKind::account)));
  const auto before = tree_of(place());
  const std::string message = message_from_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit none{.rlim_cur = 10, .rlim_max = 10};
    ::setrlimit(RLIMIT_FSIZE, &none);
    return message_of(store_.begin(KeyKind::account, "acme"));
  });
  EXPECT_THAT(message,
              AllOf(HasSubstr("File too large"), HasSubstr("ulimit -f"), HasSubstr("no file was changed")));
  EXPECT_EQ(tree_of(place()), before);
}

// Root writes everywhere, so it becomes another user first.
TEST_F(StoreTest, InAFolderWithoutRightsTheMessageNamesTheUser) {
  fs::permissions(temp_.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                    fs::perms::others_exec);
  const std::string user = std::to_string(::geteuid() == 0 ? 65534 : ::geteuid());
  const std::string message = message_from_child([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return std::string("setuid failed");
    return message_of(store_.begin(KeyKind::account, "acme"));
  });
  fs::permissions(temp_.path(), fs::perms::owner_all);
  EXPECT_THAT(message, AllOf(HasSubstr(temp_.path() + "/data"), HasSubstr("Permission denied"),
                             HasSubstr("uid " + user)));
}

TEST_F(StoreTest, OnAReadOnlyFileSystemTheMessageSaysSo) {
  files_.fail_at = 0;
  files_.error = EROFS;
  EXPECT_THAT(message_of(store_.begin(KeyKind::account, "acme")),
              HasSubstr("choose a folder that can be written"));
}

}  // namespace
}  // namespace ghboot::nats
