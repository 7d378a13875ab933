// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/cty/msgpack.h"

#include <bit>
#include <cstring>
#include <limits>

#include "tfplugin/cty/limits.h"

namespace ghboot::tfplugin::cty {
namespace {

using Decoded = std::expected<Value, DecodeError>;

constexpr std::uint8_t refinement_code = 12;

enum class Form : std::uint8_t {
  nil,
  boolean,
  signed_integer,
  unsigned_integer,
  number,
  text,
  array,
  map,
  extension
};

// One value's head: its form, and its scalar or the count of what follows.
struct Head {
  Form form = Form::nil;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double number = 0;
  std::uint64_t size = 0;      // Bytes of a text or extension, elements of an array, pairs of a map.
  std::uint8_t extension = 0;  // Its type code.
};

std::string_view name_of(Form form) {
  switch (form) {
    case Form::nil:
      return "nil";
    case Form::boolean:
      return "a bool";
    case Form::signed_integer:
    case Form::unsigned_integer:
    case Form::number:
      return "a number";
    case Form::text:
      return "a string";
    case Form::array:
      return "an array";
    case Form::map:
      return "a map";
    case Form::extension:
      return "an extension";
  }
  std::unreachable();
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t size_left() const { return rest_.size(); }

  std::optional<std::string_view> bytes(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const auto taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<std::uint64_t> big_endian(std::size_t size) {
    const auto raw = bytes(size);
    if (!raw) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : *raw) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }

  std::optional<Head> head() {
    const auto first = big_endian(1);
    if (!first) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(*first);
    if (byte <= 0x7f) return Head{.form = Form::unsigned_integer, .unsigned_integer = byte};
    if (byte <= 0x8f) return Head{.form = Form::map, .size = byte & 0x0fU};
    if (byte <= 0x9f) return Head{.form = Form::array, .size = byte & 0x0fU};
    if (byte <= 0xbf) return Head{.form = Form::text, .size = byte & 0x1fU};
    if (byte >= 0xe0) return Head{.form = Form::signed_integer, .integer = static_cast<std::int8_t>(byte)};
    return long_head(byte);
  }

 private:
  std::optional<Head> long_head(std::uint8_t byte) {
    switch (byte) {
      case 0xc0:
        return Head{};
      case 0xc2:
        return Head{.form = Form::boolean, .boolean = false};
      case 0xc3:
        return Head{.form = Form::boolean, .boolean = true};
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return sized(Form::text, std::size_t{1} << (byte - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return extension_head(big_endian(std::size_t{1} << (byte - 0xc7)));
      case 0xca:
      case 0xcb:
        return float_head(byte);
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return unsigned_head(std::size_t{1} << (byte - 0xcc));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return signed_head(std::size_t{1} << (byte - 0xd0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return extension_head(1ULL << (byte - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return sized(Form::text, std::size_t{1} << (byte - 0xd9));
      case 0xdc:
      case 0xdd:
        return sized(Form::array, std::size_t{2} << (byte - 0xdc));
      case 0xde:
      case 0xdf:
        return sized(Form::map, std::size_t{2} << (byte - 0xde));
      default:
        return std::nullopt;  // 0xc1: never used.
    }
  }

  std::optional<Head> sized(Form form, std::size_t width) {
    const auto size = big_endian(width);
    if (!size) return std::nullopt;
    return Head{.form = form, .size = *size};
  }

  std::optional<Head> extension_head(std::optional<std::uint64_t> size) {
    const auto code = big_endian(1);
    if (!size || !code) return std::nullopt;
    return Head{.form = Form::extension, .size = *size, .extension = static_cast<std::uint8_t>(*code)};
  }

  std::optional<Head> float_head(std::uint8_t byte) {
    const auto raw = big_endian(byte == 0xca ? 4 : 8);
    if (!raw) return std::nullopt;
    const double number = byte == 0xca ? double{std::bit_cast<float>(static_cast<std::uint32_t>(*raw))}
                                       : std::bit_cast<double>(*raw);
    return Head{.form = Form::number, .number = number};
  }

  std::optional<Head> unsigned_head(std::size_t width) {
    const auto raw = big_endian(width);
    if (!raw) return std::nullopt;
    return Head{.form = Form::unsigned_integer, .unsigned_integer = *raw};
  }

  std::optional<Head> signed_head(std::size_t width) {
    const auto raw = big_endian(width);
    if (!raw) return std::nullopt;
    const auto shift = 64 - 8 * width;  // Moves the sign bit to the top and back.
    return Head{.form = Form::signed_integer, .integer = static_cast<std::int64_t>(*raw << shift) >> shift};
  }

  std::string_view rest_;
};

std::optional<Number> number_of(const Head& head, Reader& reader) {
  switch (head.form) {
    case Form::signed_integer:
      return Number(head.integer);
    case Form::unsigned_integer:
      return Number::from_unsigned(head.unsigned_integer);
    case Form::number:
      return Number::from_double(head.number);
    case Form::text: {
      const auto text = reader.bytes(head.size);
      return text ? Number::parse(*text) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  Decoded decode(const Type& type, const Path& path, int depth) {
    if (depth > value_depth_max) return fail(path, "values nest deeper than 128 levels");
    if (++values_ > values_max) return fail(path, "more than 4,000,000 values in one");
    const auto head = reader_.head();
    if (!head) return fail(path, "the bytes end in the middle of a value, or are no msgpack");
    if (head->form == Form::nil) return Value();
    if (head->form == Form::extension) return unknown(*head, path);
    switch (type.kind()) {
      case Kind::string:
        return text(*head, path);
      case Kind::number:
        return number(*head, path);
      case Kind::boolean:
        return boolean(*head, path);
      case Kind::dynamic:
        return dynamic(*head, path, depth);
      case Kind::list:
      case Kind::set:
        return elements(*head, type, path, depth);
      case Kind::tuple:
        return tuple(*head, type, path, depth);
      case Kind::map:
        return map(*head, type, path, depth);
      case Kind::object:
        return object(*head, type, path, depth);
    }
    std::unreachable();
  }

  bool at_end() const { return reader_.at_end(); }

 private:
  static std::unexpected<DecodeError> fail(const Path& path, std::string message) {
    return std::unexpected(DecodeError{path, std::move(message)});
  }
  static std::unexpected<DecodeError> mismatch(const Path& path, std::string_view wanted, const Head& head) {
    return fail(path,
                std::string(wanted) + " was expected, the bytes hold " + std::string(name_of(head.form)));
  }

  Decoded text(const Head& head, const Path& path) {
    if (head.form != Form::text) return mismatch(path, "a string", head);
    const auto raw = reader_.bytes(head.size);
    if (!raw) return fail(path, "a string is longer than the bytes that follow");
    return Value(*raw);
  }

  Decoded number(const Head& head, const Path& path) {
    auto number = number_of(head, reader_);
    if (!number && head.form == Form::text)
      return fail(path, "a string is no number, or one over the limits");
    if (!number) return mismatch(path, "a finite number or a decimal string", head);
    return Value(*std::move(number));
  }

  static Decoded boolean(const Head& head, const Path& path) {
    if (head.form != Form::boolean) return mismatch(path, "a bool", head);
    return Value(head.boolean);
  }

  Decoded dynamic(const Head& head, const Path& path, int depth) {
    if (head.form != Form::array || head.size != 2)
      return fail(path, "a dynamic value is an array of type and value");
    const auto type_head = reader_.head();
    if (!type_head || type_head->form != Form::text)
      return fail(path, "a dynamic value begins with its type");
    const auto text = reader_.bytes(type_head->size);
    if (!text) return fail(path, "a dynamic value's type is longer than the bytes that follow");
    auto type = Type::parse(*text);
    if (!type) return fail(path, "a dynamic value's type: " + type.error());
    if (type->kind() == Kind::dynamic) return fail(path, "a dynamic value's type cannot be dynamic itself");
    auto value = decode(*type, path, depth + 1);
    if (!value) return value;
    return Value::dynamic(*std::move(type), *std::move(value));
  }

  Decoded elements(const Head& head, const Type& type, const Path& path, int depth) {
    if (head.form != Form::array) return mismatch(path, "an array", head);
    if (head.size > reader_.size_left()) return fail(path, "an array is longer than the bytes that follow");
    Value::List elements;
    for (std::uint64_t i = 0; i < head.size; ++i) {
      const Path inner = type.kind() == Kind::set ? path : path.index(static_cast<std::int64_t>(i));
      auto element = decode(type.element(), inner, depth + 1);
      if (!element) return element;
      elements.push_back(*std::move(element));
    }
    return type.kind() == Kind::set ? Value::set(std::move(elements)) : Value(std::move(elements));
  }

  Decoded tuple(const Head& head, const Type& type, const Path& path, int depth) {
    if (head.form != Form::array) return mismatch(path, "an array", head);
    if (head.size != type.attributes().size()) return fail(path, "a tuple has another length than its type");
    Value::List elements;
    for (const auto& attribute : type.attributes()) {
      auto element =
          decode(attribute.type, path.index(static_cast<std::int64_t>(elements.size())), depth + 1);
      if (!element) return element;
      elements.push_back(*std::move(element));
    }
    return Value(std::move(elements));
  }

  std::expected<std::string, DecodeError> key(const Path& path) {
    const auto head = reader_.head();
    if (!head || head->form != Form::text) return fail(path, "a key is a string");
    const auto text = reader_.bytes(head->size);
    if (!text) return fail(path, "a key is longer than the bytes that follow");
    return std::string(*text);
  }

  Decoded map(const Head& head, const Type& type, const Path& path, int depth) {
    if (head.form != Form::map) return mismatch(path, "a map", head);
    Value::Map entries;
    for (std::uint64_t i = 0; i < head.size; ++i) {
      auto name = key(path);
      if (!name) return std::unexpected(name.error());
      auto value = decode(type.element(), path.key(*name), depth + 1);
      if (!value) return value;
      entries.insert_or_assign(*std::move(name), *std::move(value));
    }
    return Value(std::move(entries));
  }

  Decoded object(const Head& head, const Type& type, const Path& path, int depth) {
    if (head.form != Form::map) return mismatch(path, "a map", head);
    if (head.size != type.attributes().size())
      return fail(path, "an object has another number of attributes than its type");
    Value::Map attributes;
    for (std::uint64_t i = 0; i < head.size; ++i) {
      auto name = key(path);
      if (!name) return std::unexpected(name.error());
      const Type* attribute = type.attribute(*name);
      if (!attribute) return fail(path, "an object has an attribute that its type does not know");
      auto value = decode(*attribute, path.attribute(*name), depth + 1);
      if (!value) return value;
      if (!attributes.emplace(*std::move(name), *std::move(value)).second)
        return fail(path, "an object has an attribute twice");
    }
    return Value(std::move(attributes));
  }

  Decoded unknown(const Head& head, const Path& path) {
    const auto body = reader_.bytes(head.size);
    if (!body) return fail(path, "an extension is longer than the bytes that follow");
    if (head.size <= 1) return Value::unknown();
    if (head.extension != refinement_code || head.size > refinement_bytes_max)
      return fail(path, "an extension that is no unknown value");
    return refined(*body, path);
  }

  static Decoded refined(std::string_view body, const Path& path) {
    Reader reader(body);
    const auto head = reader.head();
    if (!head || head->form != Form::map) return fail(path, "an unknown value's refinements are a map");
    Refinement refinement;
    for (std::uint64_t i = 0; i < head->size; ++i)
      if (!refine(reader, refinement)) return fail(path, "an unknown value's refinement does not decode");
    return Value::unknown(std::move(refinement));
  }

  static bool refine(Reader& reader, Refinement& refinement) {
    const auto key = reader.head();
    const auto value = reader.head();
    if (!key || key->form != Form::unsigned_integer || !value) return false;
    switch (key->unsigned_integer) {
      case 1:
        refinement.null = value->boolean;
        return value->form == Form::boolean;
      case 2:
        return prefix(reader, *value, refinement);
      case 3:
        return bound(reader, *value, refinement.number_min);
      case 4:
        return bound(reader, *value, refinement.number_max);
      case 5:
        return length(reader, *value, refinement.length_min);
      case 6:
        return length(reader, *value, refinement.length_max);
      default:
        return false;
    }
  }

  static bool prefix(Reader& reader, const Head& head, Refinement& refinement) {
    if (head.form != Form::text) return false;
    const auto text = reader.bytes(head.size);
    if (text) refinement.prefix = *text;
    return text.has_value();
  }

  static bool bound(Reader& reader, const Head& head, std::optional<Refinement::Bound>& bound) {
    if (head.form != Form::array || head.size != 2) return false;
    const auto limit_head = reader.head();
    auto limit = limit_head ? number_of(*limit_head, reader) : std::nullopt;
    const auto inclusive = reader.head();
    if (!limit || !inclusive || inclusive->form != Form::boolean) return false;
    bound = Refinement::Bound{*std::move(limit), inclusive->boolean};
    return true;
  }

  static bool length(Reader& reader, const Head& head, std::optional<std::int64_t>& length) {
    const auto number = number_of(head, reader);
    length = number ? number->to_int64() : std::nullopt;
    return length.has_value();
  }

  Reader reader_;
  std::size_t values_ = 0;  // That were begun.
};

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void value(const Type& type, const Value& value) {
    if (value.is_unknown()) return unknown(value.refinement());
    switch (type.kind()) {
      case Kind::string:
        if (const auto* text = value.get<std::string>()) return string(*text);
        break;
      case Kind::number:
        if (const auto* number = value.get<Number>()) return this->number(*number);
        break;
      case Kind::boolean:
        if (const auto* flag = value.get<bool>()) return byte(*flag ? 0xc3 : 0xc2);
        break;
      case Kind::dynamic:
        if (const auto* inner = value.get<std::shared_ptr<const Value::Dynamic>>()) return dynamic(**inner);
        break;
      case Kind::list:
      case Kind::set:
        if (const auto* list = value.get<Value::List>()) return elements(type, *list);
        break;
      case Kind::tuple:
        if (const auto* list = value.get<Value::List>(); list && list->size() == type.attributes().size())
          return elements(type, *list);
        break;
      case Kind::map:
        if (const auto* map = value.get<Value::Map>()) return entries(type, *map);
        break;
      case Kind::object:
        if (value.get<Value::Map>()) return object(type, value);
        break;
    }
    byte(0xc0);
  }

 private:
  void byte(unsigned value) { out_.push_back(static_cast<char>(value)); }

  void big_endian(std::uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(value >> shift));
  }

  // A head that has a short form below `short_max` and wider ones at `wide`, `wide`+1, `wide`+2 (8, 16, 32
  // bits).
  void head(std::size_t size, unsigned short_base, std::size_t short_max, unsigned wide8, unsigned wide16) {
    if (size <= short_max) return byte(short_base | static_cast<unsigned>(size));
    if (wide8 != 0 && size <= 0xff) return byte(wide8), big_endian(size, 1);
    if (size <= 0xffff) return byte(wide16), big_endian(size, 2);
    byte(wide16 + 1), big_endian(size, 4);
  }
  void string(std::string_view text) { head(text.size(), 0xa0, 31, 0xd9, 0xda), out_ += text; }
  void array(std::size_t size) { head(size, 0x90, 15, 0, 0xdc); }
  void map(std::size_t size) { head(size, 0x80, 15, 0, 0xde); }

  void unsigned_integer(std::uint64_t value) {
    if (value <= 0x7f) return byte(static_cast<unsigned>(value));
    if (value <= 0xff) return byte(0xcc), big_endian(value, 1);
    if (value <= 0xffff) return byte(0xcd), big_endian(value, 2);
    if (value <= 0xffffffff) return byte(0xce), big_endian(value, 4);
    byte(0xcf), big_endian(value, 8);
  }

  void number(const Number& number) {
    if (const auto natural = number.to_uint64()) return unsigned_integer(*natural);
    if (const auto integer = number.to_int64()) {
      if (*integer >= -32) return byte(static_cast<std::uint8_t>(*integer));
      return byte(0xd3), big_endian(static_cast<std::uint64_t>(*integer), 8);
    }
    if (const auto real = number.to_exact_double())
      return byte(0xcb), big_endian(std::bit_cast<std::uint64_t>(*real), 8);
    string(number.text());
  }

  void dynamic(const Value::Dynamic& dynamic) {
    array(2);
    const std::string type = dynamic.type.json();
    head(type.size(), 0, 0, 0xc4, 0xc5);  // As bin: it is a JSON document, not a string value.
    out_ += type;
    value(dynamic.type, dynamic.value);
  }

  void elements(const Type& type, const Value::List& list) {
    array(list.size());
    const bool tuple = type.kind() == Kind::tuple;
    for (std::size_t i = 0; i < list.size(); ++i)
      value(tuple ? type.attributes()[i].type : type.element(), list[i]);
  }

  void entries(const Type& type, const Value::Map& entries) {
    map(entries.size());
    for (const auto& [name, entry] : entries) string(name), value(type.element(), entry);
  }

  void object(const Type& type, const Value& object) {
    map(type.attributes().size());
    for (const auto& attribute : type.attributes())
      string(attribute.name), value(attribute.type, object[attribute.name]);
  }

  void unknown(const Refinement* refinement) {
    if (!refinement) return byte(0xd4), byte(0), byte(0);
    Writer body;
    body.refinements(*refinement);
    if (body.out_.size() > refinement_bytes_max) return byte(0xd4), byte(0), byte(0);
    byte(body.out_.size() <= 0xff ? 0xc7 : 0xc8);
    big_endian(body.out_.size(), body.out_.size() <= 0xff ? 1 : 2);
    byte(refinement_code);
    out_ += body.out_;
  }

  void refinements(const Refinement& r) {
    map(std::size_t{r.null.has_value()} + !r.prefix.empty() + r.number_min.has_value() +
        r.number_max.has_value() + r.length_min.has_value() + r.length_max.has_value());
    if (r.null) byte(1), byte(*r.null ? 0xc3 : 0xc2);
    if (!r.prefix.empty()) byte(2), string(r.prefix);
    if (r.number_min) byte(3), bound(*r.number_min);
    if (r.number_max) byte(4), bound(*r.number_max);
    if (r.length_min) byte(5), number(*r.length_min);
    if (r.length_max) byte(6), number(*r.length_max);
  }

  void bound(const Refinement::Bound& bound) {
    array(2), number(bound.limit), byte(bound.inclusive ? 0xc3 : 0xc2);
  }

  std::string out_;
};

}  // namespace

std::expected<Value, DecodeError> decode_msgpack(const Type& type, std::string_view bytes) {
  if (bytes.size() > value_bytes_max)
    return std::unexpected(DecodeError{Path(), "the value is larger than 256 MiB"});
  Decoder decoder(bytes);
  auto value = decoder.decode(type, Path(), 0);
  if (value && !decoder.at_end()) return std::unexpected(DecodeError{Path(), "bytes follow after the value"});
  return value;
}

std::string encode_msgpack(const Type& type, const Value& value) {
  Writer writer;
  writer.value(type, value);
  return writer.take();
}

}  // namespace ghboot::tfplugin::cty
