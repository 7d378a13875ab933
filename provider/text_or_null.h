// SPDX-License-Identifier: Apache-2.0
// Claims say that a text or a list is not there by an empty one, Terraform by null. Threads: any.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tfplugin/value.h"

namespace ghboot::provider {

inline tfplugin::Value<std::string> text_or_null(std::string text) {
  return text.empty() ? tfplugin::Value<std::string>() : tfplugin::Value<std::string>(std::move(text));
}

inline tfplugin::Value<std::set<std::string>> set_or_null(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  return std::set<std::string>(texts.begin(), texts.end());
}

// Of a set or a list of texts.
template <class Texts>
std::vector<std::string> texts_of(const tfplugin::Value<Texts>& texts) {
  if (!texts.is_known()) return {};
  return {texts->begin(), texts->end()};
}

}  // namespace ghboot::provider
