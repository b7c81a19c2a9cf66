// cxxopts as the programs of the link laboratory use it.
#pragma once

// Values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>
