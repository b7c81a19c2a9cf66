// How the relay tells its operator of a file that the system refuses.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

// `error` is an errno.
std::string why(int error);
// "cannot make /var/lib/tern: Permission denied"
tl::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& path, int error);

}  // namespace tern::relay
