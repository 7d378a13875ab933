// SPDX-License-Identifier: Apache-2.0
// For tests of the plugin SDK: a Terraform with the SDK's example provider, which needs no server. Threads:
// one.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "acceptance/terraform.h"

namespace ghboot::acceptance {

class ExamplePlace : public testing::Test {
 protected:
  ExamplePlace() {
    terraform.override_provider("ghboot/example", GHBOOT_EXAMPLE_PROGRAM);
    provider("library = \"main\"");
  }
  // The provider's block has these lines.
  void provider(std::string_view settings) {
    terraform.write("provider.tf", fmt::format(R"(terraform {{
  required_providers {{
    example = {{
      source = "ghboot/example"
    }}
  }}
}}
provider "example" {{
{}
}}
)",
                                               settings));
  }

  // A state file that has one resource, `a`, as another release of the provider left it.
  void stored(std::string_view type, std::string_view instance) {
    terraform.write(
        "terraform.tfstate",
        fmt::format(R"({{
  "version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "a", "outputs": {{}},
  "resources": [{{
    "mode": "managed", "type": "{}", "name": "a", "provider": "provider[\"{}/ghboot/example\"]",
    "instances": [{}]
  }}]
}})",
                    type, terraform.is_tofu() ? "registry.opentofu.org" : "registry.terraform.io", instance));
  }

  Terraform terraform{Plugin::none};
};

}  // namespace ghboot::acceptance
