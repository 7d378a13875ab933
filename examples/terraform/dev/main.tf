# SPDX-License-Identifier: Apache-2.0
# The account of a GitHub organisation on the NATS of development mode, a user that proves it, the streams of the
# organisation's events, and the webhook and the generated files of its repository .github.
# `ghboot bootstrap` applies a copy of this folder. By hand: eval "$(ghboot env)", then init and apply.
terraform {
  required_version = ">= 1.5"
  required_providers {
    ghboot = {
      source = "ghboot/ghboot"
    }
  }
}

# Servers, operator, store and GitHub come from the environment.
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

# Makes the streams below; `ghboot creds show bus` writes its creds, for `ghboot lock`.
resource "ghboot_nats_user" "bus" {
  account = ghboot_nats_account.github_org.public_key
  name    = "bus"
}

# The organisation's events, requests for regenerations, their log and their lock. With another GitHub it is another one,
# and this one stays as it is.
resource "ghboot_event_bus" "github_org" {
  account         = ghboot_nats_account.github_org.public_key
  user            = ghboot_nats_user.bus.public_key
  organization    = var.github_org
  deletion_policy = "retain"
}

# Its secret is in a file, and only the path is in the state. Where there is no address to send to there is no webhook.
resource "ghboot_webhook" "github_org" {
  count           = var.webhook_url == null ? 0 : 1
  owner           = var.github_org
  repository      = ".github"
  url             = var.webhook_url
  secret_file     = var.webhook_secret_file
  events          = ["push", "pull_request", "workflow_run"]
  adopt_existing  = true
  verify_delivery = true
}

# The files of that repository, made from templates; where none are named they are left alone.
resource "ghboot_regeneration" "github_org" {
  count        = var.templates == null ? 0 : 1
  organization = ghboot_event_bus.github_org.organization
  user         = ghboot_nats_user.bus.public_key
  render = {
    source    = var.templates
    variables = merge(var.template_variables, { github_org = var.github_org })
  }
}
