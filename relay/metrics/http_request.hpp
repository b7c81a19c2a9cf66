// The head of an HTTP/1 request, as far as a server needs it that only answers questions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tern::relay {

struct http_request {
  std::string method;
  std::string path;  // without what follows a question mark
};

// Of the request line and all header fields, with the empty line at their end.
inline constexpr std::size_t http_head_bytes_max = 8 * 1024;

// Whether the empty line is there.
bool is_http_head_whole(std::string_view received);
// Of a whole head. Nothing where it is no HTTP/1 request for a path.
std::optional<http_request> parse_http_request(std::string_view head);

}  // namespace tern::relay
