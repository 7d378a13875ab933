# SPDX-License-Identifier: Apache-2.0
# A unit is a folder: every X.cpp in it belongs to the library ghboot_<unit>, every X_test.cpp to the test program
# <unit>_test. main.cpp is left to the caller. With CONFORMANCE the test <unit>.Conformance holds what the unit's tests
# asked the stand-in, and what it answered, against GitHub's own description.
#
# Tests of one name run in several trees; a sanitizer's tree puts its own before it.
set(GHBOOT_TEST_PREFIX "")
set(GHBOOT_TEST_FILTER "*")
set(GHBOOT_TEST_ENVIRONMENT "")
if(GHBOOT_SANITIZERS MATCHES "address")
  set(GHBOOT_TEST_PREFIX "asan.")
elseif(GHBOOT_SANITIZERS MATCHES "thread")
  set(GHBOOT_TEST_PREFIX "tsan.")
  # Debian's libraries are not instrumented. libnats locks by pthread, which tsan sees; gRPC by abseil's own, so that
  # each of its buffers looks like a race: what goes through gRPC is left out.
  set(GHBOOT_TEST_FILTER "-Serve.*:ServiceTest.*:FunctionServiceTest.*:EphemeralTest.*:IdentityTest.*")
  string(APPEND GHBOOT_TEST_FILTER ":LifeTest.*:CarriedTest.*:Chance.*:Faults.*:ShelfTest.*")
  string(APPEND GHBOOT_TEST_FILTER ":Webhook*Test.*:AppTokenTest.*")
  set(GHBOOT_TEST_ENVIRONMENT TSAN_OPTIONS=ignore_noninstrumented_modules=1)
endif()

# Tests are compiled more often than they run, and it is the product that sanitizers look at: at -O3, or with UBSan in
# every expectation, most of a build's time would go to them.
# These come behind those of ghboot_options, which a target's own would stand before.
add_library(ghboot_test_options INTERFACE)
target_compile_options(ghboot_test_options INTERFACE $<$<CONFIG:Release>:-O1> -Wno-shadow)
if(GHBOOT_SANITIZERS MATCHES "undefined")
  target_compile_options(ghboot_test_options INTERFACE -fno-sanitize=undefined)
endif()

# In sanitizers' trees what nearly all files include is compiled once, unless ccache is there, which does better
# without. Where the product is built to be used, the compiler finds what a file forgot to include.
function(ghboot_precompile target)
  if(GHBOOT_SANITIZERS AND NOT GHBOOT_CCACHE)
    target_precompile_headers(${target} PRIVATE <nlohmann/json.hpp> <fmt/format.h> <fmt/ranges.h> <algorithm> <chrono>
      <expected> <filesystem> <functional> <map> <optional> <set> <string> <vector>)
  endif()
endfunction()

# For a program of tests. Eight files are compiled as one, in a third of the time: what neighbours call their own has to
# differ. clang-tidy, which sees one at a time, finds what one forgot to include.
function(ghboot_test_program target)
  target_link_libraries(${target} PRIVATE GTest::gmock GTest::gtest_main ghboot_test_options)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
endfunction()

