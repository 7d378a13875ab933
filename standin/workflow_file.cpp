// SPDX-License-Identifier: Apache-2.0
#include "standin/workflow_file.h"

#include <algorithm>

namespace ghboot::standin {

namespace {

struct Line {
  std::size_t indent;
  std::string_view key, value;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\"'").contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\"'").contains(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<Line> lines_of(std::string_view yaml) {
  std::vector<Line> lines;
  while (!yaml.empty()) {
    const std::string_view line = yaml.substr(0, yaml.find('\n'));
    yaml.remove_prefix(std::min(yaml.size(), line.size() + 1));
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos || line[indent] == '#' || line[indent] == '\r') continue;
    const std::size_t colon = line.find(':');
    lines.push_back({indent,
                     trimmed(line.substr(indent, colon == std::string_view::npos ? colon : colon - indent)),
                     colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1))});
  }
  return lines;
}

// The lines below `at`, which are indented further.
std::vector<Line> below(const std::vector<Line>& lines, std::size_t at) {
  std::vector<Line> found;
  for (std::size_t i = at + 1; i < lines.size() && lines[i].indent > lines[at].indent; ++i)
    found.push_back(lines[i]);
  return found;
}

std::vector<std::string> inputs_below(const std::vector<Line>& lines, std::size_t trigger) {
  const auto inside = below(lines, trigger);
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i].key != "inputs") continue;
    const auto entries = below(inside, i);
    for (const Line& entry : entries) {
      if (entry.indent == entries.front().indent) inputs.emplace_back(entry.key);
    }
    break;
  }
  return inputs;
}

}  // namespace

WorkflowFile read_workflow(std::string_view yaml) {
  WorkflowFile file;
  const auto lines = lines_of(yaml);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.indent == 0 && line.key == "name") file.name = line.value;
    if (line.indent == 0 && line.key == "run-name") file.run_name = line.value;
    if (line.indent != 0 || line.key != "on") continue;
    file.dispatches = line.value.contains("workflow_dispatch");
    file.dispatches_repository = line.value.contains("repository_dispatch");
    for (std::size_t k = i + 1; k < lines.size() && (lines[k].indent > 0 || lines[k].key.starts_with('-'));
         ++k) {
      if (lines[k].key.ends_with("repository_dispatch")) file.dispatches_repository = true;
      if (!lines[k].key.ends_with("workflow_dispatch")) continue;
      file.dispatches = true;
      file.inputs = inputs_below(lines, k);
    }
  }
  return file;
}

std::string run_title(const WorkflowFile& file, const std::map<std::string, std::string>& inputs) {
  std::string title = file.run_name.empty() ? file.name : file.run_name;
  for (std::size_t at = title.find("${{"); at != std::string::npos; at = title.find("${{", at)) {
    const std::size_t end = title.find("}}", at);
    if (end == std::string::npos) break;
    std::string_view name = trimmed(std::string_view(title).substr(at + 3, end - at - 3));
    name = name.substr(name.rfind('.') + 1);
    const auto found = inputs.find(std::string(name));
    const std::string value = found == inputs.end() ? "" : found->second;
    title.replace(at, end + 2 - at, value);
    at += value.size();
  }
  return title;
}

}  // namespace ghboot::standin
