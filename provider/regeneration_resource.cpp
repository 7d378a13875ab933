// SPDX-License-Identifier: Apache-2.0
#include "provider/regeneration_resource.h"

#include <utility>

#include <fmt/format.h>

#include "provider/bus_access.h"
#include "provider/foreign_files.h"
#include "provider/regeneration_apply.h"
#include "provider/report.h"
#include "provider/text_or_null.h"
#include "provider/workflow_fence.h"

namespace ghboot::provider {
namespace {

using tfplugin::Call;
using tfplugin::Diagnostics;
using tfplugin::Path;
using Hashes = std::map<std::string, std::string>;

constexpr std::chrono::minutes usual_timeout{75};  // Of the usual wait, the usual hold, and some more.

bool same_text(const Value<tfplugin::CaseInsensitive>& a, const Value<tfplugin::CaseInsensitive>& b) {
  return a.is_known() && b.is_known() && tfplugin::Codec<tfplugin::CaseInsensitive>::same(a->text, b->text);
}

Doomed doomed(const RegenerationModel& state) {
  return {.kind = "Generated files",
          .name = "of " + place_text(state),
          .public_key = fmt::format("{} files", state.files.is_known() ? state.files->size() : 0),
          .in_store = false};
}

bool same_place(const RegenerationModel& a, const RegenerationModel& b) {
  return same_text(a.organization, b.organization) && same_text(a.owner, b.owner) &&
         same_text(a.repository, b.repository) && a.branch == b.branch;
}

// Where the files go: the branch of a pull request, or null: the branch itself.
Value<std::string> proposal_of(const Value<RenderModel>& render) {
  if (render.is_unknown() || (render.is_known() && render->pull_request.is_unknown()))
    return Value<std::string>::unknown();
  const bool proposes = render.is_known() && render->pull_request.is_known();
  return proposes ? render->pull_request->branch : Value<std::string>();
}

// What makes a run: all else is how the next one is made.
// Imported files are those of the default set.
Value<std::string> set_or_default(const Value<RenderModel>& render) {
  return render.is_null() ? Value<std::string>(std::string(render::default_set)) : set_of(render);
}

bool needs_run(const RegenerationModel& prior, const RegenerationModel& planned) {
  return prior.pending.value_or(false) || prior.triggers != planned.triggers ||
         prior.files != planned.files || prior.workflow != planned.workflow ||
         proposal_of(prior.render) != proposal_of(planned.render) ||
         (!planned.render.is_null() && set_or_default(prior.render) != set_of(planned.render));
}

// As the branch has them; of a pull request that waits as its branch does.
nats::Result<Hashes> files_there(const RegenerationModel& state, regen::CommitRun& commits,
                                 RegenerationModel& out, const nats::Wait& wait) {
  const auto stored = commits.stored(wait);
  if (!stored) return std::unexpected(stored.error());
  out.branch = stored->branch;
  if (!state.files.is_known()) {  // Imported.
    const auto manifest = commits.manifest(*stored, wait);
    if (!manifest) return std::unexpected(manifest.error());
    Hashes paths;
    if (const auto made = manifest->find(render::default_set); made != manifest->end())
      for (const std::string& path : made->second) paths.emplace(path, "");
    out.commit = stored->commit;
    return hashes_of(stored->files, paths);
  }
  Hashes there = hashes_of(stored->files, *state.files);
  const auto open = commits.open_request(wait);
  if (!open) return std::unexpected(open.error());
  out.pull_request_url = text_or_null(*open);
  if (there == *state.files || open->empty()) return there;
  const auto proposed = commits.proposed(wait);
  if (!proposed) return std::unexpected(proposed.error());
  return *proposed ? hashes_of((*proposed)->files, *state.files) : there;
}

// What git itself refuses; single characters that it refuses are the schema's.
bool is_branch_name(std::string_view name) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  return !has("..") && !has("//") && !has("@{") && !has("/.") && !has(".lock/") && !name.starts_with('/') &&
         !name.starts_with('.') && !name.starts_with('-') && !name.ends_with('/') && !name.ends_with('.') &&
         !name.ends_with(".lock") && name != "@";
}

void check_branch(const Value<std::string>& branch, const Path& path, Diagnostics& diagnostics) {
  if (!branch.is_known()) return;
  if (branch->starts_with("refs/"))
    diagnostics.error(path, "Not a branch's name", "Leave out `refs/heads/`.");
  else if (!is_branch_name(*branch))
    diagnostics.error(
        path, "Not a branch's name",
        fmt::format("git takes no branch \"{}\": no name of it has `..`, `//`, `/.` or `@{{`, begins "
                    "with `/`, `.` or `-`, or ends with `/`, `.` or `.lock`.",
                    *branch));
}

void check_branches(const RegenerationModel& config, Diagnostics& diagnostics) {
  check_branch(config.branch, Path({"branch"}), diagnostics);
  const auto proposed = proposal_of(config.render);
  check_branch(proposed, Path({"render", "pull_request", "branch"}), diagnostics);
  if (proposed.is_known() && config.branch.is_known() && *proposed == *config.branch)
    diagnostics.error(Path({"render", "pull_request", "branch"}), "Pull request from a branch into itself",
                      "Name another one than `branch`: ghboot alone moves it.");
  if (!config.workflow.is_known() || !config.workflow->inputs.is_known()) return;
  if (config.workflow->inputs->contains(""))
    diagnostics.error(Path({"workflow", "inputs"}), "Input without a name", "Name it, or leave it out.");
  for (const auto name : {regen::WorkflowRun::token_input, regen::WorkflowRun::nonce_input})
    if (config.workflow->inputs->contains(std::string(name)))
      diagnostics.error(Path({"workflow", "inputs"}), "Input that ghboot gives itself",
                        fmt::format("Leave out {}.", name));
}

}  // namespace

