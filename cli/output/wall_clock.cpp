#include "cli/output/wall_clock.hpp"

#include <array>
#include <ctime>

namespace tern::cli {

namespace {
std::string formatted(const std::tm& parts, const char* format) {
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}
}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return formatted(parts, "%Y-%m-%dT%H:%M:%SZ");
}

std::string local_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  return formatted(parts, "%H:%M:%S");
}

}  // namespace tern::cli
