# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_key" "sealed" {
  kind               = "curve"
  keep_seed_in_state = true
}

output "public_key" {
  value = nonsensitive(provider::ghboot::seed_public_key(ghboot_nats_key.sealed.seed))
}