RegenerationResource::RegenerationResource(const Sessions& sessions)
    : Resource(
          "The generated files of a repository: made from templates in one commit, or one pull request, "
          "under the lock of the organisation, so that no two regenerations run at once.",
          {.default_timeout = usual_timeout}),
      sessions_(sessions) {}

void RegenerationResource::check(const RegenerationModel& config, Diagnostics& diagnostics) const {
  if (config.organization.is_known())
    check_organization(Value<std::string>(config.organization->text), diagnostics);
  check_bus_user({.account = config.account, .user = config.user}, diagnostics);
  check_branches(config, diagnostics);
  if (!config.render.is_known() || !config.render->commit.is_known()) return;
  const CommitModel& commit = *config.render->commit;
  const bool has_author = !commit.author_name.is_null(), has_address = !commit.author_email.is_null();
  if (has_author != has_address)
    diagnostics.error(Path({"render", "commit", has_author ? "author_email" : "author_name"}),
                      "Half an author", "Give author_name and author_email, or neither.");
  if (commit.sign_off.is_known() && *commit.sign_off && !has_author)
    diagnostics.error(Path({"render", "commit", "sign_off"}), "Nobody to sign off",
                      "Who signs off is the author: give author_name and author_email.");
}

void RegenerationResource::plan_change(PlannedChange change) const {
  const RegenerationModel* prior = change.prior;
  RegenerationModel* planned = change.planned;
  Diagnostics& diagnostics = change.call.diagnostics;
  if (!planned) {
    may_go(prior->deletion_policy, doomed(*prior), "deleted", diagnostics);
    return;
  }
  if (change.config->owner.is_null()) planned->owner = planned->organization;
  if (prior && !same_place(*prior, *planned) && !planned->branch.is_unknown() &&
      !may_go(prior->deletion_policy, doomed(*prior), "replaced", diagnostics))
    return;
  auto hashes = rendered_hashes(*planned, diagnostics);
  if (!hashes) return;
  planned->files = *std::move(hashes);
  if (prior && !needs_run(*prior, *planned)) return;
  if (const auto session = sessions_.current(change.call))
    tell_foreign_files(*planned, prior, *session, change.call);
  planned->token = planned->completed_at = Value<std::string>::unknown();
  const bool renders = !planned->render.is_null(), dispatches = !planned->workflow.is_null();
  planned->commit = renders ? Value<std::string>::unknown() : Value<std::string>();
  planned->run_id = dispatches ? Value<std::int64_t>::unknown() : Value<std::int64_t>();
  if (dispatches)
    if (const auto session = sessions_.current(change.call))
      warn_of_workflow(*planned, *session, change.call);
  const bool may_skip = planned->lock.is_unknown() ||
                        (planned->lock.is_known() &&
                         (planned->lock->on_conflict.is_unknown() || planned->lock->on_conflict == "skip"));
  planned->pending = may_skip ? Value<bool>::unknown() : Value<bool>(false);
  const bool proposes = planned->render.is_unknown() || (renders && !planned->render->pull_request.is_null());
  planned->pull_request_url = proposes ? Value<std::string>::unknown() : Value<std::string>();
}

