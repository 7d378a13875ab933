// SPDX-License-Identifier: Apache-2.0
// A certificate of the stand-in's own for 127.0.0.1 and localhost, made at its start, signed by itself.
// Whoever is to trust it names its file as CA. Threads: any.
#pragma once

#include <expected>
#include <string>

namespace ghboot::standin {

struct Certificate {
  std::string certificate_pem, key_pem;
};

// Good for a year, and since yesterday, so that no clock is too early.
std::expected<Certificate, std::string> make_certificate();

}  // namespace ghboot::standin
