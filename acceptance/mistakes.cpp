// SPDX-License-Identifier: Apache-2.0
#include "acceptance/mistakes.h"

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ghboot::acceptance {

std::map<std::string, std::string> errors_of(const Terraform& terraform) {
  const Outcome validated = terraform.run({"validate", "-json"});
  const auto report = nlohmann::json::parse(validated.out, nullptr, false);
  if (report.is_discarded()) throw std::runtime_error("validate printed no JSON: " + validated.text());
  std::map<std::string, std::string> errors;
  for (const auto& diagnostic : report.value("diagnostics", nlohmann::json::array())) {
    if (diagnostic["severity"] == "error" && diagnostic.contains("range")) {
      errors[diagnostic["range"]["filename"]] +=
          diagnostic["summary"].get<std::string>() + ": " + diagnostic.value("detail", "") + "\n";
    }
  }
  return errors;
}

std::vector<std::string> not_refused(const std::vector<Mistake>& mistakes) {
  const Terraform terraform;
  for (std::size_t index = 0; index < mistakes.size(); ++index)
    terraform.write(fmt::format("m{}.tf", index),
                    fmt::format("resource \"{}\" \"m{}\" {{\n  {}\n}}\n", mistakes[index].resource, index,
                                mistakes[index].attributes));
  auto errors = errors_of(terraform);
  std::vector<std::string> out;
  for (std::size_t index = 0; index < mistakes.size(); ++index) {
    const Mistake& mistake = mistakes[index];
    const std::string& told = errors[fmt::format("m{}.tf", index)];
    if (told.empty())
      out.push_back(fmt::format("was taken: {}", mistake.attributes));
    else if (!told.contains(mistake.told))
      out.push_back(
          fmt::format("{} is to be told as \"{}\", and is as: {}", mistake.attributes, mistake.told, told));
  }
  return out;
}

}  // namespace ghboot::acceptance
