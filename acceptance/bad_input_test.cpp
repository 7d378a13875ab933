// SPDX-License-Identifier: Apache-2.0
// What a user may write by mistake: refused before anything is made, in words that name what was found and
// what is expected.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acceptance/done.h"
#include "acceptance/mistakes.h"
#include "acceptance/workplace.h"
#include "nats/activation_claims.h"

namespace ghboot::acceptance {
namespace {

using testing::HasSubstr;

constexpr std::string_view account = "ghboot_nats_account";
constexpr std::string_view user = "ghboot_nats_user";

TEST(BadInput, NamesAndTexts) {
  expect_refused({
      {account, R"(name = "with space")", R"(The name "with space" has a space)"},
      {account, R"(name = "")", "is empty"},
      {account, R"(name = "a/b")", "has a slash"},
      {account, R"(name = "a\nb")", "has a control character"},
      {account, R"(name = "..")", "means a folder"},
      {account, R"(name = join("", [for i in range(256) : "x"]))", "has 256 bytes"},
      {account, R"(name = join("", [for i in range(128) : "é"]))", "has 256 bytes"},
      {account, R"(name = null)", "name"},
      {account, "name = \"a\"\n  info_url = \"example.org\"", "no scheme and host"},
      {account, "name = \"a\"\n  info_url = \"https://example.org/%zz\"", "two hexadecimal digits"},
      {account, "name = \"a\"\n  info_url = \"https://example.org/\\u007f\"", "has a control character"},
      {account, "name = \"a\"\n  description = join(\"\", [for i in range(1000) : \"0123456789\"])",
       "10000 bytes"},
      {account, "name = \"a\"\n  deletion_policy = \"keep\"", "\"delete\", \"retain\""},
      {account, "name = \"a\"\n  timeouts = { create = \"soon\" }", "soon"},
      {account, "name = \"a\"\n  timeouts = { create = \"0s\" }", "0s"},
  });
}

TEST(BadInput, Keys) {
  const auto user_key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random()).public_key();
  const std::string seed(new_account_key().seed().reveal());
  std::string mistyped = new_account_key().public_key();
  mistyped[20] = mistyped[20] == 'A' ? 'B' : 'A';
  const std::vector<std::string> texts{
      "name = \"a\"\n  public_key = \"\"",
      "name = \"a\"\n  public_key = \"ABC\"",
      fmt::format("name = \"a\"\n  public_key = \"{}\"", mistyped),
      fmt::format("name = \"a\"\n  public_key = \"{}\"", user_key),
      fmt::format("name = \"a\"\n  public_key = \"{}\"", seed),
      fmt::format("name = \"u\"\n  account = \"{}\"", user_key),
  };
  expect_refused({{account, texts[0], "The public key is empty"},
                  {account, texts[1], "has 3 characters instead of 56"},
                  {account, texts[2], "checksum"},
                  {account, texts[3], "user"},
                  {account, texts[4], "seed"},
                  {user, texts[5], "user"}});
  Terraform terraform;
  terraform.write("main.tf", fmt::format("resource \"ghboot_nats_account\" \"a\" {{\n  {}\n}}\n", texts[4]));
  EXPECT_THAT(errors_of(terraform)["main.tf"], testing::Not(HasSubstr(seed)));
}

TEST(BadInput, DefaultPermissions) {
  expect_refused({
      {account, "name = \"a\"\n  default_permissions = { publish = { allow = [\"a..b\"] } }",
       "\"a..b\" has an empty token"},
      {account, "name = \"a\"\n  default_permissions = { subscribe = { deny = [\"a.> q r\"] } }",
       "no queue group of one word"},
      {account, "name = \"a\"\n  default_permissions = { responses = { max = 1, ttl = \"soon\" } }", "soon"},
      {account, "name = \"a\"\n  default_permissions = { responses = { max = -2 } }", "-2"},
  });
}

TEST(BadInput, Limits) {
  expect_refused({
      {account, "name = \"a\"\n  limits = { jetstream = {}, jetstream_tiers = { R1 = {} } }",
       "Flat and tiered JetStream limits together"},
      {account, "name = \"a\"\n  limits = { jetstream_tiers = { R9 = {} } }", "expected R1 to R5"},
      {account, "name = \"a\"\n  limits = { jetstream_tiers = { \"\" = {} } }", "is no tier"},
      {account, "name = \"a\"\n  limits = { connections = -2 }", "-2"},
      {account, "name = \"a\"\n  limits = { connections = 1.5 }", "whole number"},
      {account, "name = \"a\"\n  limits = { connections = 1e30 }", "connections"},
      {account, "name = \"a\"\n  limits = { payload = 9223372036854775808 }",
       "whole number of at most 64 bits"},
      {account, "name = \"a\"\n  limits = { jetstream = { disk_storage = -5 } }", "disk_storage"},
  });
}

TEST(BadInput, Types) {
  expect_refused({
      {account, "name = [\"a\"]", "string required"},
      {account, "name = \"a\"\n  limits = 5", "object required"},
      {account, "name = \"a\"\n  limits = { connections = \"many\" }", "number is required"},
      {account, "name = \"a\"\n  tags = \"one\"", "set of string required"},
      {account, "name = \"a\"\n  force_destroy = \"perhaps\"", "bool is required"},
      {account, "name = \"a\"\n  adopted = true", "adopted"},
      {account, "name = \"a\"\n  nickname = \"b\"", "Unsupported argument"},
      {account, "description = \"no name\"", "Missing required argument"},
  });
}

TEST(BadInput, Users) {
  const auto account_key = new_account_key();
  const auto user_key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const std::vector<std::pair<std::string, std::string_view>> mistakes{
      {R"(source_networks = ["192.0.2.7"])", "192.0.2.7/32"},
      {R"(source_networks = ["office"])", "\"office\" is no address"},
      {R"(source_networks = [])", "allow every network"},
      {R"(connection_types = ["standard"])", "STANDARD"},
      {R"(connection_types = [])", "every type of connection"},
      {R"(times = [{ start = "8:00", end = "09:00:00" }])", "a time of day like `08:00:00`"},
      {R"(times = [{ start = "08:00:00", end = "08:00:00" }])", "starts and ends at 08:00:00"},
      {R"(times = [])", "every time"},
      {R"(times_location = "UTC")", "Time zone without times"},
      {"times = [{ start = \"08:00:00\", end = \"09:00:00\" }]\n  times_location = \"Berlin time\"",
       "a time zone like"},
      {"subscriptions = -2", "-2"},
      {"payload = 1.5", "whole number"},
      {R"(valid_for = "soon")", "soon"},
      {R"(valid_for = "1500ms")", "whole seconds"},
      {R"(renew_before = "1h")", "valid_for"},
      {"valid_for = \"1h\"\n  renew_before = \"60m\"", "Give less than valid_for"},
      {R"(on_change = "revoke")", "keep_old"},
      {fmt::format("public_key = \"{}\"", account_key.public_key()), "kind user"},
      {fmt::format("signing_key = \"{}\"", user_key.public_key()), "kind account"},
      {fmt::format("signing_key = \"{}\"", account_key.public_key()), "A signing key is another key"},
      {"signing_seed_wo_version = 1", "signing_seed_wo"},
      {R"(expires_at = "2027-01-15T08:00:00Z")", "expires_at"},
  };
  std::vector<std::string> texts;
  texts.reserve(mistakes.size());
  for (const auto& [text, told] : mistakes)
    texts.push_back(fmt::format("name = \"u\"\n  account = \"{}\"\n  {}", account_key.public_key(), text));
  std::vector<Mistake> all;
  for (std::size_t i = 0; i < mistakes.size(); ++i) all.push_back({user, texts[i], mistakes[i].second});
  expect_refused(all);
}

TEST(BadInput, Activations) {
  const auto exporter = new_account_key(), importer = new_account_key();
  const auto user_key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const auto text = [&](const std::string& importing, std::string_view subject, std::string_view kind,
                        std::string_view more = "") {
    return fmt::format("account = \"{}\"\n  importer = \"{}\"\n  subject = \"{}\"\n  kind = \"{}\"\n  {}",
                       exporter.public_key(), importing, subject, kind, more);
  };
  const std::string& key = importer.public_key();
  const std::vector<std::string> texts{
      text(user_key.public_key(), "a", "stream"),
      text(exporter.public_key(), "a", "stream"),
      text(key, "a..b", "stream"),
      text(key, "", "stream"),
      text(key, "a", "queue"),
      text(key, "a", "stream", "expires_at = \"tomorrow\""),
      text(key, "a", "stream", "token = \"x\""),
      text(key, "a", "stream", fmt::format("signing_key = \"{}\"", exporter.public_key())),
  };
  constexpr std::string_view activation = "ghboot_nats_activation";
  expect_refused({{activation, texts[0], "kind account"},
                  {activation, texts[1], "does not import from itself"},
                  {activation, texts[2], "has an empty token"},
                  {activation, texts[3], "is empty"},
                  {activation, texts[4], "\"stream\""},
                  {activation, texts[5], "\"tomorrow\" is no time in RFC 3339"},
                  {activation, texts[6], "token"},
                  {activation, texts[7], "A signing key is another key"}});
}

TEST(BadInput, Permissions) {
  const std::string base =
      fmt::format("name = \"u\"\n  account = \"{}\"\n  ", new_account_key().public_key());
  const std::vector<std::string> texts{
      base + R"(permissions = { publish = { allow = ["a b"] } })",
      base + R"(permissions = { publish = { deny = ["a..b"] } })",
      base + R"(permissions = { subscribe = { allow = [""] } })",
      base + R"(permissions = { subscribe = { allow = ["a.>.b"] } })",
      base + R"(permissions = { subscribe = { allow = ["a one two"] } })",
      base + R"(permissions = { responses = { max = 1, ttl = "later" } })",
      base + R"(permissions = { responses = { max = -2 } })",
      base + R"(deletion_policy = "")",
  };
  expect_refused({{user, texts[0], "has white space"},
                  {user, texts[1], "has an empty token"},
                  {user, texts[2], "is empty"},
                  {user, texts[3], "before its end"},
                  {user, texts[4], "no queue group of one word"},
                  {user, texts[5], "later"},
                  {user, texts[6], "-2"},
                  {user, texts[7], "\"prevent\""}});
}

TEST(BadInput, Exports) {
  const std::vector<std::pair<std::string_view, std::string_view>> mistakes{
      {R"({ subject = "a b", kind = "stream" })", "has white space"},
      {R"({ subject = "", kind = "stream" })", "is empty"},
      {R"({ subject = "a.>.b", kind = "service" })", "before its end"},
      {R"({ subject = "a", kind = "queue" })", "\"stream\""},
      {R"({ subject = "a", kind = "stream", response_type = "Stream" })", "which only a service has"},
      {R"({ subject = "a", kind = "service", response_type = "Many" })", "\"Chunked\""},
      {R"({ subject = "a", kind = "stream", response_threshold = "1s" })", "which only a service has"},
      {R"({ subject = "a", kind = "service", response_threshold = "soon" })", "soon"},
      {R"({ subject = "a", kind = "stream", latency = { results = "r" } })", "which only a service has"},
      {R"({ subject = "a", kind = "service", latency = { results = "r", sampling = 101 } })", "101"},
      {R"({ subject = "a", kind = "service", latency = { results = "r.*" } })", "which has a wildcard"},
      {R"({ subject = "a", kind = "service", response_type = "Stream", latency = { results = "r" } })",
       "only of one answer"},
      {R"({ subject = "a", kind = "stream", allow_trace = true })", "allows traces"},
      {R"({ subject = "a.*", kind = "stream", account_token_position = 3 })", "2 tokens"},
      {R"({ subject = "a.*", kind = "stream", account_token_position = 1 })", "a * is expected there"},
      {R"({ subject = "a.*", kind = "stream", account_token_position = 2, token_required = true })",
       "look at the position alone"},
      {R"({ subject = "a", kind = "stream", info_url = "example.org" })", "no scheme and host"},
      {R"({ subject = "a", kind = "stream" }, { subject = "a", kind = "stream", name = "b" })",
       "is exported twice"},
      {R"({ subject = "a.>", kind = "stream" }, { subject = "a.b", kind = "stream" })", "is part of \"a.>\""},
  };
  std::vector<std::string> texts;
  for (const auto& [text, told] : mistakes)
    texts.push_back(fmt::format("name = \"a\"\n  exports = [{}]", text));
  std::vector<Mistake> all;
  for (std::size_t i = 0; i < mistakes.size(); ++i) all.push_back({account, texts[i], mistakes[i].second});
  all.push_back({account,
                 "name = \"a\"\n  limits = { exports = 0 }\n  exports = [{ subject = \"a\", kind = "
                 "\"stream\" }]",
                 "limits.exports is 0"});
  all.push_back({account,
                 "name = \"a\"\n  limits = { wildcard_exports = false }\n  exports = [{ subject = \"a.*\", "
                 "kind = \"stream\" }]",
                 "limits.wildcard_exports is false"});
  all.push_back({account,
                 "name = \"a\"\n  exports = [for p in setproduct(range(1000), range(11)) : { subject = "
                 "\"a.${p[0]}.${p[1]}\", kind = \"stream\" }]",
                 "10000"});
  expect_refused(all);
}

TEST(BadInput, Imports) {
  const auto exporter = new_account_key(), importer = new_account_key(), third = new_account_key();
  const auto user_key = nats::KeyPair::generate(nats::KeyKind::user, nats::system_random());
  const auto token = [](const nats::KeyPair& by, const nats::KeyPair& to, std::string_view subject,
                        std::string_view kind) {
    nats::ActivationClaims claims;
    claims.importer = to.public_key();
    claims.subject = subject;
    claims.kind = kind;
    return claims.encode(by, 1);
  };
  const std::vector<std::pair<std::string, std::string_view>> mistakes{
      {R"(subject = "a b", kind = "stream")", "has white space"},
      {R"(subject = "a", kind = "queue")", "\"stream\""},
      {R"(subject = "a", kind = "stream", share = true)", "shares who asks"},
      {R"(subject = "a", kind = "service", allow_trace = true)", "allows traces"},
      {R"(subject = "a.>", kind = "stream", local_subject = "b")", "both subjects must end in >"},
      {R"(subject = "a.*", kind = "stream", local_subject = "b")", "with 0 of its subject's 1 *"},
      {R"(subject = "a.*", kind = "stream", local_subject = "b.$2")", "$2 refers to a *"},
      {R"(subject = "a", kind = "stream", token = "x")", "no activation"},
      {fmt::format(R"(subject = "a", kind = "stream", token = "{}")", token(third, importer, "a", "stream")),
       "a token of another exporter"},
      {fmt::format(R"(subject = "a", kind = "stream", token = "{}")", token(exporter, third, "a", "stream")),
       "a token for another importer"},
      {fmt::format(R"(subject = "a", kind = "stream", token = "{}")",
                   token(exporter, importer, "a", "service")),
       "a token for a service"},
      {fmt::format(R"(subject = "a", kind = "stream", token = "{}")",
                   token(exporter, importer, "b", "stream")),
       "does not contain its subject"},
  };
  const std::string head = fmt::format("name = \"a\"\n  public_key = \"{}\"\n  ", importer.public_key());
  std::vector<std::string> texts;
  for (const auto& [text, told] : mistakes)
    texts.push_back(
        fmt::format("{}imports = [{{ {}, account = \"{}\" }}]", head, text, exporter.public_key()));
  const auto service = [&](std::string_view subject, std::string_view from) {
    return fmt::format(R"({{ subject = "{}", kind = "service", account = "{}" }})", subject, from);
  };
  const std::string key = exporter.public_key();
  const std::string overlap =
      fmt::format("{}imports = [{}, {}]", head, service("a.*", key), service("a.b", key));
  const std::string self = fmt::format("{}imports = [{}]", head, service("a", importer.public_key()));
  const std::string user_text = fmt::format("{}imports = [{}]", head, service("a", user_key.public_key()));
  const std::string many = fmt::format("{}limits = {{ imports = 1 }}\n  imports = [{}, {}]", head,
                                       service("a", key), service("b", key));
  std::vector<Mistake> all{{account, overlap, "overlap: \"a.b\" and \"a.*\""},
                           {account, self, "from the account itself"},
                           {account, user_text, "no account's public key"},
                           {account, many, "limits.imports is 1"}};
  for (std::size_t i = 0; i < mistakes.size(); ++i) all.push_back({account, texts[i], mistakes[i].second});
  expect_refused(all);
}

std::string key_of(nats::KeyKind kind) {
  return nats::KeyPair::generate(kind, nats::system_random()).public_key();
}

// Accounts "a" with such attributes, and what is told of each.
void expect_refused_accounts(const std::vector<std::pair<std::string, std::string_view>>& mistakes) {
  std::vector<std::string> texts;
  texts.reserve(mistakes.size());
  for (const auto& [text, told] : mistakes) texts.push_back("name = \"a\"\n  " + text);
  std::vector<Mistake> all;
  for (std::size_t i = 0; i < mistakes.size(); ++i) all.push_back({account, texts[i], mistakes[i].second});
  expect_refused(all);
}

TEST(BadInput, SigningKeys) {
  const std::string key = key_of(nats::KeyKind::account), other = key_of(nats::KeyKind::account);
  const auto keys = [](const std::string& entries) { return "signing_keys = [" + entries + "]"; };
  const auto entry = [](const std::string& of, std::string_view more = "") {
    return fmt::format("{{ public_key = \"{}\", {} }},", of, more);
  };
  expect_refused_accounts({
      {keys(entry(key_of(nats::KeyKind::user))), "is a key of kind user"},
      {keys(entry("ABC")), "Signing key that is no public key"},
      {fmt::format("public_key = \"{}\"\n  {}", key, keys(entry(key))),
       "is the account's own key, which signs users anyway"},
      {keys(entry(key) + entry(key, "role = \"r\"")), "Signing key that is listed twice"},
      {keys(entry(key, "role = \"r\"") + entry(other, "role = \"r\"")), "Several entries have r."},
      {keys(entry(key, "role = \"\"")), "Empty role"},
      {keys(entry(key, "description = \"d\"")), "which is plain"},
      {keys(entry(key, "role = \"r\", template = { source_networks = [\"office\"] }")), "(role r)"},
      {keys(entry(key, "template = { permissions = { publish = { allow = [\"a..b\"] } } }")),
       "has an empty token"},
      {keys(entry(key, "template = { payload = -2 }")), "-2"},
  });
}

TEST(BadInput, Push) {
  const auto operator_key = key_of(nats::KeyKind::operator_key), account_key = key_of(nats::KeyKind::account);
  const std::string jwt = nats::AccountClaims(account_key, "other").encode(new_account_key(), 1'700'000'000);
  expect_refused_accounts({
      {R"(push = "both")", "\"resolver\", \"none\""},
      {"push = \"none\"\n  force_destroy = true", "so force_destroy would do nothing"},
      {"push = \"none\"\n  adopt_existing = true", "so adopt_existing would do nothing"},
      {fmt::format("operator = \"{}\"", operator_key), "Operator of an account that is pushed"},
      {fmt::format("push = \"none\"\n  operator = \"{}\"", account_key), "kind operator"},
      {R"(jwt = "e30.e30.e30")", "jwt"},
  });
  const std::vector<std::string> texts{
      fmt::format("name = \"u\"\n  account = \"{}\"\n  account_jwt = \"e30\"", account_key),
      fmt::format("name = \"u\"\n  account = \"{}\"\n  account_jwt = \"{}\"", key_of(nats::KeyKind::account),
                  jwt),
      fmt::format("name = \"u\"\n  account = \"{}\"\n  account_jwt = \"x\"\n  on_change = \"revoke_old\"",
                  account_key)};
  expect_refused({{user, texts[0], "Not the account's JWT"},
                  {user, texts[1], "Not the account's JWT"},
                  {user, texts[2], "old creds cannot be revoked"}});
}

TEST(BadInput, Revocations) {
  const auto revoked = [](const std::string& key, std::string_view time) {
    return fmt::format("revocations = {{ \"{}\" = \"{}\" }}", key, time);
  };
  const std::string user_key = key_of(nats::KeyKind::user);
  expect_refused_accounts({
      {revoked(key_of(nats::KeyKind::operator_key), "1700000000"), "An operator's key cannot be revoked"},
      {revoked(key_of(nats::KeyKind::account), "1700000000"), "An account's key cannot be revoked"},
      {revoked(key_of(nats::KeyKind::curve), "1700000000"), "is a key of kind curve"},
      {revoked("UABC", "1700000000"), "Revocation of no key"},
      {revoked(user_key, "yesterday"), "\"yesterday\" is no time in RFC 3339"},
      {revoked(user_key, "-5"), "\"-5\" is no time"},
  });
}

TEST(BadInput, Mappings) {
  const auto mapped = [](std::string_view source, std::string_view destinations) {
    return fmt::format("mappings = {{ \"{}\" = {{ destinations = [{}] }} }}", source, destinations);
  };
  expect_refused_accounts({
      {mapped("a..b", R"({ subject = "c" })"), "has an empty token"},
      {mapped("a", ""), "Mapping without a destination"},
      {mapped("a", R"({ subject = "b c" })"), "has white space"},
      {mapped("a", R"({ subject = "b", weight = 0 })"), "1"},
      {mapped("a", R"({ subject = "b", weight = 60 }, { subject = "c", weight = 50 })"), "are 110 together"},
      {mapped("a", R"({ subject = "b", cluster = "x" }, { subject = "c", weight = 1, cluster = "x" })"),
       "in cluster x are 101 together"},
      {mapped("a", R"({ subject = "b", weight = 1 }, { subject = "b", weight = 1, cluster = "x" })"),
       "Destination that is listed twice"},
      {mapped("a.*", R"({ subject = "b.*" })"), "write {{wildcard(1)}}"},
      {mapped("a.*", R"({ subject = "b.{{wildcard(2)}}" })"), "its source has 1 wildcard"},
      {mapped("a", R"({ subject = "b.$1" })"), "its source has 0 wildcards"},
      {mapped("a.>", R"({ subject = "b" })"), "does not end in"},
      {mapped("a", R"({ subject = "b.>" })"), "and its source does not"},
      {mapped("a.*", R"({ subject = "b.{{upper(1)}}" })"), "a function that servers do not have"},
      {mapped("a.*", R"({ subject = "b.{{split(1)}}" })"), "another number of arguments"},
      {mapped("a.*", R"({ subject = "b.{{wildcard(x)}}" })"), "an argument that is no number"},
  });
}

TEST(BadInput, Authorization) {
  const std::string user_key = key_of(nats::KeyKind::user), account_key = key_of(nats::KeyKind::account);
  const auto with = [](const std::string& members) { return "authorization = { " + members + " }"; };
  const std::string users = fmt::format("auth_users = [\"{}\"]", user_key);
  expect_refused_accounts({
      {with(fmt::format("auth_users = [\"{}\"]", account_key)), "one of kind user (U…) is expected"},
      {with(users + fmt::format(", allowed_accounts = [\"{}\"]", user_key)),
       "one of kind account (A…) is expected"},
      {with(users + fmt::format(", xkey = \"{}\"", user_key)), "one of kind curve (X…) is expected"},
      {with(fmt::format("allowed_accounts = [\"{}\"]", account_key)),
       "Auth callout without its service's users"},
      {with(users + fmt::format(", allowed_accounts = [\"*\", \"{}\"]", account_key)),
       "Any account beside some"},
  });
}

// What is unusual and right stays as it was written.
TEST(UnusualInput, IsKeptAsItWasWritten) {
  Workplace w;
  w.terraform.write("main.tf", R"(
resource "ghboot_nats_account" "a" {
  name        = "Żółw-账户"
  description = "„Quoted” \"twice\", with\ttab,\nnewline and 🐢"
  tags        = ["ÄÖÜ", "b:c", "with space", " around ", "B:C", ""]
  limits = {
    data    = 9223372036854775807
    payload = 0
    jetstream_tiers = { R1 = { disk_storage = 1 }, R3 = { memory_storage = -1 } }
  }
})");
  Outcome applied = w.terraform.apply();
  ASSERT_TRUE(done(applied));
  const auto claims = w.nats.only_account();
  EXPECT_EQ(claims.name(), "Żółw-账户");
  EXPECT_EQ(claims.description(), "„Quoted” \"twice\", with\ttab,\nnewline and 🐢");
  EXPECT_EQ(claims.limits().data, INT64_MAX);
  EXPECT_EQ(claims.limits().payload, 0);
  EXPECT_EQ(claims.limits().tiers.size(), 2U);
  Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

constexpr std::string_view odd = "\\u0001\\u007f\\u202eé🐢";  // As HCL writes it.

// Texts for people are kept whatever is in them.
TEST(UnusualInput, ControlCharactersInTextsForPeopleAreKept) {
  Workplace w;
  const std::string o(odd);
  w.terraform.write("key.tf", "resource \"ghboot_nats_key\" \"s\" {\n  kind = \"account\"\n}\n");
  w.account("description = \"" + o + "\"\n  tags = [\"" + o + "\"]\n" +
            "  info_url = \"https://example.org/é🐢\"\n" +
            "  exports = [{ subject = \"a\", kind = \"stream\", name = \"" + o + "\", description = \"" + o +
            "\" }]\n  imports = [{ subject = \"b\", kind = \"stream\", name = \"" + o + "\", account = \"" +
            key_of(nats::KeyKind::account) + "\" }]\n" +
            "  signing_keys = [{ public_key = ghboot_nats_key.s.public_key, role = \"" + o +
            "\", description = \"" + o + "\" }]");
  ASSERT_TRUE(done(w.terraform.apply()));
  EXPECT_EQ(w.nats.only_account().description(), "\x01\x7f\u202eé🐢");
  const Outcome planned = w.terraform.plan();
  EXPECT_EQ(planned.exit_code, 0) << planned.text();
}

// What stands in subjects and files is refused with them.
TEST(BadInput, ControlCharactersInNamesAndSubjects) {
  const std::string o(odd), key = key_of(nats::KeyKind::account);
  const std::string user_text = "account = \"" + key + "\"\n  name = \"" + o + "\"";
  expect_refused({{user, user_text, "has a control character"}});
  const std::vector<std::string> texts{
      "exports = [{ subject = \"a." + o + "\", kind = \"stream\" }]",
      "imports = [{ subject = \"a." + o + "\", kind = \"stream\", account = \"" + key + "\" }]",
      "imports = [{ subject = \"a\", local_subject = \"" + o + "\", kind = \"stream\", account = \"" + key +
          "\" }]",
      "default_permissions = { publish = { allow = [\"" + o + "\"] } }",
      "mappings = { \"" + o + "\" = { destinations = [{ subject = \"x\" }] } }",
      "mappings = { \"x\" = { destinations = [{ subject = \"" + o + "\" }] } }",
      "public_key = \"" + o + "\"",
      "revocations = { \"" + o + "\" = \"1700000000\" }",
      "limits = { jetstream_tiers = { \"" + o + "\" = {} } }",
  };
  std::vector<std::pair<std::string, std::string_view>> all;
  for (const std::string& text : texts) all.emplace_back(text, "");
  expect_refused_accounts(all);
}

}  // namespace
}  // namespace ghboot::acceptance
