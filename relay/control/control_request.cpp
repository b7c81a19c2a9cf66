#include "relay/control/control_request.hpp"

#include <algorithm>

namespace tern::relay {

namespace {

using parsed = tl::expected<control_request, std::string>;

template <class Request>
parsed alone(std::string_view word, std::string_view rest) {
  if (!rest.empty()) return tl::unexpected{std::string{word} + " takes nothing"};
  return Request{};
}

parsed backup(std::string_view path) {
  if (!path.starts_with('/')) return tl::unexpected{std::string{"backup takes an absolute path"}};
  if (path.find('\0') != std::string_view::npos) return tl::unexpected{std::string{"no path has a zero octet"}};
  return backup_request{std::string{path}};
}

parsed invite(std::string_view rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  const std::string_view text = rest.substr(std::min(word.size() + 1, rest.size()));
  if (word == "add" && !text.empty()) return invite_request{invite_request::wish::add, std::string{text}};
  if (word == "revoke" && !text.empty()) return invite_request{invite_request::wish::revoke, std::string{text}};
  return tl::unexpected{std::string{"invite takes `add` and a line of the list, or `revoke` and an id or a name"}};
}

std::string line_of(const stats_request&) { return "stats\n"; }
std::string line_of(const backup_request& request) { return "backup " + request.path + '\n'; }
std::string line_of(const verify_request&) { return "verify\n"; }
std::string line_of(const invite_request& request) {
  const std::string word = request.what == invite_request::wish::add ? "add " : "revoke ";
  return "invite " + word + request.text + '\n';
}

}  // namespace

parsed parse_control_request(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  const std::string_view rest = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
  if (word == "stats") return alone<stats_request>(word, rest);
  if (word == "verify") return alone<verify_request>(word, rest);
  if (word == "backup") return backup(rest);
  if (word == "invite") return invite(rest);
  return tl::unexpected{std::string{"no such request; there are stats, backup PATH, verify and invite"}};
}

std::string to_line(const control_request& request) {
  return std::visit([](const auto& known) { return line_of(known); }, request);
}

}  // namespace tern::relay
