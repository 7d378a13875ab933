// SPDX-License-Identifier: Apache-2.0
#include "provider/secret_source.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace ghboot::provider {

nats::Result<nats::Secret> read_secret(const SecretSource& source, std::string_view what) {
  constexpr std::size_t size_max = 1 << 20;
  if (source.file.empty()) return source.text;
  std::ifstream file(source.file, std::ios::binary);
  if (!file)
    return nats::fail(nats::ErrorKind::invalid,
                      fmt::format("{} names {} as the file of {}, which cannot be read: {}.", source.origin,
                                  source.file, what, std::strerror(errno)));
  std::string text(size_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty() || text.size() > size_max)
    return nats::fail(nats::ErrorKind::invalid,
                      fmt::format("{} names {} as the file of {}, which {}.", source.origin, source.file,
                                  what, text.empty() ? "is empty" : "is larger than 1 MiB"));
  return nats::Secret(std::move(text));
}

}  // namespace ghboot::provider
