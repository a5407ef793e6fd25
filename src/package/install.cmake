# What `cmake --install` installs, and the packages of CPack: the program with its manual pages and completions, the
# library with its public headers, the Python module.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Public headers: their names are what libprecipice.so exports, and tests/install holds that they need no others. The
# plain ones include the standard library alone, the exact ones Boost.Multiprecision over GMP (fixed_eigen.hpp Eigen).
set(plain_headers
  format/catalogue.hpp format/error.hpp format/format.hpp format/term.hpp
  number/sign.hpp
  rounding/rounding.hpp rounding/terms.hpp
  arithmetic/accumulation.hpp arithmetic/elementwise.hpp arithmetic/emulator.hpp arithmetic/matrix.hpp
  arithmetic/observations.hpp arithmetic/sum_order.hpp arithmetic/terms.hpp
  training/array_stream.hpp training/cross_entropy.hpp training/data.hpp training/experiment.hpp
  training/formulation_text.hpp training/heritage.hpp training/loss_settings.hpp training/model.hpp
  training/optimizer_settings.hpp training/precision.hpp training/terms.hpp
  diagnosis/advice.hpp diagnosis/audit.hpp diagnosis/operation_counts.hpp diagnosis/outcome.hpp
  diagnosis/predicted_dynamics.hpp diagnosis/prediction.hpp diagnosis/record.hpp diagnosis/run.hpp diagnosis/terms.hpp
  diagnosis/trace.hpp diagnosis/updates.hpp
  sweep/settings.hpp sweep/terms.hpp)
set(exact_headers
  number/code_point.hpp number/exact.hpp number/hexadecimal.hpp number/ordinal.hpp
  rounding/draws.hpp rounding/round.hpp rounding/text.hpp
  arithmetic/concept.hpp arithmetic/dot.hpp arithmetic/fixed.hpp arithmetic/fixed_limits.hpp arithmetic/functions.hpp
  arithmetic/number.hpp arithmetic/operations.hpp arithmetic/reference.hpp arithmetic/scalar.hpp
  arithmetic/scalar_discrete.hpp arithmetic/scalar_functions.hpp arithmetic/sum.hpp arithmetic/value.hpp
  diagnosis/predicted_thresholds.hpp)
set(other_headers arithmetic/fixed_eigen.hpp arithmetic/sum_formula.inc)

# precipice/precipice.hpp includes all plain headers, precipice/exact.hpp the exact ones as well.
set(made ${PROJECT_BINARY_DIR}/include)
function(precipice_header_of_all name about)
  set(lines "#pragma once\n\n/// ${about}\n\n")
  foreach(header IN LISTS ARGN)
    string(APPEND lines "#include \"precipice/${header}\"\n")
  endforeach()
  file(CONFIGURE OUTPUT ${made}/precipice/${name} @ONLY CONTENT "${lines}")
endfunction()
precipice_header_of_all(precipice.hpp "All of precipice that needs the standard library alone." version.hpp ${plain_headers})
precipice_header_of_all(exact.hpp "And its exact numbers, which are of Boost.Multiprecision over GMP." precipice.hpp ${exact_headers})
file(CONFIGURE OUTPUT ${made}/precipice/version.hpp @ONLY CONTENT [[
#pragma once

/// Versions are semantic (semver.org). Before 1.0.0 the second number counts what a program that was compiled against
/// the library notices, headers and binary interface alike.
#define PRECIPICE_VERSION_MAJOR @PROJECT_VERSION_MAJOR@
#define PRECIPICE_VERSION_MINOR @PROJECT_VERSION_MINOR@
#define PRECIPICE_VERSION_PATCH @PROJECT_VERSION_PATCH@
#define PRECIPICE_VERSION_STRING "@PROJECT_VERSION@"
]])

# --- the library: all floors up to that one, as one ------------------------------------------------------------------

add_library(precipice_library SHARED)
add_library(precipice::precipice ALIAS precipice_library)
set_target_properties(precipice_library PROPERTIES
  OUTPUT_NAME precipice EXPORT_NAME precipice LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/package/exports.map)
