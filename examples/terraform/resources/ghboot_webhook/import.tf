# SPDX-License-Identifier: Apache-2.0
# By owner, repository and GitHub's number; of an organisation's webhook by acme/12345678.
import {
  to = ghboot_webhook.shop
  id = "acme/shop/12345678"
}
