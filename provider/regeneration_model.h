// SPDX-License-Identifier: Apache-2.0
// The attributes of a regeneration, as Terraform sees them. Threads: any.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "provider/deletion_policy.h"
#include "provider/webhook_model.h"
#include "regen/commit_run.h"
#include "regen/workflow_run.h"
#include "tfplugin/custom_types.h"
#include "tfplugin/field.h"
#include "tfplugin/private_state.h"
#include "tfplugin/timeouts.h"

namespace ghboot::provider {

inline constexpr tfplugin::OneOf conflict_ways{"wait", "fail", "skip"};
inline constexpr tfplugin::Matches one_line_text{"[^\\x00-\\x1f\\x7f]{1,1000}",
                                                 "one line of 1 to 1000 characters"};
inline constexpr tfplugin::Matches a_person{"[^\\x00-\\x1f\\x7f<>]{1,200}",
                                            "one line of 1 to 200 characters, without `<` and `>`"};
inline constexpr tfplugin::Matches a_branch{"[^\\x00-\\x20\\x7f~^:?*\\[\\\\]{1,250}", "the name of a branch"};
inline constexpr std::string_view standard_wait_timeout = "10m", standard_max_hold = "1h",
                                  standard_subject = "Regenerate files",
                                  standard_head_branch = "ghboot/regenerate";
inline constexpr tfplugin::Matches a_set_name{render::set_name_pattern, render::set_name_words};
inline constexpr tfplugin::Matches a_workflow_file{regen::workflow_file_pattern, regen::workflow_file_words};

struct LockUseModel {
  Value<tfplugin::Duration> wait_timeout, max_hold;
  Value<std::string> on_conflict;

  static constexpr auto fields() {
    using M = LockUseModel;
    return std::tuple{
        Field{"wait_timeout",
              &M::wait_timeout,
              Use::optional_computed,
              "How long the lock is waited for.",
              {.default_value = standard_wait_timeout}},
        Field{"max_hold",
              &M::max_hold,
              Use::optional_computed,
              "How long a regeneration may take under the lock.",
              {.default_value = standard_max_hold}},
        Field{"on_conflict",
              &M::on_conflict,
              Use::optional_computed,
              "What is done while somebody else has the lock: `wait`, `fail` (an error says who), or `skip` "
              "(the "
              "request is stored, and `pending` until this resource has run).",
              {.default_value = "wait", .validators = {&conflict_ways}}},
    };
  }
  bool operator==(const LockUseModel&) const = default;
};

struct CommitModel {
  Value<std::string> message, author_name, author_email;
  Value<bool> sign_off;

  static constexpr auto fields() {
    using M = CommitModel;
    return std::tuple{
        Field{"message",
              &M::message,
              Use::optional_computed,
              "First line of the commit's message.",
              {.default_value = standard_subject, .validators = {&one_line_text}}},
        Field{"author_name",
              &M::author_name,
              Use::optional,
              "Who is named as the commit's author. Null: the token's user, or the App, whose commits GitHub "
              "signs.",
              {.validators = {&a_person}}},
        Field{"author_email",
              &M::author_email,
              Use::optional,
              "That author's address.",
              {.validators = {&a_person}}},
        Field{"sign_off",
              &M::sign_off,
              Use::optional_computed,
              "Whether the message ends with `Signed-off-by:` that author.",
              {.default_value = false}},
    };
  }
  bool operator==(const CommitModel&) const = default;
};

struct PullRequestModel {
  Value<std::string> branch, title, body;

  static constexpr auto fields() {
    using M = PullRequestModel;
    return std::tuple{
        Field{"branch",
              &M::branch,
              Use::optional_computed,
              "The branch that is proposed; ghboot alone moves it.",
              {.default_value = standard_head_branch, .validators = {&a_branch}}},
        Field{"title",
              &M::title,
              Use::optional_computed,
              "Its title.",
              {.default_value = standard_subject, .validators = {&one_line_text}}},
        Field{"body", &M::body, Use::optional_computed, "Its text.", {.default_value = ""}},
    };
  }
  bool operator==(const PullRequestModel&) const = default;
};

struct RenderModel {
  Value<std::string> source, set;
  Value<std::map<std::string, std::string>> files, variables;
  Value<bool> prune;
  Value<CommitModel> commit;
  Value<PullRequestModel> pull_request;