list(FIND PRECIPICE_FLOORS ${highest_floor_of_library} last)
math(EXPR count "${last} + 1")
list(SUBLIST PRECIPICE_FLOORS 0 ${count} floors)
list(TRANSFORM floors PREPEND precipice_)
list(JOIN floors "," floors)
set_target_properties(precipice_library PROPERTIES LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,${floors}")
target_link_libraries(precipice_library PRIVATE precipice_${highest_floor_of_library})
target_link_options(precipice_library PRIVATE
  -Wl,--no-undefined -Wl,--as-needed -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/package/exports.map)
list(TRANSFORM plain_headers PREPEND ${PROJECT_SOURCE_DIR}/include/precipice/ OUTPUT_VARIABLE plain_files)
list(TRANSFORM exact_headers PREPEND ${PROJECT_SOURCE_DIR}/include/precipice/ OUTPUT_VARIABLE exact_files)
list(TRANSFORM other_headers PREPEND ${PROJECT_SOURCE_DIR}/include/precipice/ OUTPUT_VARIABLE other_files)
target_sources(precipice_library PUBLIC FILE_SET HEADERS
  BASE_DIRS ${PROJECT_SOURCE_DIR}/include ${made}
  FILES ${plain_files} ${exact_files} ${other_files}
        ${made}/precipice/precipice.hpp ${made}/precipice/exact.hpp ${made}/precipice/version.hpp)
target_compile_features(precipice_library PUBLIC cxx_std_20)

# --- their reference, where Doxygen is installed ---------------------------------------------------------------------

find_program(PRECIPICE_DOXYGEN doxygen)
mark_as_advanced(PRECIPICE_DOXYGEN)
if(PRECIPICE_DOXYGEN)
  list(JOIN plain_files " " plain_input)
  list(JOIN exact_files " " exact_input)
  set(reference_input "${plain_input} ${exact_input} ${PROJECT_SOURCE_DIR}/docs/library.md")
  configure_file(package/Doxyfile.in Doxyfile @ONLY)
  add_custom_target(precipice_reference COMMAND ${PRECIPICE_DOXYGEN} ${CMAKE_CURRENT_BINARY_DIR}/Doxyfile VERBATIM)
endif()

# --- what is installed of it -----------------------------------------------------------------------------------------

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/precipice)
install(TARGETS precipice_library EXPORT precipice-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT precipice-targets NAMESPACE precipice:: DESTINATION ${package_dir})
configure_package_config_file(package/precipice-config.cmake.in precipice-config.cmake INSTALL_DESTINATION ${package_dir})
# Before 1.0.0 another minor version is another interface.
write_basic_package_version_file(precipice-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/precipice-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/precipice-config-version.cmake
  DESTINATION ${package_dir})
foreach(name precipice precipice-exact)
  configure_file(package/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# --- the program, and what it says of itself -------------------------------------------------------------------------

install(TARGETS precipice DESTINATION ${CMAKE_INSTALL_BINDIR})
if(NOT CMAKE_CROSSCOMPILING)
  set(pages ${PROJECT_BINARY_DIR}/man)
  set(completions ${PROJECT_BINARY_DIR}/completions)
  add_custom_command(OUTPUT ${pages}/precipice.1 ${completions}/precipice
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages}
    COMMAND precipice help --man ${pages} > ${pages}.list
    COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
    COMMAND precipice completions bash > ${completions}/precipice
    COMMAND precipice completions zsh > ${completions}/_precipice
    COMMAND precipice completions fish > ${completions}/precipice.fish
    DEPENDS precipice VERBATIM)
  add_custom_target(precipice_help ALL DEPENDS ${pages}/precipice.1)
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 FILES_MATCHING PATTERN "*.7")
  install(FILES ${completions}/precipice DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${completions}/_precipice DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${completions}/precipice.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/CITATION.cff
  ${CMAKE_CURRENT_SOURCE_DIR}/package/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/data/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME README-data.md)

# --- the Python module -----------------------------------------------------------------------------------------------

# Debian's Python looks for packages in lib/python3/dist-packages of /usr, in lib/python3.11/dist-packages of
# /usr/local, and elsewhere where PYTHONPATH says. The prefix is known when things are installed.
if(with_python)
  set(PRECIPICE_PYTHON_DIR "" CACHE PATH "Where the Python module is installed, below the prefix; empty: where Debian's looks")
  install(CODE "
    set(python_dir \"${PRECIPICE_PYTHON_DIR}\")
    if(NOT python_dir AND CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
      set(python_dir lib/python3/dist-packages)
    elseif(NOT python_dir)
      set(python_dir lib/python${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR}/dist-packages)
    endif()")
  install(TARGETS precipice_python DESTINATION "\${python_dir}/precipice")
  install(DIRECTORY ${PROJECT_BINARY_DIR}/python/precipice DESTINATION "\${python_dir}"
    FILES_MATCHING PATTERN "*.py" PATTERN "*.pyi" PATTERN "py.typed" PATTERN "__pycache__" EXCLUDE)
endif()

# --- a Debian package: cpack -G DEB ----------------------------------------------------------------------------------

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME precipice)
set(CPACK_PACKAGE_VENDOR "The precipice developers")
set(CPACK_PACKAGE_CONTACT "The precipice developers <precipice@localhost.localdomain>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "floating-point emulation and training replay")
set(CPACK_PACKAGE_DESCRIPTION "precipice emulates any binary floating-point format, replays the training of
small classifiers in it, operation by operation, and maps where absorption and
Numerical Feature Inflation begin. Program, library and Python module.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION math)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/package/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot, fonts-dejavu-core, python3-numpy")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-pandas, dataset-fashion-mnist, g++, libboost-dev, libgmp-dev")
include(CPack)
