// SPDX-License-Identifier: Apache-2.0
#include "helper/regenerate_report.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "helper/lock_access.h"  // on_one_line
#include "helper/time_json.h"
#include "render/diff.h"
#include "render/path.h"

namespace ghboot::helper {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view in_progress_name = "ErrRegenerationInProgress";  // As callers know it.

ordered_json as_json(const regen::RequestPlace& place) {
  return {{"sequence", place.sequence}, {"stream_created", place.created}};
}

ordered_json as_json(const regen::InProgress& who) {
  return {{"status", "in_progress"},
          {"error", in_progress_name},
          {"request", as_json(who.request)},
          {"asker", who.asker},
          {"asker_host", who.asker_host},
          {"reason", who.reason},
          {"asked_at", time_json(who.asked_at)},
          {"holder", who.lock.holder},
          {"host", who.lock.host},
          {"pid", who.lock.pid},
          {"held_for", who.lock.reason},
          {"run_since", time_json(who.run_since)},
          {"message", who.text()}};
}

void print(const ordered_json& object) {
  fmt::print("{}\n", object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string_view mark_of(render::ChangeKind kind) {
  constexpr std::string_view marks[] = {"+", "~", "-"};
  return marks[std::to_underlying(kind)];
}

ordered_json as_json(const regen::Committed& made) {
  ordered_json files = ordered_json::array();
  for (const render::Change& change : made.changes)
    files.push_back({{"path", change.file.path}, {"change", to_string(change.kind)}});
  return {{"branch", made.branch}, {"commit", made.commit}, {"changes", files}};
}

void print_changes(const regen::Committed& made) {
  for (const render::Change& change : made.changes)
    fmt::print("{} {}\n", mark_of(change.kind), on_one_line(change.file.path));
}

render::FileDiff diff_at(const regen::Previewed& previewed, std::size_t at) {
  const render::Change& change = previewed.made.changes[at];
  std::optional<render::FileVersion> after;
  if (change.kind != render::ChangeKind::removed)
    after = {.mode = std::string(text_of(change.file.mode)), .bytes = change.file.bytes};
  return render::diff_of(change.file.path, previewed.before[at], after);
}

// On standard error in any case.
std::unexpected<Failure> failed(ExitCode code, const std::string& message, bool is_json) {
  if (is_json) {
    const std::string_view status = code == ExitCode::unknown       ? "unknown"
                                    : code == ExitCode::in_progress ? "in_progress"
                                                                    : "failed";
    print({{"status", status}, {"message", message}});
  }
  return fail(code, message);
}

}  // namespace

void say(const std::string& text) { fmt::print(stderr, "ghboot: {}\n", on_one_line(text)); }

Result<ExitCode> failed(const nats::Error& error, bool is_json) {
  const bool has_no_answer =
      error.kind == nats::ErrorKind::unreachable || error.kind == nats::ErrorKind::unknown;
  return failed(has_no_answer ? ExitCode::unknown : ExitCode::failed, error.message, is_json);
}

Result<ExitCode> told(const regen::RegenFailure& failure, bool is_json) {
  switch (failure.error) {
    case regen::RegenError::in_progress:
      if (!is_json || !failure.who)
        return failed(ExitCode::in_progress,
                      on_one_line(fmt::format("{}: {}", in_progress_name, failure.message)), is_json);
      print(as_json(*failure.who));
      return ExitCode::in_progress;
    case regen::RegenError::unknown:
      return failed(ExitCode::unknown, failure.message, is_json);
    case regen::RegenError::failed:
    case regen::RegenError::refused:
      break;
  }
  return failed(ExitCode::failed, failure.message, is_json);
}

Result<ExitCode> told(const regen::Requested& requested, bool is_json) {
  if (is_json)
    print({{"status", requested.is_nobody_there ? "nobody_there" : "stored"},
           {"request", as_json(requested.place)}});
  else if (requested.is_nobody_there)
    fmt::print(
        "request {} was there already, and nobody is there yet to run it: it waits for whoever regenerates "
        "next\n",
        requested.place.sequence);
  else
    fmt::print("request {} is stored: whoever regenerates next covers it\n", requested.place.sequence);
  return ExitCode::done;
}

Result<ExitCode> told(const regen::Previewed& previewed, bool is_json) {
  const regen::Committed& made = previewed.made;
  if (is_json) {
    ordered_json told = as_json(made);
    for (std::size_t at = 0; at < made.changes.size(); ++at) {
      const render::FileDiff diff = diff_at(previewed, at);
      const bool is_shown = diff.is_whole && render::is_utf8(diff.text);  // JSON has no other bytes.
      told["changes"][at]["diff"] = is_shown ? ordered_json(diff.text) : ordered_json(nullptr);
    }
    told["status"] = "previewed";
    print(told);
    return ExitCode::done;
  }
  print_changes(made);
  if (made.changes.empty()) say(fmt::format("branch {} has all files as they ought to be", made.branch));
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  std::size_t not_shown = 0;
  for (std::size_t at = 0; at < made.changes.size(); ++at) {
    const render::FileDiff diff = diff_at(previewed, at);
    fmt::print("{}", is_terminal ? render::for_terminal(diff.text) : diff.text);
    if (!diff.is_whole) ++not_shown;
  }
  if (not_shown != 0)
    say(fmt::format("{} of {} files are no text, or too large to show: as a patch it is not whole", not_shown,
                    made.changes.size()));
  return ExitCode::done;
}

Result<ExitCode> told(const regen::Committed& made, const RunPlace& place, bool is_json) {
  if (is_json) {
    ordered_json told = as_json(made);
    told["status"] = made.is_new ? "committed" : "unchanged";
    told["request"] = as_json(place.request);
    told["token"] = place.token;
    print(told);
    return ExitCode::done;
  }
  print_changes(made);
  if (made.is_new)
    fmt::print("commit {} on branch {}, token {}\n", made.commit, made.branch, place.token);
  else
    fmt::print("branch {} has all files as they ought to be, token {}\n", made.branch, place.token);
  return ExitCode::done;
}

Result<ExitCode> told(const regen::WorkflowDone& done, const std::string& file, const RunPlace& place,
                      bool is_json) {
  if (!done.is_fenced)
    say(fmt::format(
        "{} is not fenced: it took none of ghboot's inputs ({}, {}), and what a run of it commits "
        "late is not refused",
        file, regen::WorkflowRun::token_input, regen::WorkflowRun::nonce_input));
  if (is_json)
    print({{"workflow", file},
           {"ref", done.ref},
           {"run_id", done.id},
           {"url", done.html_url},
           {"fenced", done.is_fenced},
           {"status", "succeeded"},
           {"request", as_json(place.request)},
           {"token", place.token}});
  else
    fmt::print("run {} of {} on {} succeeded, token {}: {}\n", done.id, file, on_one_line(done.ref),
               place.token, on_one_line(done.html_url));
  return ExitCode::done;
}

}  // namespace ghboot::helper
