// SPDX-License-Identifier: Apache-2.0
#include "provider/webhook_secret.h"

#include <string>
#include <string_view>

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

}  // namespace

std::optional<nats::Secret> secret_of(const WebhookModel& planned, tfplugin::Call& call) {
  if (planned.secret_wo.is_known()) return nats::Secret(*planned.secret_wo);
  if (planned.secret.is_known()) return nats::Secret(*planned.secret);
  if (!planned.secret_file.is_known()) return nats::Secret();
  const tfplugin::Path path({"secret_file"});
  const auto text = read_secret({.file = *planned.secret_file, .text = {}, .origin = "secret_file"},
                                "the webhook's secret");
  if (!text) {
    call.diagnostics.error(path, "Secret that cannot be read", text.error().message);
    return std::nullopt;
  }
  const std::string_view secret = without_line_end(text->reveal());
  if (!secret.empty() && secret != github::secret_mask) return nats::Secret(std::string(secret));
  call.diagnostics.error(
      path, "No secret in the file",
      fmt::format("secret_file names {}, which holds {} and no secret of a webhook.", *planned.secret_file,
                  secret.empty() ? "an empty line" : "the mask that GitHub shows in a secret's place"));
  return std::nullopt;
}

}  // namespace ghboot::provider
