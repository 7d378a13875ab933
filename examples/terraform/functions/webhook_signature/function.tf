# SPDX-License-Identifier: Apache-2.0
locals {
  body = jsonencode({ zen = "Keep it logically awesome." })
}

# A delivery made by hand: curl -H "X-Hub-Signature-256: …" --data-binary "$body" https://…
output "signature" {
  value = provider::ghboot::webhook_signature("It's a Secret to Everybody", local.body)
}
