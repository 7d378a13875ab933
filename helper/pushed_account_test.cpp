// SPDX-License-Identifier: Apache-2.0
#include "helper/pushed_account.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nats/test_keys.h"

namespace ghboot::helper {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string account = nats::test_key(nats::KeyKind::account).public_key();

std::string signed_at(std::int64_t issued_at) {
  return nats::AccountClaims(account, "acme").encode(nats::test_key(nats::KeyKind::operator_key), issued_at);
}

nats::AccountState stored(const std::string& jwt, bool in_sync = true) {
  return {.claims = nats::AccountClaims::decode(jwt).value(), .jwt = jwt, .in_sync = in_sync};
}

Failure failure_of(const std::string& jwt, const nats::Result<nats::AccountState>& there) {
  const auto checked = check_pushed(jwt, account, there);
  return checked ? Failure{ExitCode::done, ""} : checked.error();
}

TEST(PushedAccount, StandsWhereItIsReadBackAsItWasPushed) {
  const std::string jwt = signed_at(1'700'000'000);
  EXPECT_EQ(failure_of(jwt, stored(jwt)).message, "");
}

TEST(PushedAccount, ThatAnotherWriterReplacedIsNoSuccess) {
  const Failure failure = failure_of(signed_at(1'700'000'000), stored(signed_at(1'800'000'000)));
  EXPECT_EQ(failure.code, ExitCode::failed);
  EXPECT_THAT(failure.message,
              AllOf(HasSubstr(account), HasSubstr("issued at 2027-01-15T08:00:00Z"), HasSubstr("sign anew")));
}

TEST(PushedAccount, OnSomeServersAloneIsNoSuccess) {
  const std::string jwt = signed_at(1'700'000'000);
  const Failure failure = failure_of(jwt, stored(jwt, false));
  EXPECT_EQ(failure.code, ExitCode::failed);
  EXPECT_THAT(failure.message, HasSubstr("others store something else"));
}

TEST(PushedAccount, ThatIsNotThereHasFailedAndThatCannotBeReadIsUnknown) {
  const std::string jwt = signed_at(1'700'000'000);
  EXPECT_EQ(failure_of(jwt, nats::fail(nats::ErrorKind::missing, "gone")).code, ExitCode::failed);
  const Failure failure = failure_of(jwt, nats::fail(nats::ErrorKind::unreachable, "nobody answered"));
  EXPECT_EQ(failure.code, ExitCode::unknown);
  EXPECT_THAT(failure.message, HasSubstr("nobody answered"));
}

}  // namespace
}  // namespace ghboot::helper
