// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_secret.h"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "provider/secret_source.h"

namespace ghboot::provider {
namespace {

// As `echo` and editors end a file.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// What was unknown when the configuration was checked may have become nothing, or the mask.
std::optional<nats::Secret> given(const char* name, const Value<std::string>& value, tfplugin::Call& call) {
  const std::string text = value.is_known() ? *value : "";
  if (!text.empty() && text != github::secret_mask) return nats::Secret(text);
  call.diagnostics.error(
      tfplugin::Path({name}), "No secret",
      fmt::format("{} has turned out to be {}. Give a secret, or leave all of secret_wo, "
                  "secret_wo_version, secret_file and secret out.",
                  name, text.empty() ? "empty" : "the mask that GitHub shows in a secret's place"));
  return std::nullopt;
}

struct Unusable {
  std::string summary, detail;
};

std::expected<nats::Secret, Unusable> secret_in(const std::string& file) {
  const auto text = read_secret({.file = file, .text = {}, .origin = "secret_file"}, "the webhook's secret");
  if (!text) return std::unexpected(Unusable{"Secret that cannot be read", text.error().message});
  const std::string_view secret = without_line_end(text->reveal());
  // It would be replaced on its way, and GitHub would sign with another secret.
  if (!github::is_utf8(secret))
    return std::unexpected(
        Unusable{"Secret that is no text",
                 fmt::format("secret_file names {}, which holds bytes that are no UTF-8, and "
                             "GitHub takes a secret as text: write it in letters, as openssl "
                             "rand -hex 32 does.",
                             file)});
  if (!secret.empty() && secret != github::secret_mask) return nats::Secret(std::string(secret));
  return std::unexpected(Unusable{
      "No secret in the file",
      fmt::format("secret_file names {}, which holds {} and no secret of a webhook.", file,
                  secret.empty() ? "an empty line" : "the mask that GitHub shows in a secret's place")});
}

// A pipe can be read once, which is the apply's.
bool is_read_once(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_type type = fs::status(file, error).type();
  return type == fs::file_type::fifo || type == fs::file_type::character || type == fs::file_type::socket;
}

}  // namespace

std::optional<nats::Secret> secret_of(const WebhookModel& planned, tfplugin::Call& call) {
  if (!has_secret(planned)) return nats::Secret();
  if (!planned.secret.is_null()) return given("secret", planned.secret, call);
  if (planned.secret_file.is_null()) return given("secret_wo", planned.secret_wo, call);
  auto secret = secret_in(*planned.secret_file);
  if (secret) return *std::move(secret);
  call.diagnostics.error(tfplugin::Path({"secret_file"}), secret.error().summary, secret.error().detail);
  return std::nullopt;
}

void warn_of_secret_file(const WebhookModel& planned, tfplugin::Call& call) {
  if (!planned.secret_file.is_known() || is_read_once(*planned.secret_file)) return;
  const auto secret = secret_in(*planned.secret_file);
  if (secret) return;
  call.diagnostics.warning(
      tfplugin::Path({"secret_file"}), secret.error().summary,
      secret.error().detail +
          " The plan does without the secret; the apply needs it, and fails as long as that is so.");
}

}  // namespace ghboot::provider
