#include "relay/metrics/http_request.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

bool is_method_letter(char letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_printable(char letter) { return letter > ' ' && letter <= '~'; }

}  // namespace

// RFC 9112, section 2.2: a line may end in LF alone.
bool is_http_head_whole(std::string_view received) {
  return received.find("\n\n") != std::string_view::npos || received.find("\n\r\n") != std::string_view::npos;
}

std::optional<http_request> parse_http_request(std::string_view head) {
  std::string_view line = head.substr(0, head.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const bool is_request = !method.empty() && std::all_of(method.begin(), method.end(), is_method_letter) &&
                          target.starts_with('/') && std::all_of(target.begin(), target.end(), is_printable) &&
                          line.substr(last + 1).starts_with("HTTP/1.");
  if (!is_request) return std::nullopt;
  return http_request{std::string{method}, std::string{target.substr(0, target.find('?'))}};
}

}  // namespace tern::relay
