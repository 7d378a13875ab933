// SPDX-License-Identifier: Apache-2.0
// Reading goes by nlohmann's event parser: it hands numbers over as they were written, and needs no stack for
// depth.
#include "tfplugin/cty/json.h"

#include <nlohmann/json.hpp>

namespace ghboot::tfplugin::cty {
namespace {

using Decoded = std::expected<Value, DecodeError>;

constexpr std::size_t depth_max = 256;

std::unexpected<DecodeError> fail(const Path& path, std::string message) {
  return std::unexpected(DecodeError{path, std::move(message)});
}

class Events : public nlohmann::json_sax<nlohmann::json> {
 public:
  Value take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(Value(value)); }
  bool number_integer(std::int64_t value) override { return add(Number(value)); }
  bool number_unsigned(std::uint64_t value) override { return add(Number::from_unsigned(value)); }
  bool number_float(double, const std::string& written) override {
    auto number = Number::parse(written);
    return number ? add(*std::move(number)) : stop("a number has too many digits");
  }
  bool string(std::string& value) override { return add(Value(std::move(value))); }
  bool binary(nlohmann::json::binary_t&) override { return stop("binary data"); }
  bool start_object(std::size_t) override { return open(Value::Map()); }
  bool key(std::string& name) override {
    open_.back().key = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value::List()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return stop("no JSON at byte " + std::to_string(position));
  }

 private:
  struct Level {
    Value value;
    std::string key;  // Of an object: where the next value goes.
  };

  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool open(Value value) {
    if (open_.size() >= depth_max) return stop("nested too deep");
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
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

  Value root_;
  std::vector<Level> open_;
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
    if (!inner) return inner;
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
  Events events;
  if (!nlohmann::json::sax_parse(text, &events)) return fail(Path(), events.problem());
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
