// SPDX-License-Identifier: Apache-2.0
// Where GitHub is: https://api.github.com, https://HOST/api/v3 of a GitHub Enterprise Server, or
// https://api.NAME.ghe.com. Everything that GitHub names by URL (redirects, next pages) goes through
// within(): a token is sent nowhere else. http:// is taken for this machine alone. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "github/error.h"

namespace ghboot::github {

class BaseUrl {
 public:
  // ErrorKind::invalid: no such URL, or one that cannot be GitHub's API; the message says what to write.
  static Result<BaseUrl> parse(std::string_view text);

  const std::string& text() const { return text_; }      // Without a "/" at its end.
  const std::string& origin() const { return origin_; }  // "https://host:port", the port where it was given.
  bool is_github_com() const { return origin_ == "https://api.github.com"; }
  // GitHub's own, not its API's, by which its organisations are told from another GitHub's: "github.com",
  // "acme.ghe.com", "ghe.example.com:8443".
  std::string host() const;

  // The path and query, below the base, of a URL that GitHub gave, or of such a path ("/api/v3/…").
  // ErrorKind::refused: it leads elsewhere; the message names the host only.
  Result<std::string> within(std::string_view url) const;

 private:
  std::string text_, origin_, path_;
};

// For one segment of a path, or a query's value: all but letters, digits and "-._~" as %XX (RFC 3986).
std::string encoded(std::string_view text);

}  // namespace ghboot::github
