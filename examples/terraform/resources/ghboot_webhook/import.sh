# SPDX-License-Identifier: Apache-2.0
# Where the number is not known, by its URL.
terraform import ghboot_webhook.shop \
  acme/shop/https://hooks.example.com/github
