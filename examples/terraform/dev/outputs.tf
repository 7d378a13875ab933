# SPDX-License-Identifier: Apache-2.0
output "nats_connection_url" {
  description = "Where clients reach NATS."
  value       = var.nats_connection_url
}

output "nats_monitoring_url" {
  description = "Where NATS shows how it fares."
  value       = var.nats_monitoring_url
}

output "account" {
  description = "The account's public key."
  value       = ghboot_nats_account.github_org.public_key
}

output "verify_user" {
  description = "Public key of the user that `ghboot verify nats` connects as."
  value       = ghboot_nats_user.verify.public_key
}
