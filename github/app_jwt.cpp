// SPDX-License-Identifier: Apache-2.0
#include "github/app_jwt.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "nats/base64.h"

namespace ghboot::github {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

// A key with a passphrase is refused: without this, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key read_key(const nats::Secret& pem) {
  std::string text(pem.reveal());
  if (!text.contains('\n')) {
    for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at))
      text.replace(at, 2, "\n");
  }
  const std::unique_ptr<BIO, Free> bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 65'536))));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
  nats::Secret::wipe(text);
  if (key && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

std::vector<unsigned char> sign(EVP_PKEY* key, std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) != 1)
    return {};
  std::vector<unsigned char> out(size);
  if (EVP_DigestSign(context.get(), out.data(), &size, data, text.size()) != 1) return {};
  out.resize(size);
  return out;
}

}  // namespace

Result<nats::Secret> app_jwt(std::string_view app_id, const nats::Secret& pem, std::int64_t now_unix) {
  const bool is_id =
      !app_id.empty() && app_id.size() <= 100 && std::ranges::all_of(app_id, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
      });
  if (!is_id)
    return failure(ErrorKind::invalid, "The GitHub App's id is neither a number nor a client id (\"Iv…\").");
  const Key key = read_key(pem);
  if (!key)
    return failure(
        ErrorKind::invalid,
        "The GitHub App's private key is no RSA key in PEM without a passphrase (\"-----BEGIN RSA PRIVATE "
        "KEY-----\"): give the file that GitHub made, as it is.");
  const std::string signed_part = nats::encode_base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
                                  nats::encode_base64url(fmt::format(R"({{"iat":{},"exp":{},"iss":"{}"}})",
                                                                     now_unix - 60, now_unix + 540, app_id));
  const auto signature = sign(key.get(), signed_part);
  if (signature.empty())
    return failure(ErrorKind::invalid, "OpenSSL cannot sign with the GitHub App's private key.");
  return nats::Secret(
      signed_part + "." +
      nats::encode_base64url({reinterpret_cast<const char*>(signature.data()), signature.size()}));
}

}  // namespace ghboot::github
