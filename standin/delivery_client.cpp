// SPDX-License-Identifier: Apache-2.0
#include "standin/delivery_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>

#include "standin/text.h"

namespace ghboot::standin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr std::size_t response_size_max = 1U << 20U;

struct Address {
  bool tls;
  std::string host, port, target;
};

Address parse_url(std::string_view url) {
  Address address{url.starts_with("https://"), {}, {}, {}};
  url.remove_prefix(address.tls ? 8 : 7);
  const std::size_t slash = std::min(url.find_first_of("/?#"), url.size());
  std::string_view place = url.substr(0, slash);
  address.target = url.substr(slash, url.find('#') - slash);
  if (!address.target.starts_with('/')) address.target.insert(0, "/");
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) place.remove_prefix(at + 1);
  const std::size_t bracket = place.rfind(']');
  const std::size_t colon = place.find(':', bracket == std::string_view::npos ? 0 : bracket);
  address.host = place.substr(0, colon);
  address.port = colon == std::string_view::npos ? (address.tls ? "443" : "80") : place.substr(colon + 1);
  if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
  return address;
}

// Asynchronous operations run one after another: only those have a deadline in Beast.
class Exchange {
 public:
  Exchange(const Outgoing& outgoing, std::chrono::milliseconds longest, const std::stop_token& stop)
      : outgoing_(outgoing),
        address_(parse_url(outgoing.url)),
        deadline_(Clock::now() + longest),
        stop_(stop) {}

  std::optional<Outcome> run() {
    const auto begun = Clock::now();
    const std::stop_callback wake(stop_, [this] { context_.stop(); });
    Outcome outcome = address_.tls ? over_tls() : over_tcp();
    if (stop_.stop_requested()) return std::nullopt;
    outcome.duration = std::chrono::duration<double>(Clock::now() - begun).count();
    return outcome;
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Error = boost::system::error_code;

  template <class Start>
  Error wait(Start start) {
    Error result = asio::error::operation_aborted;
    start([&result](Error error, auto&&...) { result = error; });
    context_.restart();
    if (!stop_.stop_requested()) context_.run();
    return result;
  }

  static Outcome failed(const Error& error) {
    const bool late = error == beast::error::timeout;
    return {.status = late ? "timed out" : fmt::format("failed to connect to host: {}", error.message())};
  }

  Error connect(beast::tcp_stream& stream) {
    tcp::resolver resolver(context_);
    tcp::resolver::results_type found;
    const Error resolved = wait([&](auto done) {
      resolver.async_resolve(address_.host, address_.port,
                             [&found, done](Error error, const auto& results) mutable {
                               found = results;
                               done(error);
                             });
    });
    if (resolved) return resolved;
    stream.expires_at(deadline_);
    return wait([&](auto done) { stream.async_connect(found, done); });
  }

  Outcome over_tcp() {
    beast::tcp_stream stream(context_);
    if (const Error error = connect(stream)) return failed(error);
    return talk(stream);
  }

  Outcome over_tls() {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    Error error;
    (void)tls.set_default_verify_paths(error);
    beast::ssl_stream<beast::tcp_stream> stream(context_, tls);
    SSL_set_tlsext_host_name(stream.native_handle(), address_.host.c_str());
    if (outgoing_.verifies_certificate) {
      (void)stream.set_verify_mode(asio::ssl::verify_peer, error);
      (void)stream.set_verify_callback(asio::ssl::host_name_verification(address_.host), error);
    }
    if (error = connect(beast::get_lowest_layer(stream)); error) return failed(error);
    error = wait([&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
    if (error) return failed(error);
    return talk(stream);
  }

  http::request<http::string_body> request() const {
    http::request<http::string_body> request(http::verb::post, address_.target, 11);
    for (const auto& [name, value] : outgoing_.headers) request.set(name, value);
    request.set(http::field::host, address_.port == "80" || address_.port == "443"
                                       ? address_.host
                                       : fmt::format("{}:{}", address_.host, address_.port));
    request.set(http::field::connection, "close");
    request.body() = outgoing_.body;
    request.prepare_payload();
    return request;
  }

  template <class Stream>
  Outcome talk(Stream& stream) {
    const auto message = request();
    Error error = wait([&](auto done) { http::async_write(stream, message, done); });
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(response_size_max);
    if (!error) error = wait([&](auto done) { http::async_read(stream, buffer, parser, done); });
    if (error) return failed(error);
    const auto& response = parser.get();
    Outcome outcome{.status_code = static_cast<int>(response.result_int()), .body = response.body()};
    const bool good = outcome.status_code >= 200 && outcome.status_code < 300;
    outcome.status = good ? "OK" : fmt::format("Invalid HTTP Response: {}", outcome.status_code);
    for (const auto& field : response)
      outcome.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return outcome;
  }

  const Outgoing& outgoing_;
  const Address address_;
  const Clock::time_point deadline_;
  const std::stop_token stop_;
  asio::io_context context_;
};

}  // namespace

std::optional<Outcome> deliver(const Outgoing& outgoing, std::chrono::milliseconds longest,
                               const std::stop_token& stop) {
  return Exchange(outgoing, longest, stop).run();
}

}  // namespace ghboot::standin
