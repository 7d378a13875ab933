// SPDX-License-Identifier: Apache-2.0
// The JSON that GitHub answers for what the state holds. `api` is what its URLs begin with. A secret is never
// in it: "********" stands for one that is set. Source: GitHub's OpenAPI description. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "standin/http.h"
#include "standin/model.h"

namespace ghboot::standin {

Json owner_view(const Owner& owner, std::string_view api);  // As a member of others: "simple user".
Json login_view(const State& state, const std::string& login, std::string_view api);  // A bot too.
Json account_view(const Owner& owner, std::string_view api);  // Of /users/… and /orgs/….
Json repository_view(const State& state, const Repository& repository, std::string_view api);
Json config_view(const Hook& hook);
Json hook_view(const State& state, const Hook& hook, std::string_view api);
Json delivery_view(const Delivery& delivery);        // In a listing.
Json whole_delivery_view(const Delivery& delivery);  // With request and response.

}  // namespace ghboot::standin
