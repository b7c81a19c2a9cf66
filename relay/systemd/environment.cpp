#include "relay/systemd/environment.hpp"

#include <charconv>
#include <cstdlib>
#include <unistd.h>

namespace tern::relay {

namespace {

constexpr std::int64_t most = std::int64_t{2'147'483'647} * 1'000'000;

}  // namespace

std::optional<std::string> take_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string taken = value;
  ::unsetenv(name);
  return taken;
}

std::optional<std::int64_t> number_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stopped != end || value < 0 || value > most) return std::nullopt;
  return value;
}

bool is_our_process(const std::string& process_id) { return number_of(process_id) == ::getpid(); }

}  // namespace tern::relay
