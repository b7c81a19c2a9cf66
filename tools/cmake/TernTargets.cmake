# The functions that every folder uses, so that flags, include roots and header
# sets are said once.
include(GNUInstallDirs)

add_library(tern_options INTERFACE)
add_library(tern::options ALIAS tern_options)
target_compile_features(tern_options INTERFACE cxx_std_20)
target_compile_options(tern_options INTERFACE
  -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> $<$<CXX_COMPILER_ID:Clang>:-Wshadow> -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast
  $<$<BOOL:${TERN_WARNINGS_AS_ERRORS}>:-Werror>
  # Behind the build type's own -DNDEBUG, so assert() lives on in every preset but bench.
  $<$<BOOL:${TERN_ASSERTIONS}>:-UNDEBUG>)
target_include_directories(tern_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)

# tern_library(name): a static library `tern_<name>` with alias `tern::<name>`.
# Subfolders add to it with tern_sources(name SOURCES … HEADERS … [ALONE …]).
function(tern_library name)
  add_library(tern_${name} STATIC)
  add_library(tern::${name} ALIAS tern_${name})
  set_target_properties(tern_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(tern_${name} PRIVATE $<BUILD_INTERFACE:tern::options>)
  target_compile_features(tern_${name} PUBLIC cxx_std_20)
  target_include_directories(tern_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tern>)
endfunction()

# The presets with sanitizers compile several sources of a target as one (CMAKE_UNITY_BUILD), in a third of the
# time. ALONE lists those of SOURCES that are left out of it: a name of theirs is also a neighbour's.
function(tern_alone target)
  if(ARGN)
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

function(tern_sources name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;ALONE" ${ARGN})
  if(ARG_SOURCES)
    target_sources(tern_${name} PRIVATE ${ARG_SOURCES})
  endif()
  tern_alone(tern_${name} ${ARG_ALONE})
  if(ARG_HEADERS)
    target_sources(tern_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
      FILES ${ARG_HEADERS})
  endif()
endfunction()

# tern_program(name SOURCES … LIBRARIES …): a program of that name, in <build>/bin beside the others, where
# they look for each other, and installed with them.
function(tern_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} tern::options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()

# tern_test(name SOURCES … LIBRARIES … [LABELS slow …] [ALONE …]): the executable `test_<name>` under ctest,
# labelled with the first folder below tests/ (proto, relay, …) as well.
function(tern_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS;ALONE" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  tern_alone(test_${name} ${ARG_ALONE})
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBRARIES} tern::options GTest::gmock GTest::gtest_main)
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}/tests" "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REGEX REPLACE "/.*" "" part "${folder}")
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
  # gtest_discover_tests cannot pass a list on, so the labels are set by a file that ctest reads after its own.
  set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
  file(WRITE "${labels_file}"
    "if(test_${name}_TESTS)\n"
    "  set_tests_properties(\${test_${name}_TESTS} PROPERTIES LABELS \"${part};${ARG_LABELS}\")\n"
    "endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
endfunction()

# tern_e2e(name SCRIPT <file> [ARGS …] [SOAK …]): the test `e2e.<name>`, labelled slow. The script (.py, else run as it is)
# finds the programs in $TERN_BIN_DIR, and exits 77 with a reason on its last line where it cannot run.
# With SOAK VARIABLE=VALUE… it stands there once more as soak.<name>, longer by those variables and labelled soak.
function(tern_e2e name)
  cmake_parse_arguments(ARG "" "SCRIPT" "ARGS;SOAK" ${ARGN})
  set(script "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCRIPT}")
  set(command "${script}")
  if(ARG_SCRIPT MATCHES "\\.py$")
    set(command "${Python3_EXECUTABLE}" "${script}")
  endif()
  add_test(NAME e2e.${name} COMMAND ${command} ${ARG_ARGS})
  set(surroundings "TERN_BIN_DIR=${PROJECT_BINARY_DIR}/bin;PYTHONDONTWRITEBYTECODE=1")
  set_tests_properties(e2e.${name} PROPERTIES LABELS "e2e;slow" TIMEOUT 600 SKIP_RETURN_CODE 77
    ENVIRONMENT "${surroundings}")
  if(ARG_SOAK)
    add_test(NAME soak.${name} COMMAND ${command} ${ARG_ARGS})
    set_tests_properties(soak.${name} PROPERTIES LABELS soak TIMEOUT 7200 SKIP_RETURN_CODE 77
      ENVIRONMENT "${surroundings};${ARG_SOAK}")
  endif()
endfunction()

# tern_fuzzer(name SOURCES … LIBRARIES …): the executable `fuzz_<name>` around LLVMFuzzerTestOneInput.
# With TERN_BUILD_FUZZERS it is a libFuzzer program, and ctest fuzzes for a few seconds as well. In every build
# the test `fuzz.<name>.corpus` replays tests/fuzz/corpus/<name>/ and fails where that folder is empty.
function(tern_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(corpus "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  add_executable(fuzz_${name} ${ARG_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBRARIES} tern::options)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${name})
  if(TERN_BUILD_FUZZERS)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    # New finds go to a folder of the build tree; the checked-in corpus is only read.
    set(found "${CMAKE_CURRENT_BINARY_DIR}/found/${name}")
    file(MAKE_DIRECTORY "${found}")
    add_test(NAME fuzz.${name}.corpus COMMAND fuzz_${name} -runs=0 "${corpus}")
    add_test(NAME fuzz.${name}.explore COMMAND fuzz_${name}
      -max_total_time=${TERN_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
      -artifact_prefix=${found}/ "${found}" "${corpus}")
    math(EXPR timeout "${TERN_FUZZ_SECONDS} + 120")
    set_tests_properties(fuzz.${name}.explore PROPERTIES LABELS "fuzz;slow" TIMEOUT ${timeout})
  else()
    target_sources(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME fuzz.${name}.corpus COMMAND fuzz_${name} "${corpus}")
  endif()
  set_tests_properties(fuzz.${name}.corpus PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
