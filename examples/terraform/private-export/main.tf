# SPDX-License-Identifier: Apache-2.0
# Two teams on one server: "orders" lets "billing" alone have its new orders, and answers anybody's question for a price.
# The key of billing comes first, so that the activation can name it.
resource "ghboot_nats_key" "billing" {
  kind = "account"
}

resource "ghboot_nats_account" "orders" {
  name = "orders"
  exports = [
    { subject = "orders.new", kind = "stream", token_required = true, description = "Each order, as it comes in" },
    { subject = "orders.price", kind = "service", description = "What an order would cost" },
  ]
}

resource "ghboot_nats_activation" "billing" {
  account  = ghboot_nats_account.orders.public_key
  importer = ghboot_nats_key.billing.public_key
  subject  = "orders.new"
  kind     = "stream"
}

resource "ghboot_nats_account" "billing" {
  name       = "billing"
  public_key = ghboot_nats_key.billing.public_key
  imports = [
    {
      subject       = "orders.new"
      kind          = "stream"
      account       = ghboot_nats_account.orders.public_key
      token         = ghboot_nats_activation.billing.token
      local_subject = "from.orders.new"
    },
    {
      subject = "orders.price"
      kind    = "service"
      account = ghboot_nats_account.orders.public_key
    },
  ]
}
