// Text as an address. First octet: bit 0 chooses the role. Whatever parses prints to a
// text that parses to the same; whatever does not has a message fit for a terminal.
#include "udp/tern_address.hpp"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto role = (data[0] & 1U) != 0 ? tern::address_role::listen : tern::address_role::connect;
  const auto parsed = tern::tern_address::parse({reinterpret_cast<const char*>(data + 1), size - 1}, role);
  if (!parsed) {
    const bool is_shown_safely = std::none_of(parsed.error().begin(), parsed.error().end(),
                                              [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
    if (!is_shown_safely) std::abort();
    return 0;
  }
  const auto again = tern::tern_address::parse(parsed->to_string(), role);
  if (!again || *again != *parsed) std::abort();
  return 0;
}
