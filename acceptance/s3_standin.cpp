// SPDX-License-Identifier: Apache-2.0
#include "acceptance/s3_standin.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "acceptance/tcp_server.h"
#include "acceptance/url_text.h"

namespace ghboot::acceptance {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

namespace {

constexpr std::size_t body_size_max = 64 << 20;

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

S3Request parse(const HttpRequest& http) {
  S3Request request;
  request.method = text(http.method_string());
  std::string target = text(http.target());
  std::size_t question = target.find('?');
  request.query = question == std::string::npos ? "" : target.substr(question + 1);
  std::string path = target.substr(0, question);
  std::size_t slash = path.find('/', 1);
  request.bucket =
      decode_url(std::string_view(path).substr(1, slash == std::string::npos ? slash : slash - 1));
  request.key = slash == std::string::npos ? "" : decode_url(std::string_view(path).substr(slash + 1));
  request.condition = {text(http[http::field::if_match]), text(http[http::field::if_none_match])};
  request.range = text(http[http::field::range]);
  request.body_size = http.body().size();
  return request;
}

HttpResponse error(unsigned status, std::string_view code, std::string_view message) {
  HttpResponse response;
  response.result(status);
  response.set(http::field::content_type, "application/xml");
  response.body() = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>"
      "<RequestId>0</RequestId></Error>",
      code, escape_xml(message));
  return response;
}

HttpResponse answer(S3Verdict verdict, unsigned status_done) {
  switch (verdict) {
    case S3Verdict::done:
      break;
    case S3Verdict::missing:
      return error(404, "NoSuchKey", "The specified key does not exist.");
    case S3Verdict::precondition_failed:
      return error(412, "PreconditionFailed",
                   "At least one of the pre-conditions you specified did not hold");
    case S3Verdict::not_implemented:
      return error(501, "NotImplemented",
                   "A header you provided implies functionality that is not implemented");
  }
  HttpResponse response;
  response.result(status_done);
  return response;
}

HttpResponse serve_get(const S3Objects& objects, const S3Request& request) {
  auto object = objects.get(request.bucket, request.key);
  if (!object) {
    return error(404, "NoSuchKey", "The specified key does not exist.");
  }
  HttpResponse response;
  response.result(200);
  response.set(http::field::etag, object->etag);
  response.set(http::field::content_type, object->content_type);
  response.set(http::field::accept_ranges, "bytes");
  if (request.range.empty()) {
    response.body() = std::move(object->body);
    return response;
  }
  auto range = parse_range(request.range, object->body.size());
  if (!range) {
    return error(416, "InvalidRange", "The requested range is not satisfiable");
  }
  response.result(206);
  response.set(http::field::content_range,
               fmt::format("bytes {}-{}/{}", range->first, range->last, object->body.size()));
  response.body() = object->body.substr(range->first, range->last - range->first + 1);
  return response;
}

HttpResponse serve_list(const S3Objects& objects, const S3Request& request) {
  auto parameters = parse_query(request.query);
  for (std::string_view unknown : {"delimiter", "encoding-type"}) {
    if (parameters.contains(std::string(unknown))) {
      return error(501, "NotImplemented", fmt::format("{} is not implemented", unknown));
    }
  }
  std::string after = std::max(parameters["continuation-token"], parameters["start-after"]);
  std::size_t count_max = 1000;
  if (std::string given = parameters["max-keys"]; !given.empty() && given.size() <= 4) {
    count_max = std::min<std::size_t>(count_max, std::strtoul(given.c_str(), nullptr, 10));
  }
  std::vector<std::string> keys = objects.keys(request.bucket, parameters["prefix"]);
  std::erase_if(keys, [&](const std::string& key) { return !after.empty() && key <= after; });
  bool truncated = keys.size() > count_max;
  keys.resize(std::min(keys.size(), count_max));
  std::string body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<Name>{}</Name><Prefix>{}</Prefix><MaxKeys>{}</MaxKeys><KeyCount>{}</KeyCount><IsTruncated>{}</"
      "IsTruncated>",
      escape_xml(request.bucket), escape_xml(parameters["prefix"]), count_max, keys.size(), truncated);
  if (truncated && !keys.empty()) {
    body += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", escape_xml(keys.back()));
  }
  for (const std::string& key : keys) {
    if (auto object = objects.get(request.bucket, key)) {
      body += fmt::format("<Contents><Key>{}</Key><ETag>{}</ETag><Size>{}</Size></Contents>", escape_xml(key),
                          escape_xml(object->etag), object->body.size());
    }
  }
  HttpResponse response;
  response.result(200);
  response.set(http::field::content_type, "application/xml");
  response.body() = body + "</ListBucketResult>";
  return response;
}

HttpResponse serve_put(S3Objects& objects, const S3Request& request, HttpRequest http) {
  if (text(http[http::field::content_encoding]).contains("aws-chunked") ||
      http.count("x-amz-copy-source") != 0) {
    return error(501, "NotImplemented", "aws-chunked bodies and copies are not implemented");
  }
  S3Object object{std::move(http.body()), {}, text(http[http::field::content_type])};
  HttpResponse response =
      answer(objects.put(request.bucket, request.key, request.condition, std::move(object)), 200);
  if (response.result_int() == 200) {
    if (auto stored = objects.get(request.bucket, request.key)) {
      response.set(http::field::etag, stored->etag);
    }
  }
  return response;
}

