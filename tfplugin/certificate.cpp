// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/certificate.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace ghboot::tfplugin {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using X509Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL made no certificate");
}

std::string text_of(BIO& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(&bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void add_extension(X509& certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

X509Certificate sign(EVP_PKEY& key) {
  constexpr long day = 24L * 60 * 60;
  X509Certificate out(X509_new());
  require(out && X509_set_version(out.get(), 2) == 1);
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), serial >> 1U) == 1);
  // Hours of slack on both sides: clocks are set, and a run of Terraform may wait for a person for long.
  require(X509_gmtime_adj(X509_getm_notBefore(out.get()), -day) &&
          X509_gmtime_adj(X509_getm_notAfter(out.get()), 30 * day));
  X509_NAME* name = X509_get_subject_name(out.get());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0) == 1);
  require(X509_set_issuer_name(out.get(), name) == 1 && X509_set_pubkey(out.get(), &key) == 1);
  add_extension(*out, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(*out, NID_key_usage, "critical,digitalSignature,keyEncipherment,keyAgreement,keyCertSign");
  add_extension(*out, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(*out, NID_subject_alt_name, "DNS:localhost");
  require(X509_sign(out.get(), &key, EVP_sha256()) > 0);
  return out;
}

}  // namespace

Certificate make_certificate() {
  const Key key(EVP_EC_gen("P-256"));
  require(key != nullptr);
  const auto certificate = sign(*key);
  Certificate out;
  const Bio pem(BIO_new(BIO_s_mem()));
  require(pem && PEM_write_bio_X509(pem.get(), certificate.get()) == 1);
  out.pem = text_of(*pem);
  const Bio key_pem(BIO_new(BIO_s_mem()));
  require(key_pem &&
          PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  out.key_pem = text_of(*key_pem);
  const Bio der(BIO_new(BIO_s_mem()));
  require(der && i2d_X509_bio(der.get(), certificate.get()) == 1);
  out.der = text_of(*der);
  return out;
}

}  // namespace ghboot::tfplugin
