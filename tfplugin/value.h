// SPDX-License-Identifier: Apache-2.0
// Value<T> is a field of a resource as Terraform sees it: null (not written), unknown (decided later, while
// planning alone) or known. Reading a value that is not known is a defect of the caller and throws
// std::logic_error: the call in which it happens fails, and what other calls make meanwhile is not lost.
// Threads: as T.
#pragma once

#include <compare>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace ghboot::tfplugin {

template <class T>
class Value {
 public:
  using Inner = T;

  Value() = default;  // Null.
  Value(T value) : data_(std::move(value)) {}
  template <class U>
    requires std::constructible_from<T, U> && (!std::same_as<std::remove_cvref_t<U>, Value>)
  Value(U&& value) : data_(T(std::forward<U>(value))) {}
  static Value unknown() {
    Value out;
    out.data_ = Unknown{};
    return out;
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_unknown() const { return std::holds_alternative<Unknown>(data_); }
  bool is_known() const { return std::holds_alternative<T>(data_); }

  const T& operator*() const {
    if (!is_known()) fail();
    return *std::get_if<T>(&data_);
  }
  T& operator*() {
    if (!is_known()) fail();
    return *std::get_if<T>(&data_);
  }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }
  T value_or(const T& other) const { return is_known() ? **this : other; }

  bool operator==(const Value&) const = default;
  auto operator<=>(const Value&) const  // An order for sets, of no meaning.
    requires std::three_way_comparable<T>
  = default;

 private:
  struct Unknown {
    auto operator<=>(const Unknown&) const = default;
  };
  [[noreturn]] void fail() const {
    throw std::logic_error(is_null() ? "a value is read that is null" : "a value is read that is unknown");
  }

  std::variant<std::monostate, Unknown, T> data_;
};

}  // namespace ghboot::tfplugin