std::optional<RegenerationModel> RegenerationResource::create_thing(const RegenerationModel& planned,
                                                                    Call& call) const {
  static constexpr auto summary = "Files not regenerated";
  const auto session = sessions_.current(call);
  return session ? regenerate(planned, nullptr, *session, summary, call) : std::nullopt;
}

std::optional<RegenerationModel> RegenerationResource::update_thing(const RegenerationModel& prior,
                                                                    const RegenerationModel& planned,
                                                                    Call& call) const {
  if (!needs_run(prior, planned)) return planned;
  const auto session = sessions_.current(call);
  // Nothing, with an error: the state keeps its triggers and files.
  return session ? regenerate(planned, &prior, *session, "Files not regenerated", call) : std::nullopt;
}

std::optional<RegenerationModel> RegenerationResource::read_thing(const RegenerationModel& state,
                                                                  Call& call) const {
  static constexpr auto summary = "Generated files not refreshed";
  const auto session = sessions_.current(call);
  if (!session) return std::nullopt;
  if (!session->can_refresh_github(summary, call)) return state;
  auto* client = session->github(call);
  if (!client) return std::nullopt;
  RegenerationModel out = state;
  if (!state.workflow.is_null()) return state;
  regen::CommitRun commits({.client = *client, .clock = session->clock()}, commit_terms(state));
  auto there = files_there(state, commits, out, wait_of(call));
  if (!there) {
    // A token that may not see it is told the same as one that looks for what is gone: nothing is forgotten.
    if (there.error().kind != nats::ErrorKind::missing || !state.files.is_known()) {
      report(call.diagnostics, summary, there.error());
      return std::nullopt;
    }
    call.diagnostics.warning(summary, fmt::format("{}: {} The plan goes by the state.", place_text(state),
                                                  sentence(there.error().message)));
    return state;
  }
  out.files = *std::move(there);
  return out;
}

void RegenerationResource::destroy_thing(const RegenerationModel& state, Call& call) const {
  static constexpr auto summary = "Generated files not removed";
  if (!must_go(state.deletion_policy, doomed(state), call.diagnostics)) return;
  if (!state.files.is_known() || state.files->empty()) return;
  if (const auto session = sessions_.current(call)) remove_files(state, *session, summary, call);
}

std::optional<RegenerationModel> RegenerationResource::import_thing(const std::string& id, Call& call) const {
  const auto owner_end = id.find('/');
  const auto repository_end = owner_end == std::string::npos ? owner_end : id.find('/', owner_end + 1);
  RegenerationModel known;
  known.owner = tfplugin::CaseInsensitive{id.substr(0, owner_end)};
  if (repository_end != std::string::npos && owner_end > 0 && repository_end > owner_end + 1 &&
      repository_end + 1 < id.size()) {
    known.repository = tfplugin::CaseInsensitive{id.substr(owner_end + 1, repository_end - owner_end - 1)};
    known.branch = id.substr(repository_end + 1);
    return import_identity_thing(known, call);
  }
  call.diagnostics.error("Not the id of generated files",
                         "They are imported by owner, repository and branch, as acme/.github/main.");
  return std::nullopt;
}

std::optional<RegenerationModel> RegenerationResource::import_identity_thing(const RegenerationModel& known,
                                                                             Call& /*call*/) const {
  RegenerationModel out = known;
  out.organization = known.owner;
  out.reason = "terraform";
  out.deletion_policy = "retain";
  out.pending = false;
  return out;
}

}  // namespace ghboot::provider
