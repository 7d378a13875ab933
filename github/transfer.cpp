// SPDX-License-Identifier: Apache-2.0
#include "github/transfer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace ghboot::github {
namespace {

constexpr std::size_t headers_max = std::size_t{256} << 10U;

std::size_t on_body(const char* data, std::size_t, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (transfer.answer.body.size() + size > Transport::body_max) {
    transfer.is_too_large = true;
    return 0;  // Ends the transfer.
  }
  transfer.answer.body.append(data, size);
  return size;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.remove_suffix(1);
  return text;
}

void add_header(std::string_view line, HttpAnswer& answer) {
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {  // Another block: what came before was a 100 or a proxy's.
    answer.headers.clear();
    const std::size_t space = std::min(line.find(' '), line.size() - 1);
    std::from_chars(line.data() + space + 1, line.data() + line.size(), answer.status);
  } else if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string& value = answer.headers[name];
    value += (value.empty() ? "" : ", ");
    value += trimmed(line.substr(colon + 1));
  }
}

std::size_t on_header(const char* data, std::size_t, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  std::size_t total = size;
  for (const auto& [name, value] : transfer.answer.headers) total += name.size() + value.size();
  if (total > headers_max) {
    transfer.is_too_large = true;
    return 0;
  }
  add_header({data, size}, transfer.answer);
  return size;
}

// Called before the request goes out, on each connection that libcurl tries. When a kept connection turns out
// to be closed, libcurl sends again by itself, whatever the method: what was sent once must not be.
int on_send(void* to, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(to);
  const bool is_second = transfer.was_sent.exchange(true);
  if (transfer.is_left) return CURL_PREREQFUNC_ABORT;  // Its caller has read was_sent, perhaps too early.
  return is_second && transfer.request.method != "GET" ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

void take_cas(const CurlLibrary& curl, CURL* easy) {
  // As the program curl does it; the library itself knows none of these.
  const auto set = [&](const char* name, CURLoption option) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return false;
    curl.easy_setopt(easy, option, value);
    return true;
  };
  if (set("CURL_CA_BUNDLE", CURLOPT_CAINFO)) return;
  set("SSL_CERT_DIR", CURLOPT_CAPATH);
  set("SSL_CERT_FILE", CURLOPT_CAINFO);
}

void set_request(const CurlLibrary& curl, Transfer& transfer) {
  const HttpRequest& request = transfer.request;
  for (const std::string& header : request.headers)
    transfer.headers = curl.slist_append(transfer.headers, header.c_str());
  if (!request.authorization.empty()) {
    std::string line = fmt::format("Authorization: {}", request.authorization.reveal());
    transfer.headers = curl.slist_append(transfer.headers, line.c_str());
    nats::Secret::wipe(line);
  }
  curl.easy_setopt(transfer.easy, CURLOPT_URL, request.url.c_str());
  curl.easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl.easy_setopt(transfer.easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl.easy_setopt(transfer.easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl.easy_setopt(transfer.easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

bool is_untrusted(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
}

bool cannot_pass(CURLcode code) {
  return is_untrusted(code) || code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
         code == CURLE_SSL_CERTPROBLEM;
}

}  // namespace

bool prepare(const CurlLibrary& curl, Transfer& transfer) {
  transfer.easy = curl.easy_init();
  if (transfer.easy == nullptr) return false;
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(transfer.easy, option, value); };
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PIPEWAIT, 1L);  // Rather one connection of HTTP/2 for all than one for each.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_CONNECTTIMEOUT_MS, 30'000L);
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ERRORBUFFER, transfer.words.data());
  set(CURLOPT_PRIVATE, static_cast<void*>(&transfer));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(CURLOPT_PREREQFUNCTION, &on_send);
  set(CURLOPT_PREREQDATA, static_cast<void*>(&transfer));
  take_cas(curl, transfer.easy);
  set_request(curl, transfer);
  return true;
}

void release(const CurlLibrary& curl, Transfer& transfer) {
  if (transfer.easy != nullptr) curl.easy_cleanup(std::exchange(transfer.easy, nullptr));
  if (transfer.headers == nullptr) return;
  for (curl_slist* one = transfer.headers; one != nullptr; one = one->next) {
    std::string_view line(one->data);
    if (line.starts_with("Authorization:")) std::fill_n(one->data, line.size(), '\0');
  }
  curl.slist_free_all(std::exchange(transfer.headers, nullptr));
}

std::expected<HttpAnswer, NoAnswer> outcome(const CurlLibrary& curl, Transfer& transfer) {
  if (transfer.is_too_large)
    return std::unexpected(NoAnswer{
        .was_sent = transfer.was_sent,
        .may_pass = false,
        .reason =
            fmt::format("the answer is larger than {} MiB, or its headers than {} KiB, the most that is read",
                        Transport::body_max >> 20U, headers_max >> 10U),
        .too_large = true});
  if (transfer.code == CURLE_OK) return std::move(transfer.answer);
  if (transfer.answer.status >= 200) {  // Headers came, the body broke off.
    transfer.answer.is_whole = false;
    return std::move(transfer.answer);
  }
  std::string reason = shown(transfer.words.data());
  if (reason.empty()) reason = curl.easy_strerror(transfer.code);
  if (transfer.code == CURLE_ABORTED_BY_CALLBACK) reason = "the connection was closed before an answer came";
  return std::unexpected(NoAnswer{transfer.was_sent, !cannot_pass(transfer.code), std::move(reason),
                                  is_untrusted(transfer.code)});
}

}  // namespace ghboot::github
