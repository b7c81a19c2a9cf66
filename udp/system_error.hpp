// asio 1.22 has a category of its own for the system's errors, which does not compare
// with std::errc. Codes that leave udp/ are of std::system_category, or of asio's other
// categories (names that do not resolve).
#pragma once

#include "udp/net.hpp"

namespace tern::udp {

inline std::error_code as_system_error(std::error_code error) {
  if (error.category() != asio::error::get_system_category()) return error;
  return {error.value(), std::system_category()};
}

}  // namespace tern::udp
