// SPDX-License-Identifier: Apache-2.0
#include "provider/functions.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/claim_members.h"
#include "nats/creds.h"
#include "nats/jwt.h"
#include "nats/nkey.h"
#include "nats/subject.h"
#include "nats/time_text.h"
#include "nats/user_claims.h"
#include "provider/permissions_model.h"
#include "provider/report.h"
#include "provider/text_or_null.h"
#include "tfplugin/field.h"

namespace ghboot::provider {
namespace {

using tfplugin::Diagnostics;
using tfplugin::Field;
using tfplugin::Function;
using tfplugin::Path;
using tfplugin::Use;
using tfplugin::Value;

void refuse(std::string_view argument, std::string_view summary, const nats::Error& error,
            Diagnostics& diagnostics) {
  report(diagnostics, std::string(summary), error, Path({argument}));
}

struct SeedArguments {
  Value<std::string> seed;
  static constexpr auto fields() {
    return std::tuple{
        Field{"seed", &SeedArguments::seed, Use::required, "A seed, `S…`, of any kind of key."}};
  }
};

class SeedPublicKey final : public Function<SeedArguments, std::string> {
 public:
  SeedPublicKey()
      : Function(
            "The public key of a seed.",
            "The public key, as `A…`, of a NATS seed, `SA…`. The result of a sensitive or ephemeral seed is "
            "sensitive or ephemeral as well; `nonsensitive()` takes that away.") {}

 protected:
  Value<std::string> result(const SeedArguments& in, Diagnostics& diagnostics) const override {
    const auto key = nats::KeyPair::from_seed(*in.seed);
    if (key) return key->public_key();
    refuse("seed", "Not a seed", key.error(), diagnostics);
    return {};
  }
};

struct JwtArguments {
  Value<std::string> jwt;
  static constexpr auto fields() {
    return std::tuple{Field{"jwt", &JwtArguments::jwt, Use::required, "A NATS JWT, `eyJ…`, of version 2."}};
  }
};

struct JwtParts {
  Value<std::string> type, subject, issuer, issuer_account, name, issued_at, expires_at, claims;
  static constexpr auto fields() {
    using M = JwtParts;
    return std::tuple{
        Field{"type", &M::type, Use::computed, "`account`, `user`, `operator`, `activation`, …"},
        Field{"subject", &M::subject, Use::computed, "Public key that it speaks of."},
        Field{"issuer", &M::issuer, Use::computed, "Public key that signed it."},
        Field{"issuer_account", &M::issuer_account, Use::computed, "Account whose signing key that is."},
        Field{"name", &M::name, Use::computed, "Name."},
        Field{"issued_at", &M::issued_at, Use::computed, "When it was signed."},
        Field{"expires_at", &M::expires_at, Use::computed, "When it ends."},
        Field{"claims", &M::claims, Use::computed, "All of it, as JSON."},
    };
  }
};

// Null for a claim that is not there.
Value<std::string> time_or_null(std::int64_t unix_seconds) {
  return unix_seconds == 0 ? Value<std::string>() : Value<std::string>(nats::time_text(unix_seconds));
}

class JwtDecode final : public Function<JwtArguments, JwtParts> {
 public:
  JwtDecode()
      : Function(
            "What a NATS JWT says.",
            "An object of a JWT whose form and signature are right: `type`, `subject`, `issuer`, "
            "`issuer_account`, `name`, `issued_at` and `expires_at` (RFC 3339; null: never), and "
            "`claims`, all of it as JSON for `jsondecode()`. That the issuer may be trusted is not said.") {}

