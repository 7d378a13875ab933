// SPDX-License-Identifier: Apache-2.0
#include "github/curl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

// curl.h checks the types of arguments by macros of these names.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

namespace ghboot::github {
namespace {

template <class Function>
bool find(void* library, const char* name, Function*& into) {
  into = reinterpret_cast<Function*>(dlsym(library, name));
  return into != nullptr;
}

bool find_all(void* from, CurlLibrary& all) {
  return find(from, "curl_global_init", all.global_init) && find(from, "curl_easy_init", all.easy_init) &&
         find(from, "curl_easy_setopt", all.easy_setopt) &&
         find(from, "curl_easy_getinfo", all.easy_getinfo) &&
         find(from, "curl_easy_cleanup", all.easy_cleanup) &&
         find(from, "curl_easy_strerror", all.easy_strerror) &&
         find(from, "curl_slist_append", all.slist_append) &&
         find(from, "curl_slist_free_all", all.slist_free_all) &&
         find(from, "curl_multi_init", all.multi_init) && find(from, "curl_multi_setopt", all.multi_setopt) &&
         find(from, "curl_multi_add_handle", all.multi_add_handle) &&
         find(from, "curl_multi_remove_handle", all.multi_remove_handle) &&
         find(from, "curl_multi_perform", all.multi_perform) &&
         find(from, "curl_multi_poll", all.multi_poll) && find(from, "curl_multi_wakeup", all.multi_wakeup) &&
         find(from, "curl_multi_info_read", all.multi_info_read) &&
         find(from, "curl_multi_cleanup", all.multi_cleanup);
}

Result<const CurlLibrary*> load_once() {
  static CurlLibrary library{};
  void* handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = dlerror();
    return failure(ErrorKind::invalid,
                   fmt::format("GitHub is asked by libcurl, which cannot be loaded: {}. Install it "
                               "(Debian's package is libcurl4).",
                               why ? why : "no reason given"));
  }
  if (!find_all(handle, library))
    return failure(ErrorKind::invalid, "The libcurl of this machine is too old: 7.80 or newer is needed.");
  if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return failure(ErrorKind::invalid, "libcurl could not be initialised.");
  return &library;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<const CurlLibrary*> loaded = load_once();
  return loaded;
}

}  // namespace ghboot::github
