# SPDX-License-Identifier: Apache-2.0
# What every file of ours is compiled with. Generated code gets no warnings and no UBSan (it costs a minute and a half
# a file and finds nothing of ours).
add_library(ghboot_options INTERFACE)
target_compile_features(ghboot_options INTERFACE cxx_std_23)
target_include_directories(ghboot_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ghboot_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wno-missing-field-initializers)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(ghboot_options INTERFACE -Werror)  # Not of those who build on the SDK.
endif()
target_compile_definitions(ghboot_options INTERFACE GHBOOT_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside libstdc++ and std::expected for code that is right (GCC bugs 105562, 107138).
  target_compile_options(ghboot_options INTERFACE -Wno-maybe-uninitialized -Wno-null-dereference -Wno-restrict)
endif()

if(GHBOOT_SANITIZERS)
  add_compile_options(-fno-omit-frame-pointer -g1)
  string(REPLACE ",undefined" "" GHBOOT_SANITIZERS_EVERYWHERE "${GHBOOT_SANITIZERS}")
  add_compile_options(-fsanitize=${GHBOOT_SANITIZERS_EVERYWHERE})
  add_link_options(-fsanitize=${GHBOOT_SANITIZERS})
  target_compile_options(ghboot_options INTERFACE -fsanitize=${GHBOOT_SANITIZERS} -fno-sanitize-recover=all)
  if(GHBOOT_SANITIZERS STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(ghboot_options INTERFACE -Wno-tsan)  # Boost.Asio, in the stand-ins, has a fence.
  endif()
endif()

find_program(GHBOOT_CCACHE ccache)
if(GHBOOT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GHBOOT_CCACHE})
endif()
