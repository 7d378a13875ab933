# SPDX-License-Identifier: Apache-2.0
resource "ghboot_webhook" "shop" {
  repository = "shop"
  url        = "https://hooks.example.com/github"
  events     = ["push", "pull_request", "workflow_run"]
}

resource "ghboot_webhook" "everything" {
  organization = "acme"
  url          = "https://hooks.example.com/github"
  events       = ["*"]
  active       = false
}