 protected:
  Value<JwtParts> result(const JwtArguments& in, Diagnostics& diagnostics) const override {
    const auto payload = nats::decode_jwt(*in.jwt);
    if (!payload) {
      refuse("jwt", "Not a JWT of NATS", payload.error(), diagnostics);
      return {};
    }
    nats::ClaimFault fault;
    const nats::ClaimMembers claim(*payload, "", fault);
    const nats::ClaimMembers body = claim.object("nats");
    JwtParts out{.type = body.text("type"),
                 .subject = text_or_null(claim.text("sub")),
                 .issuer = text_or_null(claim.text("iss")),
                 .issuer_account = text_or_null(body.text("issuer_account")),
                 .name = text_or_null(claim.text("name")),
                 .issued_at = time_or_null(claim.number("iat")),
                 .expires_at = time_or_null(claim.number("exp")),
                 .claims = payload->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
    if (fault) refuse("jwt", "Not a JWT of NATS", *fault, diagnostics);
    return out;
  }
};

struct CredsParts {
  Value<std::string> jwt, seed, public_key, account;
  static constexpr auto fields() {
    using M = CredsParts;
    return std::tuple{
        Field{"jwt", &M::jwt, Use::computed, "The user's JWT."},
        Field{"seed", &M::seed, Use::computed, "The user's seed, `SU…`."},
        Field{"public_key", &M::public_key, Use::computed, "The user's identity, `U…`."},
        Field{"account", &M::account, Use::computed, "The account that the user belongs to, `A…`."},
    };
  }
};

struct CredsArguments {
  Value<std::string> creds;
  static constexpr auto fields() {
    return std::tuple{Field{"creds", &CredsArguments::creds, Use::required, "The text of a creds file."}};
  }
};

class CredsDecode final : public Function<CredsArguments, CredsParts> {
 public:
  CredsDecode()
      : Function(
            "The parts of creds.",
            "An object of the text of a creds file: `jwt`, `seed`, `public_key` (`U…`) and `account` (`A…`). "
            "The seed and the JWT must belong together.") {}

 protected:
  Value<CredsParts> result(const CredsArguments& in, Diagnostics& diagnostics) const override {
    const auto creds = nats::Creds::parse(*in.creds);
    const auto claims = nats::claims_of(creds);
    if (!claims) {
      refuse("creds", "Not creds of a user", claims.error(), diagnostics);
      return {};
    }
    return CredsParts{.jwt = std::string(creds->jwt.reveal()),
                      .seed = std::string(creds->key.seed().reveal()),
                      .public_key = claims->subject,
                      .account = claims->account()};
  }
};

struct CredsOf {
  Value<std::string> jwt, seed;
  static constexpr auto fields() {
    return std::tuple{Field{"jwt", &CredsOf::jwt, Use::required, "A user's JWT."},
                      Field{"seed", &CredsOf::seed, Use::required, "The same user's seed, `SU…`."}};
  }
};

class CredsFormat final : public Function<CredsOf, std::string> {
 public:
  CredsFormat()
      : Function("Creds of a JWT and a seed.",
                 "The text of a creds file, as every NATS client reads it, of a user's JWT and its seed.") {}

 protected:
  Value<std::string> result(const CredsOf& in, Diagnostics& diagnostics) const override {
    const auto claims = nats::UserClaims::decode(*in.jwt);
    if (!claims) refuse("jwt", "Not the JWT of a user", claims.error(), diagnostics);
    const auto key = nats::KeyPair::from_seed(*in.seed);
    if (!key) refuse("seed", "Not a seed", key.error(), diagnostics);
    if (!claims || !key) return {};
    if (key->public_key() != claims->subject) {
      diagnostics.error(Path({"seed"}), "Seed of another key",
                        fmt::format("It is the seed of {}, and the JWT is of user {}.", key->public_key(),
                                    claims->subject));
      return {};
    }
    return std::string(nats::Creds{.jwt = nats::Secret(*in.jwt), .key = *key}.format().reveal());
  }
};

struct SubjectArguments {
  Value<std::string> pattern, subject;
  static constexpr auto fields() {
    using M = SubjectArguments;
    return std::tuple{
        Field{"pattern", &M::pattern, Use::required, "A subject, wildcards included, as of a subscriber."},
        Field{"subject", &M::subject, Use::required, "A subject; it may have wildcards as well."},
    };
  }
};

class SubjectMatches final : public Function<SubjectArguments, bool> {
 public:
  SubjectMatches()
      : Function(
            "Whether a pattern covers a subject.",
            "Whether every message to `subject` reaches a subscriber of `pattern`: `*` stands for one token, "
            "`>` for one and all that follow. A subject with wildcards is covered when all that it stands "
            "for is.") {}

 protected:
  Value<bool> result(const SubjectArguments& in, Diagnostics& diagnostics) const override {
    check_subject(in.pattern, Path({"pattern"}), diagnostics);
    check_subject(in.subject, Path({"subject"}), diagnostics);
    return nats::covers(*in.pattern, *in.subject);
  }
};

}  // namespace

void add_functions(tfplugin::Provider& provider) {
  provider.functions.emplace("seed_public_key", std::make_unique<SeedPublicKey>());
  provider.functions.emplace("jwt_decode", std::make_unique<JwtDecode>());
  provider.functions.emplace("creds_decode", std::make_unique<CredsDecode>());
  provider.functions.emplace("creds_format", std::make_unique<CredsFormat>());
  provider.functions.emplace("subject_matches", std::make_unique<SubjectMatches>());
}

}  // namespace ghboot::provider
