// SPDX-License-Identifier: Apache-2.0
#include "standin/store.h"

#include <cerrno>

#include <fmt/format.h>

#include "standin/model_json.h"

namespace ghboot::standin {

namespace {

constexpr std::size_t file_size_max = std::size_t{256} << 20U;

std::unexpected<std::string> fail(const std::string& what, const std::string& path,
                                  const std::error_code& error) {
  return std::unexpected(fmt::format("cannot {} {}: {}", what, path, error.message()));
}

bool is(const std::error_code& error, int number) { return error.value() == number; }

std::expected<void, std::string> ensure_folder(nats::FileSystem& files, const std::string& path) {
  const auto made = files.make_folder(path);
  if (!made && !is(made.error(), EEXIST)) return fail("make the folder", path, made.error());
  return {};
}

std::expected<std::string, std::error_code> text_in(nats::FileSystem& files, const std::string& path) {
  const auto file = files.open(path);
  if (!file) return std::unexpected(file.error());
  return files.read(*file, file_size_max);
}

}  // namespace

std::expected<Store, std::string> Store::open(std::string folder, nats::FileSystem& files) {
  Store store;
  store.folder_ = std::move(folder);
  store.files_ = &files;
  for (const std::string& path : {store.folder_, store.deliveries()}) {
    if (const auto made = ensure_folder(files, path); !made) return std::unexpected(made.error());
  }
  auto opened = files.open(store.folder_);
  if (!opened) return fail("open", store.folder_, opened.error());
  const auto locked = files.lock(*opened, std::chrono::milliseconds(0));
  if (!locked) return fail("lock", store.folder_, locked.error());
  if (!*locked) return std::unexpected(fmt::format("another stand-in runs on {}", store.folder_));
  store.lock_ = *std::move(opened);
  return store;
}

std::expected<State, std::string> Store::load() {
  State state;
  if (files_ == nullptr) return state;
  const std::string path = folder_ + "/state.json";
  const auto text = text_in(*files_, path);
  if (!text && !is(text.error(), ENOENT)) return fail("read", path, text.error());
  if (text) {
    auto parsed = parse_state(*text);
    if (!parsed) return std::unexpected(fmt::format("{}: {}", path, parsed.error()));
    state = *std::move(parsed);
  }
  const auto names = files_->list(deliveries());
  if (!names) return fail("list", deliveries(), names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(".json")) continue;  // Being written when it ended.
    const auto found = text_in(*files_, deliveries() + "/" + name);
    if (!found) return fail("read", name, found.error());
    auto delivery = parse_delivery(*found);
    if (!delivery) return std::unexpected(fmt::format("{}/{}: {}", deliveries(), name, delivery.error()));
    const Id id = delivery->id;
    state.deliveries.emplace(id, *std::move(delivery));
  }
  return state;
}

std::expected<void, std::string> Store::save(const State& state) {
  if (files_ == nullptr) return {};
  return write(folder_, "state.json", state_text(state));
}

std::expected<void, std::string> Store::save(const Delivery& delivery) {
  if (files_ == nullptr) return {};
  return write(deliveries(), fmt::format("{}.json", delivery.id), delivery_text(delivery));
}

void Store::remove_delivery(Id id) {
  if (files_ != nullptr) (void)files_->remove(fmt::format("{}/{}.json", deliveries(), id));
}

std::expected<void, std::string> Store::write(const std::string& folder, const std::string& name,
                                              std::string_view text) {
  const std::string path = folder + "/" + name, fresh = path + ".new";
  (void)files_->remove(fresh);  // Of a run that was cut off.
  const auto file = files_->create(fresh);
  if (!file) return fail("make", fresh, file.error());
  if (const auto done = files_->write(*file, text); !done) return fail("write", fresh, done.error());
  if (const auto done = files_->sync(*file); !done) return fail("sync", fresh, done.error());
  if (const auto done = files_->rename(fresh, path); !done) return fail("rename", fresh, done.error());
  const auto parent = files_->open(folder);
  if (!parent) return fail("open", folder, parent.error());
  if (const auto done = files_->sync(*parent); !done) return fail("sync", folder, done.error());
  return {};
}

}  // namespace ghboot::standin
