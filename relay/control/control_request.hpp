// What can be asked of a running relay, and how it is written: one request a line, a word
// and, for some, what it is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

namespace tern::relay {

struct stats_request {
  bool operator==(const stats_request&) const = default;
};
// `path`: absolute, of a file that is not there. The relay's working folder is not the asker's.
struct backup_request {
  std::string path;
  bool operator==(const backup_request&) const = default;
};
struct verify_request {
  bool operator==(const verify_request&) const = default;
};

// A change of the list of invites: `text` is a line of it, or which one is revoked.
struct invite_request {
  enum class wish : std::uint8_t { add, revoke };
  wish what = wish::add;
  std::string text;
  bool operator==(const invite_request&) const = default;
};

using control_request = std::variant<stats_request, backup_request, verify_request, invite_request>;

// Of a line, its end included: a word and the longest path there is.
inline constexpr std::size_t control_request_bytes_max = 4096 + 64;

// `line` has no end of line. The error is a sentence for whoever asked.
tl::expected<control_request, std::string> parse_control_request(std::string_view line);
// With its end of line.
std::string to_line(const control_request& request);

}  // namespace tern::relay
