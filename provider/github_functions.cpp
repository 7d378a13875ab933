// SPDX-License-Identifier: Apache-2.0
#include "provider/github_functions.h"

#include <memory>
#include <string>
#include <tuple>

#include "github/hooks.h"
#include "github/signature.h"
#include "tfplugin/field.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Field;
using tfplugin::Function;
using tfplugin::Path;
using tfplugin::Use;
using tfplugin::Value;

struct SignatureArguments {
  Value<std::string> secret, body;
  static constexpr auto fields() {
    using M = SignatureArguments;
    return std::tuple{
        Field{"secret", &M::secret, Use::required, "The webhook's secret."},
        Field{"body", &M::body, Use::required, "The body of a delivery, byte for byte as it is sent."},
    };
  }
};

class WebhookSignature final : public Function<SignatureArguments, std::string> {
 public:
  WebhookSignature()
      : Function(
            "GitHub's signature of a delivery.",
            "What the header `X-Hub-Signature-256` of a webhook's delivery says: `sha256=` and the "
            "HMAC-SHA256 of the body, keyed with the webhook's secret, in hex; for a receiver's test or a "
            "request that is made by hand. The result of a sensitive or ephemeral secret is sensitive or "
            "ephemeral as well; `nonsensitive()` takes that away.") {}

 protected:
  Value<std::string> result(const SignatureArguments& in, Diagnostics& diagnostics) const override {
    if (in.secret->empty())
      diagnostics.error(Path({"secret"}), "No secret",
                        "The secret is empty, and GitHub signs nothing without one: give the webhook's.");
    else if (*in.secret == github::secret_mask)
      diagnostics.error(Path({"secret"}), "Mask in a secret's place",
                        "\"********\" is what GitHub shows in a secret's place: give the secret itself.");
    else
      return github::signature_256(*in.secret, *in.body);
    return {};
  }
};

}  // namespace

void add_github_functions(tfplugin::Provider& provider) {
  provider.functions.emplace("webhook_signature", std::make_unique<WebhookSignature>());
}

}  // namespace ghboot::provider
