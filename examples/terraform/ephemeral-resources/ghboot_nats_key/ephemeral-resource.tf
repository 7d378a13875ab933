# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_key" "sealed" {
  kind = "curve"
}

ephemeral "ghboot_nats_key" "sealed" {
  public_key = ghboot_nats_key.sealed.public_key
}

# In a write-only attribute of another provider, a secret of Vault's for one:
#   data_json_wo = jsonencode({ seed = ephemeral.ghboot_nats_key.sealed.seed })
