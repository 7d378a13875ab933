// SPDX-License-Identifier: Apache-2.0
// The events that hooks of repositories and organisations can subscribe to. Source: OpenAPI description of
// GitHub's webhooks 12.1.0 (x-github.supported-webhook-types), and those that only an App receives. GitHub
// adds events, so that one in no list here may exist. Threads: any.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace ghboot::github {

constexpr std::array<std::string_view, 54> repository_events{"branch_protection_configuration",
                                                             "branch_protection_rule",
                                                             "check_run",
                                                             "check_suite",
                                                             "code_scanning_alert",
                                                             "commit_comment",
                                                             "create",
                                                             "custom_property_values",
                                                             "delete",
                                                             "dependabot_alert",
                                                             "deploy_key",
                                                             "deployment",
                                                             "deployment_status",
                                                             "discussion",
                                                             "discussion_comment",
                                                             "fork",
                                                             "gollum",
                                                             "issue_comment",
                                                             "issue_dependencies",
                                                             "issues",
                                                             "label",
                                                             "member",
                                                             "meta",
                                                             "milestone",
                                                             "package",
                                                             "page_build",
                                                             "ping",
                                                             "project",
                                                             "project_card",
                                                             "project_column",
                                                             "public",
                                                             "pull_request",
                                                             "pull_request_review",
                                                             "pull_request_review_comment",
                                                             "pull_request_review_thread",
                                                             "push",
                                                             "registry_package",
                                                             "release",
                                                             "repository",
                                                             "repository_advisory",
                                                             "repository_import",
                                                             "repository_ruleset",
                                                             "repository_vulnerability_alert",
                                                             "secret_scanning_alert",
                                                             "secret_scanning_alert_location",
                                                             "secret_scanning_scan",
                                                             "security_and_analysis",
                                                             "star",
                                                             "status",
                                                             "sub_issues",
                                                             "team_add",
                                                             "watch",
                                                             "workflow_job",
                                                             "workflow_run"};
constexpr std::array<std::string_view, 9> organization_events{"custom_property",
                                                              "membership",
                                                              "org_block",
                                                              "organization",
                                                              "personal_access_token_request",
                                                              "projects_v2",
                                                              "projects_v2_item",
                                                              "projects_v2_status_update",
                                                              "team"};

constexpr std::array<std::string_view, 12> app_events{"deployment_protection_rule",
                                                      "deployment_review",
                                                      "github_app_authorization",
                                                      "installation",
                                                      "installation_repositories",
                                                      "installation_target",
                                                      "marketplace_purchase",
                                                      "merge_group",
                                                      "repository_dispatch",
                                                      "security_advisory",
                                                      "sponsorship",
                                                      "workflow_dispatch"};

constexpr bool app_event(std::string_view event) {
  return std::ranges::find(app_events, event) != app_events.end();
}

constexpr bool hook_event_known(std::string_view event, bool of_organization) {
  return event == "*" || std::ranges::find(repository_events, event) != repository_events.end() ||
         (of_organization && std::ranges::find(organization_events, event) != organization_events.end());
}

}  // namespace ghboot::github