  static constexpr auto fields() {
    using M = RenderModel;
    return std::tuple{
        Field{"source",
              &M::source,
              Use::optional,
              "Folder of the templates; each file below it becomes one of the repository.",
              {.validators = {&not_empty}}},
        Field{"files", &M::files, Use::optional,
              "Files by their paths in the repository, with their contents, beside those of `source`; "
              "nothing in them is replaced. No secrets: they are in the state, too."},
        Field{"variables", &M::variables, Use::optional,
              "What templates name, as `<% github_org %>`. No secrets: what they become is in the "
              "repository, and "
              "they are in the state."},
        Field{
            "set",
            &M::set,
            Use::optional_computed,
            "Name of the set of these files among all that ghboot makes on the branch. Each resource of one "
            "branch has its own; it touches no file of another.",
            {.default_value = render::default_set, .validators = {&a_set_name}}},
        Field{"prune",
              &M::prune,
              Use::optional_computed,
              "Whether files of the set that templates made before, and make no more, are removed.",
              {.default_value = true}},
        Field{"commit", &M::commit, Use::optional, "How the commit looks."},
        Field{"pull_request", &M::pull_request, Use::optional,
              "Propose the files in a pull request; null: they are committed to the branch itself."},
    };
  }
  static constexpr auto rules() { return std::array{tfplugin::at_least_one("source", "files")}; }
  bool operator==(const RenderModel&) const = default;
};

struct WorkflowModel {
  Value<std::string> file, ref;
  Value<std::map<std::string, std::string>> inputs;

  static constexpr auto fields() {
    using M = WorkflowModel;
    return std::tuple{
        Field{"file",
              &M::file,
              Use::optional_computed,
              "Name of its file below `.github/workflows`.",
              {.default_value = regen::standard_workflow, .validators = {&a_workflow_file}}},
        Field{"ref",
              &M::ref,
              Use::optional,
              "Branch or tag that it runs on. Null: `branch`.",
              {.validators = {&one_line_text}}},
        Field{"inputs", &M::inputs, Use::optional,
              "Its inputs, beside `ghboot_token` and `ghboot_nonce`. No secrets: GitHub shows them."},
    };
  }
  bool operator==(const WorkflowModel&) const = default;
};

struct RegenerationModel {
  Value<tfplugin::CaseInsensitive> organization, owner, repository;
  Value<std::string> branch, account, user, reason, deletion_policy, commit, token, completed_at,
      pull_request_url;
  Value<std::map<std::string, std::string>> triggers, files;
  Value<LockUseModel> lock;
  Value<RenderModel> render;
  Value<WorkflowModel> workflow;
  Value<std::int64_t> run_id;
  Value<bool> pending;
  Value<tfplugin::Timeouts> timeouts;

