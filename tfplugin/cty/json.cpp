// SPDX-License-Identifier: Apache-2.0
// Reading goes by nlohmann's event parser, which needs no stack for depth. It takes a number through a double
// and refuses what none can hold, so it is shown none: before it reads, every number is put in quotes. What
// stands behind an opening quote tells which is which: number_mark, or string_mark for what was a string
// already.
#include "tfplugin/cty/json.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tfplugin/cty/limits.h"

namespace ghboot::tfplugin::cty {
namespace {

using Decoded = std::expected<Value, DecodeError>;

std::unexpected<DecodeError> fail(const Path& path, std::string message) {
  return std::unexpected(DecodeError{path, std::move(message)});
}

constexpr std::string_view too_many = "more than 4,000,000 values in one";

constexpr char number_mark = '#';
constexpr char string_mark = '$';

struct Marked {
  std::string text;
  std::vector<std::size_t> added;  // Where a byte stands that was not read, ascending.

  void add(char c) {
    added.push_back(text.size());
    text += c;
  }
  // The first `end` bytes without those that were added.
  std::size_t read_before(std::size_t end) const {
    return end - static_cast<std::size_t>(std::ranges::lower_bound(added, end) - added.begin());
  }
};

std::string_view take_digits(std::string_view& text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

// The number at the front of `text` by JSON's grammar, or nothing.
std::string_view number_at(std::string_view text) {
  auto rest = text;
  const auto take = [&rest](char c) {
    const bool there = rest.starts_with(c);
    rest.remove_prefix(there ? 1 : 0);
    return there;
  };
  take('-');
  if (!take('0') && take_digits(rest).empty()) return {};
  if (take('.') && take_digits(rest).empty()) return {};
  if (take('e') || take('E')) {
    if (!take('-')) take('+');
    if (take_digits(rest).empty()) return {};
  }
  return text.substr(0, text.size() - rest.size());
}

// The string at the front of `text` with its quotes; all of the text where it does not end.
std::string_view string_at(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(0, end + 1);
}

// What is neither string nor number is left as it is, for the parser to judge.
Marked mark(std::string_view text) {
  Marked marked;
  marked.text.reserve(text.size() + text.size() / 8);
  // A value and its key have at most four marks: what is behind so many is over the limit, and never read.
  while (!text.empty() && marked.added.size() <= 5 * values_max) {
    if (text.front() == '"') {
      const auto string = string_at(text);
      marked.text += '"';
      marked.add(string_mark);
      marked.text += string.substr(1);
      text.remove_prefix(string.size());
    } else if (const auto number = number_at(text); !number.empty()) {
      marked.add('"');
      marked.add(number_mark);
      marked.text += number;
      marked.add('"');
      text.remove_prefix(number.size());
    } else {
      // What looks like a number and is none is left in one piece: to look again at each byte would take
      // forever.
      const auto run = text.substr(0, std::max<std::size_t>(text.find_first_not_of("0123456789+-.eE"), 1));
      marked.text += run;
      text.remove_prefix(run.size());
    }
  }
  return marked;
}

class Events : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Events(const Marked& marked) : marked_(marked) {}
  Value take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(Value(value)); }
  bool number_integer(std::int64_t) override { return unmarked(); }
  bool number_unsigned(std::uint64_t) override { return unmarked(); }
  bool number_float(double, const std::string&) override { return unmarked(); }
  bool string(std::string& value) override {
    if (value.starts_with(string_mark)) return add(Value(value.substr(1)));
    auto number = Number::parse(std::string_view(value).substr(1));
    return number ? add(*std::move(number)) : stop("a number is over the limits");
  }
  bool binary(nlohmann::json::binary_t&) override { return stop("binary data"); }
  bool start_object(std::size_t) override { return open(Value::Map()); }
  bool key(std::string& name) override {
    if (!name.starts_with(string_mark)) return stop("a number stands where a key was expected");
    open_.back().key = name.substr(1);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value::List()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return stop("no JSON at byte " + std::to_string(marked_.read_before(position)));
  }

