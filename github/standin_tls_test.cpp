// SPDX-License-Identifier: Apache-2.0
// TLS between client and stand-in: whom the client trusts is told by the variables that curl takes.
#include <cstdlib>

#include <gmock/gmock.h>

#include "github/standin_fixture.h"

namespace ghboot::github {
namespace {

using ::testing::HasSubstr;

class Variable {  // Of the environment, for as long as it lives.
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

class StandinTls : public StandinMeeting {
 protected:
  Result<HookList> list() {
    const auto as = client("ghp_admin", service_->tls_address() + "/api/v3");
    return Hooks(*as, {"Acme", "Shop"}).list(wait());
  }
  void expect_refused(const Result<HookList>& listed) {
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().kind, ErrorKind::unreachable);
    EXPECT_THAT(listed.error().message, HasSubstr("certificate"));
    EXPECT_THAT(listed.error().message, HasSubstr("CURL_CA_BUNDLE or SSL_CERT_FILE"));
    EXPECT_EQ(clock_.sleeps.load(), 0);  // To try again does not help.
    EXPECT_EQ(requests().size(), 0U);
  }
  const Variable no_proxy_{"no_proxy", "127.0.0.1"};
};

TEST_F(StandinTls, TheCertificateIsTrustedByEitherVariable) {
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const Variable trusts(name, service_->certificate());
    const auto listed = list();
    EXPECT_TRUE(listed) << name << ": " << listed.error().message;
  }
}

TEST_F(StandinTls, AnUnknownCertificateIsRefusedInWordsThatSayWhatToDo) { expect_refused(list()); }

TEST_F(StandinTls, TheCertificateOfAnotherIsRefusedToo) {
  auto other = standin::Service::open({.admin_token = "x", .search_path = ""});
  ASSERT_TRUE(other) << other.error();
  const Variable trusts("CURL_CA_BUNDLE", (*other)->certificate());
  expect_refused(list());
}

TEST_F(StandinTls, AFileOfCertificatesThatIsNotThereIsNamed) {
  const Variable trusts("CURL_CA_BUNDLE", "/nonexistent/ca.pem");
  const auto listed = list();
  expect_refused(listed);
  EXPECT_THAT(listed.error().message, HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace ghboot::github
