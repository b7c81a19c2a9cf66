// Whatever comes in: valid UTF-8 comes out, without a control character but newline
// and tab, and in pieces the same as at once.
#include "cli/screen_safety/screen_safety.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utf8proc.h>

namespace {

void demand(bool truth) {
  if (!truth) std::abort();
}

void demand_harmless(std::string_view text, bool newline_allowed) {
  while (!text.empty()) {
    std::int32_t c = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    demand(length > 0);
    if (c == '\n' || c == '\t') {
      demand(newline_allowed);
    } else {
      demand(c >= 0x20 && !(c >= 0x7f && c <= 0x9f));
    }
    demand(!(c >= 0x202a && c <= 0x202e) && c != 0x200b && c != 0x2066 && c != 0x2067 && c != 0x061c);
    demand(!(c >= 0xe000 && c <= 0xf8ff) && c < 0xe0000);
    text.remove_prefix(static_cast<std::size_t>(length));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  demand_harmless(tern::cli::screen_line(input), false);
  const std::string whole = tern::cli::screen_text(input, {});
  demand_harmless(whole, true);

  tern::cli::screen_stream stream;
  std::string pieces;
  for (std::size_t i = 0; i < size; i += 1 + i % 3) pieces += stream.feed(input.substr(i, 1 + i % 3));
  demand(pieces + stream.finish() == whole);
  return 0;
}
