# What `cmake --install` puts where, so that another project's find_package(tern) finds tern::proto, tern::udp and
# tern::client_file.
# The programs install themselves (tern_program).
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tern")

foreach(name IN ITEMS proto udp client_file)
  if(TARGET tern_${name})
    install(TARGETS tern_${name} EXPORT tern
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
      FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tern")
  endif()
endforeach()

install(EXPORT tern FILE ternTargets.cmake NAMESPACE tern:: DESTINATION "${package_dir}")
configure_package_config_file(tools/cmake/ternConfig.cmake.in "${PROJECT_BINARY_DIR}/ternConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ternConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ternConfig.cmake" "${PROJECT_BINARY_DIR}/ternConfigVersion.cmake"
  tools/cmake/Findasio.cmake DESTINATION "${package_dir}")
install(FILES LICENSE TYPE DOC)
