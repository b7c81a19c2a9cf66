// What an operation that the system may refuse gives back.
#pragma once

#include <system_error>
#include <tl/expected.hpp>

namespace tern::udp {

template <class T>
using result = tl::expected<T, std::error_code>;

}  // namespace tern::udp
