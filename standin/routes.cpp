// SPDX-License-Identifier: Apache-2.0
#include "standin/routes.h"

#include <initializer_list>
#include <vector>

#include "standin/app_routes.h"
#include "standin/control_routes.h"
#include "standin/git_routes.h"
#include "standin/graphql_routes.h"
#include "standin/hook_routes.h"
#include "standin/meta_routes.h"

namespace ghboot::standin {

namespace {

std::vector<Route> joined(std::initializer_list<std::span<const Route>> parts) {
  std::vector<Route> all;
  for (const auto some : parts) all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> routes =
      joined({app_routes(), meta_routes(), hook_routes(), delivery_routes(), object_routes(), ref_routes(),
              contents_routes(), commit_routes(), pull_routes(), workflow_routes(), graphql_routes()});
  return routes;
}

std::span<const Route> all_control_routes() {
  static const std::vector<Route> routes =
      joined({control_routes(), control_memory_routes(), control_app_routes()});
  return routes;
}

}  // namespace ghboot::standin
