// SPDX-License-Identifier: Apache-2.0
#include "standin/fault.h"

#include <fmt/format.h>

#include "standin/json_member.h"
#include "standin/text.h"

namespace ghboot::standin {

namespace {

bool matches(const Fault& fault, const Request& request) {
  if (!fault.method.empty() && !same_word(fault.method, request.method)) return false;
  if (!lower(request.path).starts_with(lower(fault.path_prefix))) return false;
  if (fault.header.empty()) return true;
  const std::string_view value = request.header(lower(fault.header));
  return fault.header_value.empty() ? !value.empty() : value == fault.header_value;
}

}  // namespace

std::optional<Fault> Faults::meet(const Request& request) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (!matches(*fault, request)) continue;
    if (fault->skip > 0) {
      --fault->skip;
      continue;
    }
    Fault met = *fault;
    if (fault->times > 0 && --fault->times == 0) faults_.erase(fault);
    return met;
  }
  return std::nullopt;
}

std::expected<Fault, std::string> read_fault(const Json& json) {
  Fault fault;
  take(json, "method", fault.method);
  take(json, "path_prefix", fault.path_prefix);
  take(json, "header", fault.header);
  take(json, "header_value", fault.header_value);
  take(json, "skip", fault.skip);
  take(json, "times", fault.times);
  take(json, "latency_ms", fault.latency_ms);
  take(json, "status", fault.status);
  take(json, "body", fault.body);
  take(json, "cut", fault.cut);
  std::map<std::string, std::string> headers;
  take(json, "headers", headers);
  for (auto& [name, value] : headers) fault.headers[name] = std::move(value);
  if (fault.status != 0 && (fault.status < 200 || fault.status > 599))
    return std::unexpected("status is 200 to 599");
  if (!fault.cut.empty() && fault.cut != "before" && fault.cut != "after" && fault.cut != "truncated")
    return std::unexpected("cut is before, after or truncated");
  if (fault.times == 0 || fault.skip < 0 || fault.latency_ms < 0)
    return std::unexpected("times, skip or latency_ms make no sense");
  if (fault.status == 0 && fault.cut.empty() && fault.latency_ms == 0)
    return std::unexpected("it does nothing: give latency_ms, status or cut");
  return fault;
}

Json fault_view(const Fault& fault) {
  return {{"method", fault.method},
          {"path_prefix", fault.path_prefix},
          {"header", fault.header},
          {"header_value", fault.header_value},
          {"skip", fault.skip},
          {"times", fault.times},
          {"latency_ms", fault.latency_ms},
          {"status", fault.status},
          {"body", fault.body},
          {"headers", fault.headers},
          {"cut", fault.cut}};
}

Response fault_response(const Fault& fault) {
  Response response;
  if (fault.body == "html") {
    response = {.status = fault.status};
    response.set("Content-Type", "text/html; charset=utf-8");
    response.body = fmt::format(
        "<html>\n<head><title>{0} Error</title></head>\n<body>\n<center><h1>{0} "
        "Error</h1></center>\n</body>\n</html>\n",
        fault.status);
  } else if (fault.body.empty() || fault.body == "json") {
    response = error_response(fault.status, "Server Error");
  } else {
    response = {.status = fault.status, .body = fault.body};
    response.set("Content-Type", "application/json; charset=utf-8");
  }
  for (const auto& [name, value] : fault.headers) response.set(name, value);
  return response;
}

}  // namespace ghboot::standin
