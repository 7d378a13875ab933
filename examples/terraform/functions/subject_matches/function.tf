# SPDX-License-Identifier: Apache-2.0
output "is_covered" {
  value = provider::ghboot::subject_matches("github.acme.>", "github.acme.push.main") # true
}
