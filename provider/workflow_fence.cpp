// SPDX-License-Identifier: Apache-2.0
#include "provider/workflow_fence.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nats/base64.h"
#include "provider/quiet_call.h"

namespace ghboot::provider {

using tfplugin::Call;
using tfplugin::Path;

void warn_of_workflow(const RegenerationModel& planned, Session& session, Call& call) {
  const bool is_known = planned.owner.is_known() && planned.repository.is_known() &&
                        planned.workflow.is_known() && planned.workflow->file.is_known() &&
                        session.github_is_known();
  if (!is_known) return;
  QuietCall quiet(call);
  auto* client = session.github(*quiet);
  if (!client) return;
  const std::string& file = *planned.workflow->file;
  std::string path = fmt::format("/repos/{}/{}/contents/.github/workflows/{}", planned.owner->text,
                                 planned.repository->text, file);
  // A ref of its own may be a tag that the apply will see; its file is looked at all the same.
  const auto ref = planned.workflow->ref.is_known() ? *planned.workflow->ref : planned.branch.value_or("");
  if (!ref.empty()) path += "?ref=" + github::encoded(ref);
  const auto answer = client->send({.path = std::move(path)}, wait_of(call));
  const Path at({"workflow", "file"});
  if (!answer) {
    if (answer.error().kind == github::ErrorKind::missing)
      call.diagnostics.warning(
          at, "Workflow that is not there",
          fmt::format("{}/{} has no .github/workflows/{}, or the token must not see it: the "
                      "apply will fail.",
                      planned.owner->text, planned.repository->text, file));
    return;
  }
  const auto text = nats::decode_base64(github::text_in(*answer->json, "content"));
  if (!text || text->contains(regen::WorkflowRun::nonce_input)) return;
  call.diagnostics.warning(
      at, "Workflow that is not fenced",
      fmt::format(
          "{} takes none of the inputs {} and {}: the apply cannot tell its own run from others that begin "
          "at the same time where GitHub does not number it, and what a run commits has no token. Take them "
          "as inputs of workflow_dispatch, and put ${{{{ inputs.{} }}}} into its run-name.",
          file, regen::WorkflowRun::token_input, regen::WorkflowRun::nonce_input,
          regen::WorkflowRun::nonce_input));
}

}  // namespace ghboot::provider