 private:
  struct Level {
    Value value;
    std::string key;  // Of an object: where the next value goes.
  };

  bool unmarked() { return stop("a number stands outside of JSON's grammar"); }
  bool stop(std::string_view problem) {
    problem_ = problem;
    return false;
  }
  bool open(Value value) {
    if (open_.size() >= json_depth_max) return stop("nested deeper than 256 levels");
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
    if (++values_ > values_max) return stop(too_many);
    if (open_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Level& level = open_.back();
    if (auto* map = level.value.get<Value::Map>()) {
      map->insert_or_assign(level.key, std::move(value));
    } else {
      level.value.get<Value::List>()->push_back(std::move(value));
    }
    return true;
  }

  const Marked& marked_;
  Value root_;
  std::vector<Level> open_;
  std::size_t values_ = 0;
  std::string problem_;
};

class Shaper {  // Gives an untyped value the form that a type wants.
 public:
  explicit Shaper(UnknownKeys unknown_keys) : unknown_keys_(unknown_keys) {}

  Decoded shape(const Type& type, Value value, const Path& path) {
    if (value.is_null()) return value;
    switch (type.kind()) {
      case Kind::string:
        return text(std::move(value), path);
      case Kind::number:
        return number(std::move(value), path);
      case Kind::boolean:
        return boolean(std::move(value), path);
      case Kind::dynamic:
        return dynamic(std::move(value), path);
      case Kind::list:
      case Kind::set:
      case Kind::tuple:
        return elements(type, std::move(value), path);
      case Kind::map:
        return map(type, std::move(value), path);
      case Kind::object:
        return object(type, std::move(value), path);
    }
    std::unreachable();
  }

 private:
  static Decoded text(Value value, const Path& path) {
    if (value.get<std::string>()) return value;
    if (const auto* number = value.get<Number>()) return Value(number->text());
    if (const auto* flag = value.get<bool>()) return Value(*flag ? "true" : "false");
    return fail(path, "a string was expected");
  }

  static Decoded number(Value value, const Path& path) {
    if (value.get<Number>()) return value;
    const auto* text = value.get<std::string>();
    auto number = text ? Number::parse(*text) : std::nullopt;
    if (!number) return fail(path, "a number was expected");
    return Value(*std::move(number));
  }

  static Decoded boolean(Value value, const Path& path) {
    if (value.get<bool>()) return value;
    const auto* text = value.get<std::string>();
    if (text && (*text == "true" || *text == "false")) return Value(*text == "true");
    return fail(path, "a bool was expected");
  }

  Decoded dynamic(Value value, const Path& path) {
    auto* map = value.get<Value::Map>();
    if (!map || !map->contains("type") || !map->contains("value"))
      return fail(path, "an object of \"type\" and \"value\" was expected");
    auto type = Type::parse((*map)["type"]);
    if (!type) return fail(path, type.error());
    auto inner = shape(*type, std::move((*map)["value"]), path);
    if (!inner || type->kind() == Kind::dynamic) return inner;  // It is one with the one that it holds.
    return Value::dynamic(*std::move(type), *std::move(inner));
  }

  Decoded elements(const Type& type, Value value, const Path& path) {
    auto* list = value.get<Value::List>();
    if (!list) return fail(path, "an array was expected");
    const bool tuple = type.kind() == Kind::tuple;
    if (tuple && list->size() != type.attributes().size())
      return fail(path, "an array of another length was expected");
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Path inner = type.kind() == Kind::set ? path : path.index(static_cast<std::int64_t>(i));
      auto element = shape(tuple ? type.attributes()[i].type : type.element(), std::move((*list)[i]), inner);
      if (!element) return element;
      (*list)[i] = *std::move(element);
    }
    return type.kind() == Kind::set ? Value::set(std::move(*list)) : std::move(value);
  }

