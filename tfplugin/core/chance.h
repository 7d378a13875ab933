// SPDX-License-Identifier: Apache-2.0
// Schemas and configurations by chance, the same for the same seed. What a Chance makes is legal;
// what is made of it is for the engine to keep so. Threads: one Chance, one thread.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include "tfplugin/schema.h"

namespace ghboot::tfplugin::core {

// How many of them the real terraform is given in a test.
inline constexpr unsigned seeds_for_terraform = 60;

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  bool one_in(unsigned n) { return engine_() % n == 0; }
  std::size_t below(std::size_t n) { return engine_() % n; }

  // With "id", computed and kept, and "name", required, beside what chance makes.
  Schema schema();
  // What its validators and rules take; any_config() may break them.
  cty::Value config(const std::vector<Attribute>& attributes, const std::vector<ConfigRule>& rules = {});
  cty::Value config(const Schema& schema) { return config(schema.attributes, schema.rules); }
  cty::Value any_config(const std::vector<Attribute>& attributes);
  // Of `config`, as it is known while planning: some of what is written is unknown.
  cty::Value masked(const std::vector<Attribute>& attributes, const cty::Value& config);
  // What a provider chooses where it may: any known value of the attribute, not null.
  cty::Value chosen(const Attribute& attribute);
  // Changes something in `object`, whether or not a rule allows it.
  void spoil(const std::vector<Attribute>& attributes, cty::Value& object);

 private:
  Attribute attribute(std::size_t index, int depth, bool in_attribute, bool in_set);
  void make_leaf(Attribute& attribute, bool in_set);
  void make_use(Attribute& attribute);
  void make_validator(Attribute& attribute);
  std::vector<ConfigRule> rules(const std::vector<Attribute>& attributes);
  cty::Value written(const Attribute& attribute, bool obeys);
  cty::Value simple(const cty::Type& type);
  cty::Value mask(const cty::Type& type, const cty::Value& value);

  std::mt19937 engine_;
};

}  // namespace ghboot::tfplugin::core
