// SPDX-License-Identifier: Apache-2.0
#include "nats/store_survey.h"

#include <optional>
#include <utility>

#include "nats/creds.h"
#include "nats/folder_store.h"
#include "nats/nkey.h"

namespace ghboot::nats {
namespace {

class Surveyor {
 public:
  Surveyor(std::string_view place, FileSystem& files, Random& random)
      : folder_(place, files, random), store_(place, files, random) {}

  Result<StoreSurvey> run() {
    for (const auto& [root, visit, items] : {std::tuple{"keys", &Surveyor::see_seed, &StoreSurvey::seeds},
                                             {"creds", &Surveyor::see_creds, &StoreSurvey::creds},
                                             {"pending", &Surveyor::see_mark, &StoreSurvey::pending}})
      if (auto walked = walk(root, 2, {visit, items}); !walked)
        return std::unexpected(std::move(walked).error());
    return std::move(out_);
  }

 private:
  struct Visit {
    void (Surveyor::*see)(const std::string& path, const std::string& name);
    std::vector<StoredItem> StoreSurvey::* items;
  };

  // Every file that lies `levels` folders below. A file that lies higher is told as one that is not ours: it
  // does no harm.
  Result<void> walk(const std::string& below, int levels, const Visit& visit) {
    const auto names = folder_.list(below);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      const std::string path = below + "/" + name;
      if (levels == 0) {
        (this->*visit.see)(path, name);
      } else if (!is_folder(path)) {
        (out_.*visit.items).push_back(stray(path, "it is a file; the store has folders alone there"));
      } else if (auto walked = walk(path, levels - 1, visit); !walked) {
        return walked;
      }
    }
    return {};
  }

  // A link to one too, as nothing stops the store from reading through it.
  bool is_folder(const std::string& path) const {
    const std::string place = folder_.path(path);
    const auto status = folder_.files().status(place + "/");
    return status || !folder_.files().status(place);  // Gone meanwhile: it is listed as empty.
  }

  StoredItem stray(const std::string& path, std::string problem) const {
    return {.path = folder_.path(path),
            .public_key = {},
            .name = {},
            .problem = std::move(problem) + ". It is not the store's: move it elsewhere"};
  }

  void see_seed(const std::string& path, const std::string& name) {
    StoredItem item{.path = folder_.path(path), .public_key = {}, .name = {}, .problem = {}};
    const std::string key = name.ends_with(".nk") ? name.substr(0, name.size() - 3) : "";
    const auto kind = parse_public_key(key);
    if (!kind) {
      item.problem = "its name is not that of a seed: a public key and .nk";
    } else {
      item.public_key = key;
      item.name = to_string(*kind);
      if (const auto pair = store_.key(key); !pair) item.problem = pair.error().message;
      if (item.problem.empty() && store_.key_path(key) != item.path)
        item.problem = "it does not lie where it is looked for, which is " + store_.key_path(key);
    }
    out_.seeds.push_back(std::move(item));
  }

  void see_creds(const std::string& path, const std::string& /*name*/) {
    constexpr std::string_view root = "creds/", ending = ".creds";
    StoredItem item{
        .path = folder_.path(path), .public_key = {}, .name = path.substr(root.size()), .problem = {}};
    if (item.name.ends_with(ending)) item.name.resize(item.name.size() - ending.size());
    const auto text = folder_.read(path);
    const auto creds = !text   ? Result<Creds>(std::unexpected(text.error()))
                       : *text ? Creds::parse((*text)->reveal())
                               : fail(ErrorKind::missing, "it went while it was looked at");
    if (creds) {
      item.public_key = creds->key.public_key();
    } else {
      item.problem = creds.error().message;
    }
    out_.creds.push_back(std::move(item));
  }

  void see_mark(const std::string& path, const std::string& name) {
    constexpr std::string_view root = "pending/";
    if (!parse_public_key(name)) {
      out_.pending.push_back(stray(path, "its name is not that of a mark, a public key"));
      return;
    }
    out_.pending.push_back({.path = folder_.path(path),
                            .public_key = name,
                            .name = path.substr(root.size(), path.rfind('/') - root.size()),
                            .problem = {}});
  }

  StoreFolder folder_;
  FolderStore store_;
  StoreSurvey out_;
};

}  // namespace

Result<StoreSurvey> survey_store(std::string_view folder, FileSystem& files, Random& random) {
  return Surveyor(folder, files, random).run();
}

}  // namespace ghboot::nats
