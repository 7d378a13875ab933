// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/handshake.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tfplugin/certificate.h"

namespace ghboot::tfplugin {
namespace {

using testing::HasSubstr;

std::expected<Handshake, std::string> read(std::map<std::string, std::string> variables) {
  return read_handshake(
      [&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      "terraform-provider-example");
}

TEST(Handshake, TellsAPersonWhatToDo) {
  const auto handshake = read({});
  ASSERT_FALSE(handshake);
  EXPECT_THAT(handshake.error(), HasSubstr("terraform-provider-example is a provider of Terraform"));
  EXPECT_THAT(handshake.error(), HasSubstr("terraform init"));
}

TEST(Handshake, NamesTheProtocolsThatDoNotMeet) {
  const auto handshake = read({{cookie_name, cookie}, {"PLUGIN_PROTOCOL_VERSIONS", "4,5"}});
  ASSERT_FALSE(handshake);
  EXPECT_THAT(handshake.error(), HasSubstr("speaks plugin protocol 6, and who started it offers 4,5"));
}

TEST(Handshake, TakesTheCertificateAndTheFolderThatTheHostNames) {
  const auto handshake = read({{cookie_name, cookie},
                               {"PLUGIN_PROTOCOL_VERSIONS", "5,6"},
                               {"PLUGIN_CLIENT_CERT", "PEM"},
                               {"PLUGIN_UNIX_SOCKET_DIR", "/run/plugins"},
                               {"TMPDIR", "/elsewhere"}});
  ASSERT_TRUE(handshake) << handshake.error();
  EXPECT_EQ(handshake->client_certificate, "PEM");
  EXPECT_EQ(handshake->socket_folder, "/run/plugins");
}

TEST(Handshake, LineHasTheCertificateInBase64WithoutPadding) {
  EXPECT_EQ(handshake_line("/tmp/s", "abcd"), "1|6|unix|/tmp/s|grpc|YWJjZA");
  EXPECT_EQ(handshake_line("/tmp/s", ""), "1|6|unix|/tmp/s|grpc|");
}

TEST(Handshake, ReattachTextIsWhatTerraformParses) {
  EXPECT_EQ(reattach_text("example.com/a/b", "/tmp/s", 7),
            R"({"example.com/a/b":{"Addr":{"Network":"unix","String":"/tmp/s"},"Pid":7,)"
            R"("Protocol":"grpc","ProtocolVersion":6,"Test":true}})");
  const auto both = nlohmann::json::parse(reattach_text("registry.terraform.io/a/b", "/tmp/s", 7));
  EXPECT_EQ(both.size(), 2U);
  EXPECT_EQ(both["registry.terraform.io/a/b"], both["registry.opentofu.org/a/b"])
      << "OpenTofu's default host is its own";
}

TEST(Certificate, IsForLocalhostAndSignedByItself) {
  const Certificate made = make_certificate();
  const auto* bytes = reinterpret_cast<const unsigned char*>(made.der.data());
  X509* certificate = d2i_X509(nullptr, &bytes, static_cast<long>(made.der.size()));
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
  EXPECT_EQ(X509_check_ca(certificate), 1);
  X509_free(certificate);
  EXPECT_NE(made.der, make_certificate().der);
}

}  // namespace
}  // namespace ghboot::tfplugin
