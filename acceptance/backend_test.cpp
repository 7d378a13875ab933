// SPDX-License-Identifier: Apache-2.0
// The state in S3: a backend is terraform's own work, but teams keep ghboot's state there, so its lock must
// hold beside us, and the stand-in must be an S3 to the real client.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "acceptance/done.h"
#include "acceptance/s3_standin.h"
#include "acceptance/terraform.h"
#include "acceptance/workplace.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

constexpr std::string_view one_thing = R"(
resource "terraform_data" "thing" {
  input = "first"
}
)";

constexpr const char* key = "env/a.tfstate";

bool writes_state(const S3Request& request) { return request.method == "PUT" && request.key == key; }

nlohmann::json stored_state(S3Standin& s3) {
  auto object = s3.objects().get("tfstate", key);
  return object ? nlohmann::json::parse(object->body, nullptr, false) : nlohmann::json();
}

void use_backend(const Terraform& terraform, const S3Standin& s3) {
  terraform.write("backend.tf", s3_backend(s3.endpoint(), key));
  Outcome initialised = terraform.init();
  ASSERT_TRUE(done(initialised));
}

TEST(S3Backend, KeepsTheStateUnderALockThatIsGoneAfterwards) {
  S3Standin s3;
  Terraform terraform(Plugin::none);
  terraform.write("main.tf", one_thing);
  use_backend(terraform, s3);
  Outcome applied = terraform.apply();
  ASSERT_TRUE(done(applied));
  EXPECT_EQ(stored_state(s3)["resources"].size(), 1U);
  EXPECT_EQ(s3.objects().keys("tfstate", ""), std::vector<std::string>{key});
  auto log = s3.log();
  EXPECT_TRUE(std::ranges::any_of(log, [](const S3Request& request) {
    return request.method == "PUT" && request.key == std::string(key) + ".tflock" &&
           request.condition.if_none_match == "*" && request.status == 200;
  })) << "the lock was not taken by a conditional write";
  for (const S3Request& request : log) {
    EXPECT_NE(request.status, 501U) << request.method << " " << request.key << "?" << request.query;
  }
}

TEST(S3Backend, RefusesASecondApplyDuringTheFirst) {
  S3Standin s3;
  Terraform first(Plugin::none), second(Plugin::none);
  for (Terraform* terraform : {&first, &second}) {
    terraform->write("main.tf", one_thing);
    use_backend(*terraform, s3);
  }
  s3.hold(writes_state);
  Process running = first.start_apply();
  ASSERT_TRUE(s3.wait_until_held()) << running.output();

  Outcome refused = second.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.text(), HasSubstr("Error acquiring the state lock"));
  EXPECT_THAT(refused.text(), HasSubstr("PreconditionFailed"));

  s3.release();
  Outcome outcome = running.wait();
  EXPECT_TRUE(done(outcome));
  EXPECT_EQ(stored_state(s3)["serial"], 1);
  EXPECT_TRUE(second.apply().ok()) << "the lock outlived its holder";
}

// A team's way: the state in S3, the seeds in the store, and of two applies at once one is refused.
TEST(S3Backend, KeepsAnAccountAndRefusesASecondApplyThatWouldChangeIt) {
  Workplace w({}, Plugin::mirror);
  S3Standin s3;
  w.account("limits = { connections = 5 }");
  use_backend(w.terraform, s3);
  Terraform second(Plugin::mirror);
  lead_to(second, w.nats, w.store());
  second.write("main.tf", "resource \"ghboot_nats_account\" \"a\" {\n  name = \"acme\"\n}\n");
  use_backend(second, s3);

  s3.hold(writes_state);
  Process running = w.terraform.start_apply();
  ASSERT_TRUE(s3.wait_until_held()) << running.output();
  Outcome refused = second.apply();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.text(), HasSubstr("Error acquiring the state lock"));
  s3.release();
  Outcome outcome = running.wait();
  ASSERT_TRUE(done(outcome));

  const auto kept = stored_state(s3)["resources"][0]["instances"][0]["attributes"];
  EXPECT_EQ(kept["public_key"], w.nats.only_account().subject());
  EXPECT_EQ(w.nats.only_account().limits().conn, 5);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
  EXPECT_TRUE(done(w.terraform.destroy()));
  EXPECT_TRUE(w.nats.stored().empty());
}

}  // namespace
}  // namespace ghboot::acceptance