bool known_query(const S3Request& request) {
  auto parameters = parse_query(request.query);
  parameters.erase("x-id");  // The name of the SDK's operation.
  if (request.method == "GET" && request.key.empty()) {
    return parameters["list-type"] == "2";
  }
  return parameters.empty();
}

HttpResponse serve(S3Objects& objects, const S3Request& request, HttpRequest http) {
  if (!known_query(request)) {
    return error(501, "NotImplemented", "The query asks for functionality that is not implemented");
  }
  if (request.method == "GET" && request.key.empty()) {
    return serve_list(objects, request);
  }
  if (request.key.empty()) {
    return request.method == "HEAD" ? answer(S3Verdict::done, 200)
                                    : error(501, "NotImplemented", "Buckets cannot be changed");
  }
  if (request.method == "GET" || request.method == "HEAD") {
    return serve_get(objects, request);
  }
  if (request.method == "PUT") {
    return serve_put(objects, request, std::move(http));
  }
  if (request.method == "DELETE") {
    return answer(objects.erase(request.bucket, request.key, request.condition), 204);
  }
  return error(501, "NotImplemented", "The method is not implemented");
}

}  // namespace

struct S3Standin::Server {
  S3Objects objects;
  mutable std::mutex mutex;
  std::condition_variable changed;
  // All guarded by mutex.
  std::vector<S3Request> log;
  S3Predicate holds, refuses;
  unsigned refusal = 0;
  int held = 0;
  bool stopping = false;
  TcpServer listener{[this](tcp::socket& socket) { talk(socket); }};

  ~Server();
  void talk(tcp::socket& socket);
  bool exchange(tcp::socket& socket, beast::flat_buffer& buffer);
  HttpResponse respond(S3Request& request, HttpRequest http);
};

S3Standin::Server::~Server() {
  {
    std::lock_guard lock(mutex);
    stopping = true;
    changed.notify_all();
  }
  listener.stop();
}

void S3Standin::Server::talk(tcp::socket& socket) {
  beast::flat_buffer buffer;
  while (exchange(socket, buffer)) {
  }
}

// One request and its answer; false when the connection is over.
bool S3Standin::Server::exchange(tcp::socket& socket, beast::flat_buffer& buffer) {
  boost::system::error_code failed;
  http::request_parser<http::string_body> parser;
  parser.body_limit(body_size_max);
  http::read_header(socket, buffer, parser, failed);
  if (!failed && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on{http::status::continue_, parser.get().version()};
    http::write(socket, go_on, failed);
  }
  if (!failed) {
    http::read(socket, buffer, parser, failed);
  }
  if (failed) {
    return false;
  }
  HttpRequest http = parser.release();
  S3Request request = parse(http);
  bool keep = http.keep_alive();
  unsigned version = http.version();
  HttpResponse response = respond(request, std::move(http));
  response.version(version);
  response.keep_alive(keep);
  std::size_t size = response.body().size();
  if (request.method == "HEAD") {
    response.body().clear();
  }
  if (request.status == 204) {
    response.erase(http::field::content_length);
  } else {
    response.content_length(size);
  }
  http::response_serializer<http::string_body> serializer{response};
  http::write(socket, serializer, failed);
  return !failed && keep;
}

HttpResponse S3Standin::Server::respond(S3Request& request, HttpRequest http) {
  std::unique_lock lock(mutex);
  HttpResponse response;
  if (holds && holds(request)) {
    ++held;
    changed.notify_all();
    changed.wait(lock, [this] { return !holds || stopping; });
    --held;
  }
  if (stopping) {
    response = error(503, "ServiceUnavailable", "The stand-in is going down");
  } else if (refuses && refuses(request)) {
    response = error(refusal, "Refused", "The test asked for this");
  } else {
    response = serve(objects, request, std::move(http));
  }
  request.status = response.result_int();
  log.push_back(request);
  return response;
}

S3Standin::S3Standin() : server_(std::make_unique<Server>()) {}
S3Standin::~S3Standin() = default;

std::string S3Standin::endpoint() const {
  return fmt::format("http://127.0.0.1:{}", server_->listener.port());
}
S3Objects& S3Standin::objects() { return server_->objects; }

std::vector<S3Request> S3Standin::log() const {
  std::lock_guard lock(server_->mutex);
  return server_->log;
}

void S3Standin::hold(S3Predicate predicate) {
  std::lock_guard lock(server_->mutex);
  server_->holds = std::move(predicate);
}

bool S3Standin::wait_until_held(std::chrono::seconds longest) {
  std::unique_lock lock(server_->mutex);
  return server_->changed.wait_for(lock, longest, [this] { return server_->held > 0; });
}

void S3Standin::release() {
  std::lock_guard lock(server_->mutex);
  server_->holds = nullptr;
  server_->changed.notify_all();
}

void S3Standin::refuse(S3Predicate predicate, unsigned status) {
  std::lock_guard lock(server_->mutex);
  server_->refuses = std::move(predicate);
  server_->refusal = status;
}

}  // namespace ghboot::acceptance
