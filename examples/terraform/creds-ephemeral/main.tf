# SPDX-License-Identifier: Apache-2.0
# The creds of a user are handed to another provider, which works as that user. They are in no plan and no state.
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
}

# Any provider's block takes ephemeral values, and so does a write-only attribute. Here it is a second seed of the
# same key, in the store of ghboot itself.
resource "ghboot_nats_key" "copy" {
  kind            = "user"
  seed_wo         = ephemeral.ghboot_nats_creds.service.seed
  seed_wo_version = 1
}

output "user" {
  value = ghboot_nats_key.copy.public_key
}
