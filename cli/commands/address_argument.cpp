#include "cli/commands/address_argument.hpp"

#include "cli/failure.hpp"
#include "cli/screen_safety/screen_safety.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace tern::cli {

namespace {
bool is_port_number(const std::string& text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view scheme_prefix(address_scheme scheme) {
  if (scheme == address_scheme::udp) return "udp://";
  return scheme == address_scheme::tcp ? "tcp://" : "tern://";
}
}  // namespace

tern_address required_address(const context& call, address_role role) {
  call.args.require_words(1, SIZE_MAX, "ADDRESS");
  const std::string& text = call.args.words().front();
  if (role == address_role::connect && is_port_number(text)) {
    throw usage_error(fmt::format("'{0}' is only a port; an address has a host: 127.0.0.1:{0}", text));
  }
  auto address = tern_address::parse(text, role);
  if (!address) throw usage_error(screen_line(address.error()));
  return std::move(*address);
}

void refuse_options(const context& call, const tern_address& address, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    if (call.args.has(key)) {
      throw usage_error(fmt::format("--{} means nothing with {}", key, scheme_prefix(address.scheme)));
    }
  }
}

}  // namespace tern::cli
