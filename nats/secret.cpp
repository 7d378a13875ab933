// SPDX-License-Identifier: Apache-2.0
#include "nats/secret.h"

#include <sodium.h>

namespace ghboot::nats {

void Secret::wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // Never allocates; a short text that was moved away is still in the buffer.
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe(text_);  // First: a longer text makes a new buffer and leaves this one as it is.
  text_ = other.text_;
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe(text_);
  text_ = std::move(other.text_);
  wipe(other.text_);
  return *this;
}

Secret::~Secret() { wipe(text_); }

}  // namespace ghboot::nats
