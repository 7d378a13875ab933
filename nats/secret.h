// SPDX-License-Identifier: Apache-2.0
// A Secret is text that must not be shown: a seed, creds, a token. It has no stream or format operator, so
// that nothing prints it by accident; who needs the text says reveal(). The memory is overwritten when it
// goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ghboot::nats {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) { wipe(text); }
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view reveal() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }

  // Overwrites all that the string's buffer holds; it is empty then.
  static void wipe(std::string& text) noexcept;

 private:
  std::string text_;
};

}  // namespace ghboot::nats
