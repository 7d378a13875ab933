// SPDX-License-Identifier: Apache-2.0
#include "standin/http_exchange.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

namespace ghboot::standin {

namespace beast = boost::beast;
namespace http = beast::http;
using Error = boost::system::error_code;
using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

namespace {

constexpr std::size_t body_size_max = std::size_t{64} << 20U;
constexpr unsigned header_size_max = 64 << 10;

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

Request request_of(HttpRequest& message, std::string_view scheme) {
  RawRequest raw{.method = text(message.method_string()), .target = text(message.target())};
  raw.origin = fmt::format("{}://{}", scheme, text(message[http::field::host]));
  for (const auto& field : message) raw.headers.emplace_back(text(field.name_string()), text(field.value()));
  raw.body = std::move(message.body());
  return make_request(std::move(raw));
}

HttpResponse message_of(Response& response, bool without_body) {
  HttpResponse message;
  message.result(response.status);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  // A 204 or 304 has no length of its own (RFC 9110, 8.6).
  if (response.status != 204 && response.status != 304) message.content_length(response.body.size());
  if (!without_body) message.body() = std::move(response.body);
  return message;
}

template <class Stream>
void write_half(Stream& stream, HttpResponse message) {
  message.body().resize(message.body().size() / 2);
  http::response_serializer<http::string_body> serializer(message);
  Error failed;
  http::write_header(stream, serializer, failed);
  if (!failed) boost::asio::write(stream, boost::asio::buffer(message.body()), failed);
}

// False when the connection is over.
template <class Stream>
bool exchange(Stream& stream, beast::flat_buffer& buffer, std::string_view scheme,
              const Server::Answer& answer) {
  Error failed;
  http::request_parser<http::string_body> parser;
  parser.body_limit(body_size_max);
  parser.header_limit(header_size_max);
  http::read_header(stream, buffer, parser, failed);
  if (!failed && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
    http::write(stream, go_on, failed);
  }
  if (!failed) http::read(stream, buffer, parser, failed);
  if (failed) return false;
  HttpRequest message = parser.release();
  const bool keep = message.keep_alive();
  const unsigned version = message.version();
  const bool is_head = message.method() == http::verb::head;
  Response response = answer(request_of(message, scheme));
  if (response.cut == Cut::silent) return false;
  const bool is_short = response.cut == Cut::short_;
  HttpResponse reply = message_of(response, is_head);
  reply.version(version);
  reply.keep_alive(keep);
  if (is_short) {
    write_half(stream, std::move(reply));
    return false;
  }
  http::response_serializer<http::string_body> serializer(reply);
  http::write(stream, serializer, failed);
  return !failed && keep;
}

template <class Stream>
void serve(Stream& stream, std::string_view scheme, const Server::Answer& answer) {
  beast::flat_buffer buffer;
  while (exchange(stream, buffer, scheme, answer)) {
  }
}

}  // namespace

void serve_plain(boost::asio::ip::tcp::socket& socket, const Server::Answer& answer) {
  serve(socket, "http", answer);
}

void serve_tls(TlsStream& stream, const Server::Answer& answer) {
  serve(stream, "https", answer);
  Error ignored;
  (void)stream.shutdown(ignored);
}

}  // namespace ghboot::standin
