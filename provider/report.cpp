// SPDX-License-Identifier: Apache-2.0
#include "provider/report.h"

#include <cctype>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace ghboot::provider {
namespace {

std::string_view order(nats::ErrorKind kind) {
  switch (kind) {
    case nats::ErrorKind::unreachable:
      return " Nothing was changed; run it again when the servers answer.";
    case nats::ErrorKind::unknown:
      return " It may have been stored all the same: run terraform apply again, which looks first and goes "
             "on from what is there.";
    case nats::ErrorKind::invalid:
    case nats::ErrorKind::refused:
    case nats::ErrorKind::missing:
    case nats::ErrorKind::conflict:
      break;
  }
  return "";
}

}  // namespace

std::string sentence(std::string text) {
  if (text.empty()) return text;
  const std::string_view first = std::string_view(text).substr(0, text.find(' '));
  if (!first.contains("://")) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (std::string_view(".?!\n").contains(text.back())) return text;
  text += '.';
  return text;
}

void refuse_unknown(std::string_view setting, tfplugin::Diagnostics& diagnostics) {
  diagnostics.error("Provider configuration that is not known yet",
                    fmt::format("The provider's setting {} depends on something that has not been made yet, "
                                "and this needs it. Make that first (terraform apply -target=…), or give the "
                                "setting a value that is known while planning.",
                                setting));
}

void report(tfplugin::Diagnostics& diagnostics, std::string summary, const nats::Error& error,
            tfplugin::Path path) {
  diagnostics.error(std::move(path), std::move(summary),
                    sentence(error.message) + std::string(order(error.kind)));
}

void warn(tfplugin::Diagnostics& diagnostics, std::string_view summary,
          const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) diagnostics.warning(std::string(summary), sentence(warning));
}

}  // namespace ghboot::provider
