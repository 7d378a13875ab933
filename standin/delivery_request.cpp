// SPDX-License-Identifier: Apache-2.0
#include "standin/delivery_request.h"

#include <fmt/format.h>

#include "github/signature.h"
#include "standin/crypto.h"
#include "standin/text.h"

namespace ghboot::standin {

std::string delivery_body(const Delivery& delivery, const std::string& content_type) {
  return content_type.starts_with("application/json") ? delivery.payload
                                                      : "payload=" + encode_form(delivery.payload);
}

void prepare(Delivery& delivery, const Hook& hook) {
  const std::string content_type =
      hook.content_type == "json" ? "application/json" : "application/x-www-form-urlencoded";
  delivery.request_headers = {
      {"Accept", "*/*"},
      {"Content-Type", content_type},
      {"User-Agent", "GitHub-Hookshot/57a4d14"},
      {"X-GitHub-Delivery", delivery.guid},
      {"X-GitHub-Event", delivery.event},
      {"X-GitHub-Hook-ID", fmt::format("{}", hook.id)},
      {"X-GitHub-Hook-Installation-Target-ID", fmt::format("{}", hook.target_id)},
      {"X-GitHub-Hook-Installation-Target-Type", hook.of_organization ? "organization" : "repository"}};
  if (hook.secret.empty()) return;
  const std::string body = delivery_body(delivery, content_type);
  delivery.request_headers.emplace_back("X-Hub-Signature", "sha1=" + hmac_sha1_hex(hook.secret, body));
  delivery.request_headers.emplace_back("X-Hub-Signature-256", github::signature_256(hook.secret, body));
}

}  // namespace ghboot::standin
