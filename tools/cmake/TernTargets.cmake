# Two functions that every folder uses, so that flags, include roots and header
# sets are said once.
include(GNUInstallDirs)

add_library(tern_options INTERFACE)
add_library(tern::options ALIAS tern_options)
target_compile_features(tern_options INTERFACE cxx_std_20)
target_compile_options(tern_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast
  $<$<BOOL:${TERN_WARNINGS_AS_ERRORS}>:-Werror>)
target_include_directories(tern_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)

# tern_library(name): a static library `tern_<name>` with alias `tern::<name>`.
# Subfolders add to it with tern_sources(name SOURCES … HEADERS …).
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

function(tern_sources name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS" ${ARGN})
  if(ARG_SOURCES)
    target_sources(tern_${name} PRIVATE ${ARG_SOURCES})
  endif()
  if(ARG_HEADERS)
    target_sources(tern_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
      FILES ${ARG_HEADERS})
  endif()
endfunction()

# tern_test(name SOURCES … LIBRARIES …): the executable `test_<name>` under ctest.
function(tern_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBRARIES} tern::options GTest::gmock GTest::gtest_main)
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
