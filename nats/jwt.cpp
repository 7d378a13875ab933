// SPDX-License-Identifier: Apache-2.0
#include "nats/jwt.h"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "nats/base32.h"
#include "nats/base64.h"

namespace ghboot::nats {
namespace {

using nlohmann::json;

constexpr std::size_t token_bytes_max = std::size_t{8} << 20;
constexpr int depth_max = 64;
constexpr std::int64_t version = 2;
// {"typ":"JWT","alg":"ed25519-nkey"}
constexpr std::string_view header_base64 = "eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ";

// Before it is parsed: a parser would first build what is too deep to be taken apart again.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (in_string && letter == '\\')
      ++at;
    else if (letter == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (letter == '{' || letter == '[') {
      if (++depth > depth_max) return true;
    } else if (letter == '}' || letter == ']') {
      --depth;
    }
  }
  return false;
}

Result<json> decode_part(std::string_view part, std::string_view name) {
  const auto text = decode_base64url(part);
  if (!text)
    return fail(ErrorKind::invalid, fmt::format("the JWT's {} is not base64url without padding", name));
  if (is_too_deep(*text))
    return fail(ErrorKind::invalid,
                fmt::format("the JWT's {} is nested more than {} levels deep", name, depth_max));
  json value = json::parse(*text, nullptr, false);
  if (!value.is_object())
    return fail(ErrorKind::invalid, fmt::format("the JWT's {} is no JSON object", name));
  return value;
}

std::string_view text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

Result<void> check_header(std::string_view part) {
  if (part == header_base64) return {};
  const auto header = decode_part(part, "header");
  if (!header) return std::unexpected(header.error());
  const std::string_view type = text_of(*header, "typ"), algorithm = text_of(*header, "alg");
  if (type != "JWT" && type != "jwt")
    return fail(ErrorKind::invalid, "the JWT's header says another \"typ\" than \"JWT\"");
  if (algorithm == "ed25519")
    return fail(ErrorKind::invalid,
                "the JWT is of version 1 (\"alg\" is \"ed25519\"), which is not supported: have its tool "
                "write it anew as version 2");
  if (algorithm != "ed25519-nkey")
    return fail(ErrorKind::invalid, "the JWT's header says another \"alg\" than \"ed25519-nkey\"");
  return {};
}

Result<void> check_version(const json& payload) {
  const auto body = payload.find("nats");
  if (body == payload.end() || !body->is_object())
    return fail(ErrorKind::invalid, "the JWT has no object \"nats\": it is no NATS JWT of version 2");
  const auto found = body->find("version");
  if (found == body->end() || !found->is_number_integer())
    return fail(ErrorKind::invalid, "the JWT has no number \"nats.version\"");
  if (*found != version)
    return fail(ErrorKind::invalid,
                fmt::format("the JWT says \"nats.version\" {}; version {} is expected{}", found->dump(),
                            version, *found > version ? ": a newer tool made it" : ""));
  if (text_of(*body, "type").empty()) return fail(ErrorKind::invalid, "the JWT has no text \"nats.type\"");
  return {};
}

std::string sha512_256(std::string_view bytes) {
  std::array<unsigned char, 32> hash{};
  unsigned size = hash.size();
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA512-256", nullptr);
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, algorithm, nullptr) != 1) std::abort();
  return base32_encode(hash);
}

}  // namespace

Result<json> decode_jwt(std::string_view token) {
  if (token.size() > token_bytes_max)
    return fail(ErrorKind::invalid,
                fmt::format("the JWT has {} bytes; {} are the most", token.size(), token_bytes_max));
  const std::size_t header_end = token.find('.'), payload_end = token.rfind('.');
  if (header_end == payload_end || token.find('.', header_end + 1) != payload_end)
    return fail(ErrorKind::invalid, "what was given is no JWT: it is not three parts with dots between");
  if (auto right = check_header(token.substr(0, header_end)); !right) return std::unexpected(right.error());
  auto payload = decode_part(token.substr(header_end + 1, payload_end - header_end - 1), "payload");
  if (!payload) return payload;
  const auto signature = decode_base64url(token.substr(payload_end + 1));
  if (!signature) return fail(ErrorKind::invalid, "the JWT's signature is not base64url without padding");
  const std::string_view issuer = text_of(*payload, "iss");
  if (const auto kind = parse_public_key(issuer); !kind)
    return fail(ErrorKind::invalid, fmt::format("the JWT's \"iss\" is no key: {}", kind.error().message));
  if (!verify_signature(issuer, token.substr(0, payload_end), *signature))
    return fail(ErrorKind::invalid, "the JWT's signature is not its issuer's: it was changed or cut");
  if (auto right = check_version(*payload); !right) return std::unexpected(right.error());
  return payload;
}

std::string encode_jwt(json payload, const KeyPair& signer, std::int64_t issued_at) {
  payload["iss"] = signer.public_key();
  payload["iat"] = issued_at;
  payload.erase("jti");
  // What is no UTF-8 becomes U+FFFD: JSON has no other way.
  std::string text = payload.dump(-1, ' ', false, json::error_handler_t::replace);
  text.insert(1, fmt::format(R"("jti":"{}",)", sha512_256(text)));
  std::string token;
  token.reserve(header_base64.size() + text.size() * 4 / 3 + 100);
  token.append(header_base64).append(".").append(encode_base64url(text));
  const std::string signature = signer.sign(token);
  return token.append(".").append(encode_base64url(signature));
}

}  // namespace ghboot::nats
