// SPDX-License-Identifier: Apache-2.0
// libcurl, loaded when GitHub is first asked: the start of the provider must not pay the 2 ms and 8 MB for
// what most runs never use. Its headers are those that it was built with; the functions are looked up by
// name, with their types. Threads: any. It is never unloaded.
#pragma once

#include <curl/curl.h>

#include "github/error.h"

namespace ghboot::github {

struct CurlLibrary {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_setopt) multi_setopt;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_wakeup) multi_wakeup;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_cleanup) multi_cleanup;

  // ErrorKind::invalid: it is not installed, or lacks a function.
  static Result<const CurlLibrary*> load();
};

}  // namespace ghboot::github
