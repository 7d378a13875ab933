# SPDX-License-Identifier: Apache-2.0
data "ghboot_webhooks" "shop" {
  repository = "shop"
}

# Those whose receiver did not take the newest delivery.
output "failing" {
  value = [
    for webhook in data.ghboot_webhooks.shop.webhooks : webhook.id
    if !contains(["active", "unused"], try(webhook.last_response.status, "unused"))
  ]
}
