// SPDX-License-Identifier: Apache-2.0
#include "nats/file_name.h"

#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <sodium.h>

namespace ghboot::nats {
namespace {

constexpr std::size_t size_max =
    180;  // Of the 255 that file systems allow; the rest is for what is put behind.
constexpr std::size_t cut_size = 120;

bool is_plain(unsigned char letter) {
  return letter > 0x20 && letter != 0x7f && letter != '/' && letter != '\\' && letter != '%' && letter != '~';
}

bool is_middle_of_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

std::string hash(std::string_view text) {
  std::array<unsigned char, 16> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

// Never in the middle of a UTF-8 letter, nor of an escape.
void cut(std::string& name) {
  std::size_t end = cut_size;
  while (is_middle_of_letter(name[end])) --end;
  for (const std::size_t back : {1U, 2U})
    if (name[end - back] == '%') end -= back;
  name.resize(end);
}

}  // namespace

std::string file_name(std::string_view text) {
  if (text.empty()) return "%";
  std::string name;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    const bool at_edge = index == 0 || index + 1 == text.size();
    const bool plain = is_plain(static_cast<unsigned char>(letter)) && !(letter == '.' && index == 0);
    if (plain || (letter == ' ' && !at_edge))
      name += letter;
    else
      name += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  if (name.size() <= size_max) return name;
  cut(name);
  return name + "~" + hash(text);
}

}  // namespace ghboot::nats
