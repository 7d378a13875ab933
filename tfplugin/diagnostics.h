// SPDX-License-Identifier: Apache-2.0
// What a user reads when something is wrong: what was found, what was expected, what to do; and where in the
// configuration. A list of them only grows: to return an error is to add it. Threads: one list, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tfplugin/cty/path.h"

namespace ghboot::tfplugin {

using cty::Path;

enum class Severity : std::uint8_t { error, warning };

struct Diagnostic {
  Severity severity;
  Path path;  // Empty: the whole block.
  std::string summary, detail;
};

// That many are told to core, and how many there were beside.
inline constexpr std::size_t diagnostics_max = 1'000;

class Diagnostics {
 public:
  void error(Path path, std::string summary, std::string detail) {
    list_.push_back({Severity::error, std::move(path), std::move(summary), std::move(detail)});
  }
  void error(std::string summary, std::string detail) {
    error(Path(), std::move(summary), std::move(detail));
  }
  void warning(Path path, std::string summary, std::string detail) {
    list_.push_back({Severity::warning, std::move(path), std::move(summary), std::move(detail)});
  }
  void warning(std::string summary, std::string detail) {
    warning(Path(), std::move(summary), std::move(detail));
  }

  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }

  bool has_error() const {
    for (const auto& diagnostic : list_)
      if (diagnostic.severity == Severity::error) return true;
    return false;
  }
  bool is_full() const { return list_.size() > diagnostics_max; }
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace ghboot::tfplugin
