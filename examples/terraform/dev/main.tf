# SPDX-License-Identifier: Apache-2.0
# The account of a GitHub organisation on the NATS of development mode, and a user that proves it.
# `ghboot bootstrap` applies a copy of this folder. By hand: eval "$(ghboot env)", then init and apply.
terraform {
  required_version = ">= 1.5"
  required_providers {
    ghboot = {
      source = "ghboot/ghboot"
    }
  }
}

# Servers, operator and store come from the environment.
provider "ghboot" {}

resource "ghboot_nats_account" "github_org" {
  name        = var.github_org
  description = "Events of the GitHub organisation ${var.github_org}"
  limits = {
    jetstream = {
      memory_storage = -1
      disk_storage   = -1
    }
  }
}

# May publish and subscribe below ghboot.verify alone: `ghboot verify nats` does so.
resource "ghboot_nats_user" "verify" {
  account = ghboot_nats_account.github_org.public_key
  name    = "verify"
  permissions = {
    publish   = { allow = ["ghboot.verify.>"] }
    subscribe = { allow = ["ghboot.verify.>"] }
  }
}
