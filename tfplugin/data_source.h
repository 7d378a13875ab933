// SPDX-License-Identifier: Apache-2.0
// What the author of a data source writes: one typed read, whose result repeats the configuration.
// Threads: as for resources.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "tfplugin/resource.h"

namespace ghboot::tfplugin {

class DataSourceBase {  // As the engine sees it. Authors derive from DataSource<Model>.
 public:
  virtual ~DataSourceBase() = default;
  virtual const Schema& schema() const = 0;
  virtual std::chrono::milliseconds timeout(const cty::Value& config) const = 0;
  virtual void validate(const cty::Value& config, Diagnostics& diagnostics) const = 0;
  virtual cty::Value read(const cty::Value& config, Call& call) const = 0;
};

template <IsModel Model>
class DataSource : public DataSourceBase {
 public:
  explicit DataSource(std::string_view doc, std::chrono::milliseconds default_timeout = timeout_default)
      : schema_(make_schema<Model>(doc)), default_timeout_(default_timeout) {}
  const Schema& schema() const final { return schema_; }
  std::chrono::milliseconds timeout(const cty::Value& config) const final {
    return timeout_in(config, "read", default_timeout_);
  }

 protected:
  virtual void check(const Model& /*config*/, Diagnostics&) const {}
  virtual std::optional<Model> read_thing(const Model& config,
                                          Call& call) const = 0;  // Nothing: with an error.

 private:
  void validate(const cty::Value& config, Diagnostics& diagnostics) const final {
    const auto model = model_of<Model>(config, diagnostics);
    if (!diagnostics.has_error()) check(model, diagnostics);
  }
  cty::Value read(const cty::Value& config, Call& call) const final {
    const auto model = model_of<Model>(config, call.diagnostics);
    if (call.diagnostics.has_error()) return {};
    const auto result = read_thing(model, call);
    return result ? Codec<Model>::encode(*result) : cty::Value();
  }

  Schema schema_;
  std::chrono::milliseconds default_timeout_;
};

}  // namespace ghboot::tfplugin
