// SPDX-License-Identifier: Apache-2.0
// What the author of a provider writes: its own configuration, and the lists of what it offers. main() makes
// one and hands it to serve(). Threads: configure() once, before everything that needs it; the lists never
// change.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "tfplugin/data_source.h"
#include "tfplugin/ephemeral.h"
#include "tfplugin/function.h"
#include "tfplugin/resource.h"

namespace ghboot::tfplugin {

class Provider {
 public:
  virtual ~Provider() = default;
  virtual const Schema& schema() const = 0;
  virtual const Schema* meta_schema() const { return nullptr; }  // Of `provider_meta` blocks.
  virtual void validate(const cty::Value& config, Diagnostics& diagnostics) const = 0;
  // While planning, any value may be unknown: take what is known, contact nobody.
  virtual void configure(const cty::Value& config, std::string_view terraform_version,
                         Diagnostics& diagnostics) = 0;

  std::map<std::string, std::unique_ptr<ManagedResource>, std::less<>> resources;
  std::map<std::string, std::unique_ptr<DataSourceBase>, std::less<>> data_sources;
  std::map<std::string, std::unique_ptr<EphemeralBase>, std::less<>> ephemeral_resources;
  // By the name behind provider::NAME::. Called on a provider that was not configured.
  std::map<std::string, std::unique_ptr<FunctionBase>, std::less<>> functions;
};

// Meta: what modules say of themselves in `provider_meta`; calls get it as Call::provider_meta.
template <IsModel Model, class Meta = void>
class TypedProvider : public Provider {
 public:
  explicit TypedProvider(std::string_view doc) : schema_(make_schema<Model>(doc)) {
    if constexpr (IsModel<Meta>) meta_schema_ = make_schema<Meta>("What a module says of itself.");
  }
  const Schema& schema() const final { return schema_; }
  const Schema* meta_schema() const final { return meta_schema_ ? &*meta_schema_ : nullptr; }

 protected:
  virtual void check(const Model& /*config*/, Diagnostics&) const {}
  virtual void configure_with(const Model& config, std::string_view terraform_version,
                              Diagnostics& diagnostics) = 0;

 private:
  void validate(const cty::Value& config, Diagnostics& diagnostics) const final {
    const auto model = model_of<Model>(config, diagnostics);
    if (!diagnostics.has_error()) check(model, diagnostics);
  }
  void configure(const cty::Value& config, std::string_view terraform_version,
                 Diagnostics& diagnostics) final {
    const auto model = model_of<Model>(config, diagnostics);
    if (!diagnostics.has_error()) configure_with(model, terraform_version, diagnostics);
  }

  Schema schema_;
  std::optional<Schema> meta_schema_;
};

struct NoConfiguration {
  static constexpr auto fields() { return std::tuple{}; }
};

// A provider with nothing to configure.
template <class Meta = void>
class PlainProvider : public TypedProvider<NoConfiguration, Meta> {
 public:
  using TypedProvider<NoConfiguration, Meta>::TypedProvider;

 protected:
  void configure_with(const NoConfiguration&, std::string_view, Diagnostics&) override {}
};

// Problems of every schema that the provider offers, each with the name of its resource; empty when all is
// well.
std::vector<std::string> problems(const Provider& provider);

}  // namespace ghboot::tfplugin
