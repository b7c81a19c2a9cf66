# Debian's libasio-dev ships neither a .pc file nor a CMake config. Defines asio::asio (standalone, header only).
find_package(Threads REQUIRED)
find_path(asio_INCLUDE_DIR asio.hpp)
mark_as_advanced(asio_INCLUDE_DIR)

if(asio_INCLUDE_DIR)
  file(STRINGS "${asio_INCLUDE_DIR}/asio/version.hpp" version_line REGEX "define ASIO_VERSION [0-9]+")
  string(REGEX REPLACE ".*ASIO_VERSION ([0-9]+).*" "\\1" version_number "${version_line}")
  math(EXPR major "${version_number} / 100000")
  math(EXPR minor "${version_number} / 100 % 1000")
  math(EXPR patch "${version_number} % 100")
  set(asio_VERSION "${major}.${minor}.${patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(asio REQUIRED_VARS asio_INCLUDE_DIR VERSION_VAR asio_VERSION)

if(asio_FOUND AND NOT TARGET asio::asio)
  add_library(asio::asio INTERFACE IMPORTED)
  target_include_directories(asio::asio INTERFACE "${asio_INCLUDE_DIR}")
  target_link_libraries(asio::asio INTERFACE Threads::Threads)
  # asio 1.22 does not recognise the coroutines of clang 14 by itself. Whether there is std::aligned_alloc it finds out
  # only where a standard header came before it: one file allocated with one function what another freed with another.
  target_compile_definitions(asio::asio INTERFACE
    ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_HAS_STD_ALIGNED_ALLOC=1 $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1>)
endif()
