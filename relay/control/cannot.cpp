#include "relay/control/cannot.hpp"

#include <fmt/format.h>
#include <system_error>

namespace tern::relay {

std::string why(int error) { return std::error_code{error, std::system_category()}.message(); }

tl::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& path, int error) {
  return tl::unexpected{fmt::format("cannot {} {}: {}", what, path.string(), why(error))};
}

}  // namespace tern::relay
