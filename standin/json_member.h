// SPDX-License-Identifier: Apache-2.0
// Members of a JSON object by their type: what is not there, or of another type, leaves what was. Threads:
// any.
#pragma once

#include <string>
#include <vector>

#include "standin/http.h"

namespace ghboot::standin {

inline void take(const Json& object, const char* name, std::string& into) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_string()) into = found->get<std::string>();
}
inline void take(const Json& object, const char* name, bool& into) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_boolean()) into = found->get<bool>();
}
template <class Number>
  requires std::is_arithmetic_v<Number>
void take(const Json& object, const char* name, Number& into) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_number()) into = found->get<Number>();
}
inline void take(const Json& object, const char* name, std::vector<std::string>& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return;
  into.clear();
  for (const Json& item : *found) {
    if (item.is_string()) into.push_back(item.get<std::string>());
  }
}
inline void take(const Json& object, const char* name, std::map<std::string, std::string>& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_object()) return;
  into.clear();
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) into[key] = value.get<std::string>();
  }
}

inline std::string text_member(const Json& object, const char* name, std::string otherwise = "") {
  take(object, name, otherwise);
  return otherwise;
}

}  // namespace ghboot::standin
