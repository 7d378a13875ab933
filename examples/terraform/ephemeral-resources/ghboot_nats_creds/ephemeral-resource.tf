# SPDX-License-Identifier: Apache-2.0
resource "ghboot_nats_account" "orders" {
  name = "orders"
}

resource "ghboot_nats_user" "service" {
  account = ghboot_nats_account.orders.public_key
  name    = "service"
}

ephemeral "ghboot_nats_creds" "service" {
  account    = ghboot_nats_user.service.account
  public_key = ghboot_nats_user.service.public_key
  valid_for  = "1h"
}

# In a write-only attribute of another provider, a secret of Vault's for one:
#   data_json_wo = jsonencode({ creds = ephemeral.ghboot_nats_creds.service.creds })
