// SPDX-License-Identifier: Apache-2.0
// A certificate for one run of a plugin: self-signed, ECDSA over P-256 (a tenth of P-521's time, and
// Terraform takes it), for the name that Terraform asks for. Threads: any.
#pragma once

#include <string>

namespace ghboot::tfplugin {

struct Certificate {
  std::string pem, key_pem;
  std::string der;
};

// Throws std::runtime_error when OpenSSL cannot make one.
Certificate make_certificate();

}  // namespace ghboot::tfplugin
