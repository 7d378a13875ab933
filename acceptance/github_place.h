// SPDX-License-Identifier: Apache-2.0
// A user at a terminal with terraform and a GitHub of their own: the organisation acme with its private
// repositories shop and store, and a token that may do everything. Threads: one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/terraform.h"
#include "standin/service.h"
#include "standin/standin.h"
#include "standin/state.h"

namespace ghboot::acceptance {

// The environment by which the provider finds this GitHub; its owner is acme.
void lead_to_github(Terraform& terraform, const standin::Service& github);
std::unique_ptr<standin::Service> make_github();

struct GithubPlace {
  GithubPlace();

  std::unique_ptr<standin::Service> github;
  Terraform terraform;

  // main.tf holds ghboot_webhook.w of acme/shop, to https://hooks.example/a, with these attributes more.
  void webhook(std::string_view attributes = "", std::string_view home = "repository = \"shop\"",
               std::string_view events = "[\"push\"]") const;
  std::vector<standin::Hook> hooks() const;
  standin::Hook hook() const;  // The only one; throws when there is none or more.
  void change_hook(const std::function<void(standin::Hook&)>& edit) const;
  standin::Id add_hook(standin::Hook hook) const;  // Of acme/shop, or of acme.
  // By the control API; the answer.
  standin::Json control(std::string method, std::string target, const standin::Json& body = nullptr) const;
  void fault(const standin::Json& what) const { control("POST", "/_standin/faults", what); }
  // "GET /repos/acme/shop/hooks?per_page=100" of each request since the last call; `counted` ones alone if
  // so.
  std::vector<std::string> asked(bool counted = false) const;
};

}  // namespace ghboot::acceptance
