// SPDX-License-Identifier: Apache-2.0
#include "provider/regeneration_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nats/text_parts.h"
#include "provider/report.h"
#include "render/given_files.h"

namespace ghboot::provider {
namespace {

constexpr auto sets_entry = "sets";  // In the private state: names, with a space between them.

using Hashes = std::map<std::string, std::string>;

std::chrono::milliseconds span_of(const Value<tfplugin::Duration>& value, std::string_view standard) {
  const std::string_view text = value.is_known() ? std::string_view(value->text) : standard;
  return tfplugin::parse_duration(text).value_or(std::chrono::milliseconds(0));
}

std::string hash_text(std::string_view mode, std::string_view sha) {
  return mode == render::text_of(render::FileMode::regular) ? std::string(sha)
                                                            : fmt::format("{}:{}", mode, sha);
}

}  // namespace

LockUse lock_use(const RegenerationModel& model) {
  const LockUseModel lock = model.lock.value_or({});
  return {.wait_timeout = span_of(lock.wait_timeout, standard_wait_timeout),
          .max_hold = span_of(lock.max_hold, standard_max_hold),
          .on_conflict = lock.on_conflict.value_or("wait")};
}

Value<std::string> set_of(const Value<RenderModel>& render) {
  if (render.is_unknown() || (render.is_known() && render->set.is_unknown()))
    return Value<std::string>::unknown();
  return render.is_null() ? Value<std::string>() : render->set.value_or(std::string(render::default_set));
}

regen::CommitTerms commit_terms(const RegenerationModel& model, const RegenerationModel* prior,
                                const std::set<std::string>& sets_before) {
  regen::CommitTerms out{.repository = {model.owner->text, model.repository->text},
                         .branch = model.branch.value_or("")};
  out.set = set_of(model.render).value_or(out.set);
  if (prior && prior->files.is_known())
    for (const auto& [path, hash] : *prior->files) out.made_before.insert(path);
  out.sets_before = sets_before;
  if (!model.render.is_known()) return out;
  out.prune = model.render->prune.value_or(true);
  const CommitModel commit = model.render->commit.value_or({});
  out.text.subject = commit.message.value_or(std::string(standard_subject));
  if (commit.author_name.is_known() && commit.author_email.is_known()) {
    out.author = {*commit.author_name, *commit.author_email};
    if (commit.sign_off.value_or(false))
      out.text.signed_off_by = fmt::format("{} <{}>", *commit.author_name, *commit.author_email);
  }
  if (!model.render->pull_request.is_known()) return out;
  const PullRequestModel& request = *model.render->pull_request;
  out.pull_request =
      regen::PullRequestTerms{.head_branch = request.branch.value_or(std::string(standard_head_branch)),
                              .title = request.title.value_or(std::string(standard_subject)),
                              .body = request.body.value_or("")};
  return out;
}

std::set<std::string> sets_before(const RegenerationModel* prior,
                                  const tfplugin::PrivateState& private_state) {
  std::set<std::string> out;
  const std::string kept = private_state.get(sets_entry).value_or("");
  for (const std::string_view name : nats::parts_of(kept, ' '))
    if (!name.empty()) out.emplace(name);
  // Imported files are others' where the set is another.
  if (prior && prior->render.is_known()) out.insert(*set_of(prior->render));
  return out;
}

void keep_sets_before(const RegenerationModel* prior, bool is_proposed,
                      tfplugin::PrivateState& private_state) {
  if (is_proposed)
    private_state.set(sets_entry, fmt::format("{}", fmt::join(sets_before(prior, private_state), " ")));
  else
    private_state.erase(sets_entry);
}

regen::WorkflowTerms workflow_terms(const RegenerationModel& model) {
  regen::WorkflowTerms out{.repository = {model.owner->text, model.repository->text},
                           .ref = model.branch.value_or("")};
  if (!model.workflow.is_known()) return out;
  out.file = model.workflow->file.value_or(std::string(regen::standard_workflow));
  if (model.workflow->ref.is_known()) out.ref = *model.workflow->ref;
  if (model.workflow->inputs.is_known()) out.inputs = *model.workflow->inputs;
  return out;
}

nats::Result<std::vector<render::RenderedFile>> rendered(const RegenerationModel& model) {
  render::Variables variables;
  if (model.render->variables.is_known())
    for (const auto& [name, value] : *model.render->variables) variables.emplace(name, value);
  auto made = model.render->source.is_known() ? render::render_folder(*model.render->source, variables)
                                              : nats::Result<std::vector<render::RenderedFile>>();
  if (!made || model.render->files.is_null()) return made;
  return render::with_given(*std::move(made), *model.render->files);
}

std::optional<Value<Hashes>> rendered_hashes(const RegenerationModel& model,
                                             tfplugin::Diagnostics& diagnostics) {
  if (model.render.is_null()) return Value<Hashes>();
  if (!model.render.is_known() || model.render->source.is_unknown() || model.render->files.is_unknown() ||
      model.render->variables.is_unknown())
    return Value<Hashes>::unknown();
  const auto files = rendered(model);
  if (files) return hashes_of(*files);
  const char* const where = model.render->source.is_null() ? "files" : "source";
  diagnostics.error(tfplugin::Path({"render", where}), "Templates that can't be rendered",
                    files.error().message + ".");
  return std::nullopt;
}

Hashes hashes_of(const std::vector<render::RenderedFile>& files) {
  Hashes out;
  for (const render::RenderedFile& file : files)
    out.emplace(file.path, hash_text(text_of(file.mode), render::blob_sha(file.bytes)));
  return out;
}

Hashes hashes_of(const render::StoredFiles& stored, const Hashes& paths) {
  Hashes out;
  for (const auto& [path, hash] : paths)
    if (const auto found = stored.find(path); found != stored.end())
      out.emplace(path, hash_text(found->second.mode, found->second.sha));
  return out;
}

}  // namespace ghboot::provider
