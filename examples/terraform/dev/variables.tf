# SPDX-License-Identifier: Apache-2.0
variable "github_org" {
  description = "The GitHub organisation; the account has its name."
  type        = string
  default     = "joeblew999"
}

variable "nats_connection_url" {
  description = "Where clients reach NATS. The bootstrap sets it."
  type        = string
  default     = "nats://127.0.0.1:4222"
}

variable "nats_monitoring_url" {
  description = "Where NATS shows how it fares. The bootstrap sets it."
  type        = string
  default     = "http://127.0.0.1:8222"
}

variable "webhook_url" {
  description = "Where GitHub sends events to. The bootstrap sets it; null: there is no webhook."
  type        = string
  default     = null
}

variable "webhook_secret_file" {
  description = "File that holds the secret GitHub signs them with. The bootstrap sets it."
  type        = string
  default     = null
}

variable "templates" {
  description = "Folder of the templates that the organisation's .github is made from. The bootstrap sets it for its stand-in."
  type        = string
  default     = null
}

variable "template_variables" {
  description = "What these name, beside github_org."
  type        = map(string)
  default     = {}
}