 private:
  using M = RegenerationModel;
  static constexpr auto place_fields() {
    return std::tuple{
        Field{"organization",
              &M::organization,
              Use::required,
              "Login of the organisation whose lock is used; its event bus has to be there. Case means "
              "nothing.",
              {.requires_replace = true}},
        Field{"owner",
              &M::owner,
              Use::optional_computed,
              "Who has the repository; null: the organisation.",
              {.requires_replace = true,
               .keep = true,
               .identity = tfplugin::IdentityUse::required,
               .validators = {&an_owner}}},
        Field{"repository",
              &M::repository,
              Use::optional_computed,
              "Name of the repository.",
              {.default_value = ".github",
               .requires_replace = true,
               .identity = tfplugin::IdentityUse::required,
               .validators = {&a_repository}}},
        Field{"branch",
              &M::branch,
              Use::optional_computed,
              "The branch that has the files. Null: the repository's default branch when it is first "
              "regenerated.",
              {.requires_replace = true,
               .keep = true,
               .identity = tfplugin::IdentityUse::required,
               .validators = {&a_branch}}},
        Field{"account", &M::account, Use::optional,
              "Public key, `A…`, of the account that has the event bus: that of the creds is compared with "
              "it."},
        Field{"user", &M::user, Use::optional,
              "Public key, `U…`, of the user of that account, of the role `regenerator` or more; its creds "
              "are in "
              "the store. Null: the provider's `nats.creds`."},
    };
  }
  static constexpr auto own_fields() {
    return std::tuple{
        Field{"triggers", &M::triggers, Use::optional,
              "Any texts: when one changes, it is regenerated, as when a template does."},
        Field{"reason",
              &M::reason,
              Use::optional_computed,
              "Why, for whoever looks at the lock or the log.",
              {.default_value = "terraform", .validators = {&one_line_text}}},
        Field{"lock", &M::lock, Use::optional, "How the organisation's lock is used."},
        Field{"render", &M::render, Use::optional, "Make the files from templates, here."},
        Field{"workflow", &M::workflow, Use::optional,
              "In place of `render`: let a workflow of the repository make them, and hold the lock until its "
              "run has "
              "ended."},
        Field{
            "deletion_policy",
            &M::deletion_policy,
            Use::optional_computed,
            "What destroying does: `retain` (the files stay), `delete` (those in `files` are removed in one "
            "commit) or `prevent`.",
            {.default_value = "retain", .validators = {&deletion_policies}}},
        Field{"timeouts", &M::timeouts, Use::optional, "Longest times; 75 minutes each by default."},
    };
  }
  static constexpr auto computed_fields() {
    return std::tuple{
        Field{"files",
              &M::files,
              Use::computed,
              "The files that were rendered, by path, with git's hash of their contents, and their mode "
              "before it "
              "where it is not 100644. The plan shows those that will change.",
              {.keep = true}},
        Field{"commit",
              &M::commit,
              Use::computed,
              "The commit that had all these files when they were last made, of the branch or of the pull "
              "request's.",
              {.keep = true}},
        Field{"token",
              &M::token,
              Use::computed,
              "The lock's token under which that was done; it is in the commit, too.",
              {.keep = true}},
        Field{"completed_at", &M::completed_at, Use::computed, "When that was done.", {.keep = true}},
        Field{"run_id", &M::run_id, Use::computed, "GitHub's number of the workflow's run.", {.keep = true}},
        Field{"pull_request_url",
              &M::pull_request_url,
              Use::computed,
              "Of the open pull request; null: there is none.",
              {.keep = true}},
        Field{
            "pending",
            &M::pending,
            Use::computed,
            "Whether it was left to somebody else, who had the lock, and has not run itself since. The plan "
            "is then an update.",
            {.keep = true}},
    };
  }

 public:
  static constexpr auto fields() { return std::tuple_cat(place_fields(), own_fields(), computed_fields()); }
  static constexpr auto rules() { return std::array{tfplugin::exactly_one("render", "workflow")}; }
};
static_assert(tfplugin::valid<RegenerationModel>());

// What is known of the plan or the state goes in; what `lock` leaves null has its default.
struct LockUse {
  std::chrono::milliseconds wait_timeout, max_hold;
  std::string on_conflict;
};
LockUse lock_use(const RegenerationModel& model);
// The name of its set; unknown where it is. Null: it has no `render`, as what was imported.
Value<std::string> set_of(const Value<RenderModel>& render);
// `prior`: null, or what was made before; `sets_before`: what its set was called until now.
regen::CommitTerms commit_terms(const RegenerationModel& model, const RegenerationModel* prior = nullptr,
                                const std::set<std::string>& sets_before = {});
// What the set of `prior` was called until now: its name, and those that the branch's manifest may have yet.
std::set<std::string> sets_before(const RegenerationModel* prior,
                                  const tfplugin::PrivateState& private_state);
// After an apply: the branch has the new name, or (`is_proposed`) may not have it yet.
void keep_sets_before(const RegenerationModel* prior, bool is_proposed,
                      tfplugin::PrivateState& private_state);
regen::WorkflowTerms workflow_terms(const RegenerationModel& model);

// Nothing, with an error, where the templates cannot be rendered; unknown where what they need is.
std::optional<Value<std::map<std::string, std::string>>> rendered_hashes(const RegenerationModel& model,
                                                                         tfplugin::Diagnostics& diagnostics);
nats::Result<std::vector<render::RenderedFile>> rendered(const RegenerationModel& model);
std::map<std::string, std::string> hashes_of(const std::vector<render::RenderedFile>& files);
// Of those paths alone which `model` has.
std::map<std::string, std::string> hashes_of(const render::StoredFiles& stored,
                                             const std::map<std::string, std::string>& paths);

}  // namespace ghboot::provider