function(ghboot_unit unit)
  cmake_parse_arguments(ARG "CONFORMANCE" "" "LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  add_library(ghboot_${unit} STATIC ${sources})
  target_link_libraries(ghboot_${unit} PUBLIC ghboot_options ${ARG_LINK})
  ghboot_precompile(ghboot_${unit})
  if(GHBOOT_TESTS AND GHBOOT_UNIT_TESTS AND tests)
    add_executable(${unit}_test ${tests})
    target_link_libraries(${unit}_test PRIVATE ghboot_${unit} ${ARG_TEST_LINK})
    ghboot_test_program(${unit}_test)
    set(properties)
    if(ARG_CONFORMANCE)
      ghboot_conformance_test(${unit})
      set(properties FIXTURES_SETUP ${GHBOOT_TEST_PREFIX}${unit}.exchanges)
    endif()
    gtest_discover_tests(${unit}_test TEST_PREFIX ${GHBOOT_TEST_PREFIX}${unit}. TEST_FILTER "${GHBOOT_TEST_FILTER}"
      PROPERTIES LABELS unit TIMEOUT 180 ${properties} ENVIRONMENT "${GHBOOT_TEST_ENVIRONMENT}")
  endif()
endfunction()

function(ghboot_conformance_test unit)
  set(exchanges ${CMAKE_BINARY_DIR}/exchanges/${unit})
  file(MAKE_DIRECTORY ${exchanges})
  target_compile_definitions(${unit}_test PRIVATE GHBOOT_TEST_EXCHANGES="${exchanges}")
  set(test ${GHBOOT_TEST_PREFIX}${unit}.Conformance)
  find_program(GHBOOT_NODE node)
  if(GHBOOT_NODE)
    add_test(NAME ${test} COMMAND ${GHBOOT_NODE} ${PROJECT_SOURCE_DIR}/standin/conformance/conformance.mjs ${exchanges})
  else()
    add_test(NAME ${test} COMMAND sh -c "echo 'Node.js was not on the PATH when cmake ran'; exit 77")
  endif()
  set_tests_properties(${test} PROPERTIES LABELS unit TIMEOUT 180 SKIP_RETURN_CODE 77
    FIXTURES_REQUIRED ${GHBOOT_TEST_PREFIX}${unit}.exchanges)
endfunction()

# Protobuf's own JSON of proto/ghboot/v1/NAME.proto, which ours is compared with, as ghboot_NAME_proto: for tests alone,
# since the product would pay for its descriptors at every start.
function(ghboot_message_proto name)
  find_package(PkgConfig REQUIRED)
  find_program(GHBOOT_PROTOC protoc REQUIRED)
  pkg_check_modules(PROTOBUF REQUIRED IMPORTED_TARGET protobuf)
  set(out ${CMAKE_BINARY_DIR}/generated)
  set(file proto/ghboot/v1/${name})
  file(MAKE_DIRECTORY ${out})
  add_custom_command(OUTPUT ${out}/${file}.pb.h ${out}/${file}.pb.cc
    COMMAND ${GHBOOT_PROTOC} -I ${PROJECT_SOURCE_DIR} --cpp_out=${out} ${file}.proto
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${PROJECT_SOURCE_DIR}/${file}.proto)
  add_library(ghboot_${name}_proto STATIC ${out}/${file}.pb.cc)
  target_include_directories(ghboot_${name}_proto SYSTEM PUBLIC ${out})
  target_link_libraries(ghboot_${name}_proto PUBLIC PkgConfig::PROTOBUF)
endfunction()

# Every program X_fuzz that FOLDER builds runs for 10 s as the test fuzz.X. It begins with FOLDER/corpus/X and with what
# earlier runs in this build tree found, which goes on growing there.
function(ghboot_fuzz_tests folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER targets INCLUDE REGEX "_fuzz$")
  foreach(target IN LISTS targets)
    string(REGEX REPLACE "_fuzz$" "" name ${target})
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/corpus/${name})
    add_test(NAME fuzz.${name} COMMAND ${target} -max_total_time=10 -timeout=10 -rss_limit_mb=2048
      -artifact_prefix=${CMAKE_BINARY_DIR}/${name}- ${CMAKE_BINARY_DIR}/corpus/${name}
      ${CMAKE_SOURCE_DIR}/${folder}/corpus/${name})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  endforeach()
endfunction()

# Debian's static archives for LIBRARIES and all that they need; what has no archive stays shared. Loading gRPC,
# protobuf and abseil as shared libraries costs 7 ms of every start of the provider.
function(ghboot_static_packages target)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(GHBOOT_STATIC REQUIRED ${ARGN})
  set(archives)
  set(shared)
  foreach(name IN LISTS GHBOOT_STATIC_STATIC_LIBRARIES)
    find_library(GHBOOT_ARCHIVE_${name} lib${name}.a)
    if(name MATCHES "^(ssl|crypto|z|dl|rt|pthread|atomic|m)$" OR NOT GHBOOT_ARCHIVE_${name})
      list(APPEND shared ${name})
    else()
      list(APPEND archives ${GHBOOT_ARCHIVE_${name}})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES archives)
  list(REMOVE_DUPLICATES shared)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${GHBOOT_STATIC_INCLUDE_DIRS})
  target_link_libraries(${target} INTERFACE -Wl,--start-group ${archives} -Wl,--end-group ${shared})
endfunction()