  Decoded map(const Type& type, Value value, const Path& path) {
    auto* map = value.get<Value::Map>();
    if (!map) return fail(path, "an object was expected");
    for (auto& [name, entry] : *map) {
      auto shaped = shape(type.element(), std::move(entry), path.key(name));
      if (!shaped) return shaped;
      entry = *std::move(shaped);
    }
    return value;
  }

  Decoded object(const Type& type, Value value, const Path& path) {
    auto* map = value.get<Value::Map>();
    if (!map) return fail(path, "an object was expected");
    Value::Map attributes;
    for (const auto& attribute : type.attributes()) attributes.emplace(attribute.name, Value());
    for (auto& [name, entry] : *map) {
      const Type* attribute = type.attribute(name);
      if (!attribute && unknown_keys_ == UnknownKeys::ignore) continue;
      if (!attribute) return fail(path, "an attribute that the type does not know");
      auto shaped = shape(*attribute, std::move(entry), path.attribute(name));
      if (!shaped) return shaped;
      attributes[name] = *std::move(shaped);
    }
    return Value(std::move(attributes));
  }

  UnknownKeys unknown_keys_;
};

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void value(const Type& type, const Value& value) {
    if (const auto* text = value.get<std::string>()) return string(*text);
    if (const auto* number = value.get<Number>()) return void(out_ += number->text());
    if (const auto* flag = value.get<bool>()) return void(out_ += *flag ? "true" : "false");
    if (const auto* list = value.get<Value::List>()) return elements(type, *list);
    if (const auto* map = value.get<Value::Map>()) return entries(type, *map);
    if (const auto* inner = value.get<std::shared_ptr<const Value::Dynamic>>()) return dynamic(**inner);
    out_ += "null";
  }

 private:
  void string(const std::string& text) { out_ += quote_json(text); }

  void elements(const Type& type, const Value::List& list) {
    const bool tuple = type.kind() == Kind::tuple;
    char separator = '[';
    if (list.empty()) out_ += separator;
    for (std::size_t i = 0; i < list.size(); ++i) {
      out_ += std::exchange(separator, ',');
      value(tuple ? type.attributes()[i].type : type.element(), list[i]);
    }
    out_ += ']';
  }

  void entries(const Type& type, const Value::Map& map) {
    char separator = '{';
    if (map.empty()) out_ += separator;
    for (const auto& [name, entry] : map) {
      out_ += std::exchange(separator, ',');
      string(name);
      out_ += ':';
      const Type* inner = type.kind() == Kind::object ? type.attribute(name) : &type.element();
      value(inner ? *inner : Type::dynamic(), entry);
    }
    out_ += '}';
  }

  void dynamic(const Value::Dynamic& dynamic) {
    out_ += "{\"type\":" + dynamic.type.json() + ",\"value\":";
    value(dynamic.type, dynamic.value);
    out_ += '}';
  }

  std::string out_;
};

}  // namespace

std::string quote_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::expected<Value, DecodeError> decode_untyped_json(std::string_view text) {
  if (text.size() > value_bytes_max) return fail(Path(), "the value is larger than 256 MiB");
  if (text.contains('\0')) return fail(Path(), "a byte of zero");  // The parser would take it for the end.
  const Marked marked = mark(text);
  Events events(marked);
  if (!nlohmann::json::sax_parse(marked.text, &events)) return fail(Path(), events.problem());
  return events.take();
}

std::expected<Value, DecodeError> decode_json(const Type& type, std::string_view text,
                                              UnknownKeys unknown_keys) {
  auto untyped = decode_untyped_json(text);
  if (!untyped) return untyped;
  return Shaper(unknown_keys).shape(type, *std::move(untyped), Path());
}

std::string encode_json(const Type& type, const Value& value) {
  Writer writer;
  writer.value(type, value);
  return writer.take();
}

}  // namespace ghboot::tfplugin::cty
