// SPDX-License-Identifier: Apache-2.0
// For tests: what a user may write by mistake, and what `terraform validate` is to say of it. One command
// finds all of a test's mistakes. Throws as Terraform does. Threads: one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "acceptance/terraform.h"

namespace ghboot::acceptance {

struct Mistake {
  std::string_view resource, attributes;  // Of the one resource of its file.
  std::string_view told;                  // Part of the message.
};

// Errors of one `validate` by the file they are in: summary and detail.
std::map<std::string, std::string> errors_of(const Terraform& terraform);

// Each mistake in a file of its own: those that were taken, or refused in other words, with these.
std::vector<std::string> not_refused(const std::vector<Mistake>& mistakes);

inline void expect_refused(const std::vector<Mistake>& mistakes) {
  for (const std::string& one : not_refused(mistakes)) ADD_FAILURE() << one;
}

}  // namespace ghboot::acceptance
