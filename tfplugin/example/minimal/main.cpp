// SPDX-License-Identifier: Apache-2.0
// A whole provider: file_note is a text file on the machine where Terraform runs.
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "tfplugin/serve.h"
#include "tfplugin/validators.h"

namespace {

namespace fs = std::filesystem;
using namespace ghboot::tfplugin;

constexpr Matches absolute{"/.+", "an absolute path"};
constexpr Flags key{.requires_replace = true, .identity = IdentityUse::required, .validators = {&absolute}};

struct Note {
  Value<std::string> path, content;
  Value<std::int64_t> size;

  static constexpr auto fields() {
    return std::tuple{
        Field{"path", &Note::path, Use::required, "Where the file lies.", key},
        Field{"content", &Note::content, Use::required, "What it says."},
        Field{"size", &Note::size, Use::computed, "How many bytes that is."},
    };
  }
};
static_assert(valid<Note>());

std::nullopt_t fail(Diagnostics& diagnostics, const char* summary, const Note& note, std::error_code error) {
  diagnostics.error(Path({"path"}), summary, "\"" + *note.path + "\": " + error.message() + ".");
  return std::nullopt;
}

// The file is there whole or not at all: it is written beside its place, then takes it.
std::optional<Note> write(Note note, bool is_new, Diagnostics& diagnostics) {
  static std::atomic<int> count = 0;  // Terraform changes several resources at once.
  const std::string fresh = *note.path + ".new" + std::to_string(++count);
  std::error_code error, ignored;
  std::ofstream out(fresh, std::ios::binary);
  out << *note.content;
  out.close();
  if (!out) error = {errno, std::generic_category()};
  if (!error && is_new) fs::create_hard_link(fresh, *note.path, error);  // Never over a file that is there.
  if (!error && !is_new) fs::rename(fresh, *note.path, error);
  fs::remove(fresh, ignored);
  if (error) return fail(diagnostics, "Cannot write the file", note, error);
  note.size = note.content->size();
  return note;
}

class Notes final : public Resource<Note> {
 public:
  Notes() : Resource("A text file.") {}

 protected:
  std::optional<Note> create_thing(const Note& planned, Call& call) const override {
    return write(planned, true, call.diagnostics);
  }
  std::optional<Note> read_thing(const Note& state, Call& call) const override {
    std::error_code error;
    const fs::file_status status = fs::status(*state.path, error);
    if (status.type() == fs::file_type::not_found) return std::nullopt;  // Gone: it is planned again.
    if (!error && !fs::is_regular_file(status)) error = std::make_error_code(std::errc::not_supported);
    std::ifstream in(*state.path, std::ios::binary);
    if (!error && !in) error = {errno, std::generic_category()};
    if (error) return fail(call.diagnostics, "Cannot read the file", state, error);
    Note out = state;
    out.content = std::string(std::istreambuf_iterator<char>(in), {});
    out.size = out.content->size();
    return out;
  }
  std::optional<Note> update_thing(const Note&, const Note& planned, Call& call) const override {
    return write(planned, false, call.diagnostics);
  }
  void destroy_thing(const Note& state, Call& call) const override {
    std::error_code error;
    fs::remove(*state.path, error);  // One that is gone already is no error.
    if (error) fail(call.diagnostics, "Cannot remove the file", state, error);
  }
  std::optional<Note> import_thing(const std::string& id, Call&) const override {
    return Note{.path = id, .content = {}, .size = {}};  // Reading does the rest.
  }
};

class Files final : public PlainProvider<> {
 public:
  Files() : PlainProvider("Text files.") { resources.emplace("file_note", std::make_unique<Notes>()); }
};

}  // namespace

int main(int argc, char** argv) {
  Files provider;
  return serve(argc, argv, "registry.terraform.io/example/file", provider);
}
