// SPDX-License-Identifier: Apache-2.0
#include "tfplugin/logging.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace ghboot::tfplugin {
namespace {

std::string_view level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
      return "trace";
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warn";
    default:
      return "error";
  }
}

spdlog::level::level_enum parse_level(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (text.empty() || text == "OFF") return spdlog::level::off;
  if (text == "DEBUG") return spdlog::level::debug;
  if (text == "INFO") return spdlog::level::info;
  if (text == "WARN") return spdlog::level::warn;
  if (text == "ERROR") return spdlog::level::err;
  return spdlog::level::trace;  // As Terraform does with a word that it does not know.
}

class HclogSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(message.time.time_since_epoch()).count();
    nlohmann::json line;
    line["@level"] = level_name(message.level);
    line["@message"] = std::string_view(message.payload.data(), message.payload.size());
    line["@module"] = std::string_view(message.logger_name.data(), message.logger_name.size());
    line["@timestamp"] =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06d}Z", fmt::gmtime(static_cast<std::time_t>(micros / 1'000'000)),
                    micros % 1'000'000);
    // One write a line: Terraform shows what is torn as text without a level.
    const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
  void flush_() override { std::fflush(stderr); }
};

void log_of_grpc(gpr_log_func_args* line) {
  // What gRPC calls an error is often a peer that went away.
  const auto level = line->severity == GPR_LOG_SEVERITY_ERROR  ? spdlog::level::warn
                     : line->severity == GPR_LOG_SEVERITY_INFO ? spdlog::level::debug
                                                               : spdlog::level::trace;
  spdlog::log(level, "grpc: {}", line->message);
}

}  // namespace

void start_logging(std::string_view name, const EnvironmentVariable& environment) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string level;
  for (const std::string& variable :
       {"TF_LOG_PROVIDER_" + upper, std::string("TF_LOG_PROVIDER"), std::string("TF_LOG")})
    if (level.empty()) level = environment(variable).value_or("");
  auto logger =
      std::make_shared<spdlog::logger>("provider." + std::string(name), std::make_shared<HclogSink>());
  logger->set_level(parse_level(level));
  spdlog::set_default_logger(std::move(logger));
  gpr_set_log_verbosity(parse_level(level) <= spdlog::level::debug ? GPR_LOG_SEVERITY_INFO
                                                                   : GPR_LOG_SEVERITY_ERROR);
  gpr_set_log_function(&log_of_grpc);
}

}  // namespace ghboot::tfplugin
