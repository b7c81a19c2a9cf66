#include "udp/tern_address.hpp"

#include "proto/chat/names.hpp"
#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace tern {

namespace {

using problem = tl::unexpected<std::string>;
using outcome = tl::expected<void, std::string>;

constexpr std::size_t host_bytes_max = 253;    // RFC 1035, as text
constexpr std::size_t service_bytes_max = 15;  // RFC 6335 section 5.1

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::string lower_case(std::string_view text) {
  std::string folded{text};
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

// For messages: what came in may hold anything.
std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max = 80;
  std::string out = "'";
  for (const char c : text.substr(0, shown_max)) out += (c >= ' ' && c <= '~') ? c : '?';
  return out + (text.size() > shown_max ? "…'" : "'");
}

bool is_ipv6(std::string_view text) {
  in6_addr ignored{};
  const std::string copy{text.substr(0, text.find('%'))};
  return copy.find('\0') == std::string::npos && ::inet_pton(AF_INET6, copy.c_str(), &ignored) == 1;
}

bool is_zone(std::string_view text) {
  return !text.empty() && text.size() <= 15 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
  });
}

bool is_ipv6_with_zone(std::string_view text) {
  const auto percent = text.find('%');
  return is_ipv6(text) && (percent == std::string_view::npos || is_zone(text.substr(percent + 1)));
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= host_bytes_max && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
}

// What to write instead of IPv6 without brackets. "::1:7777" may mean two things; the
// likelier one is shown.
std::string bracketed(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string_view last = text.substr(colon + 1);
  const std::string_view before = text.substr(0, colon);
  const std::string default_port = std::to_string(tern_address::default_port);
  const bool is_port = is_all_digits(last) && last.size() <= 5;
  if (is_port && is_ipv6_with_zone(before)) return "[" + std::string{before} + "]:" + std::string{last};
  for (const auto& host : {text, before}) {
    if (is_ipv6_with_zone(host)) return "[" + std::string{host} + "]:" + default_port;
  }
  return "[::1]:" + default_port + ", not " + quoted(text);
}

tl::expected<std::string, std::string> parse_service(std::string_view text, address_role role) {
  if (is_all_digits(text)) {
    std::uint32_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || port > 65535) return problem{"port " + quoted(text) + " is above 65535"};
    if (port == 0 && role == address_role::connect) return problem{"port 0 is only for listening"};
    return std::to_string(port);
  }
  const bool has_letter = std::any_of(text.begin(), text.end(), is_letter);
  const bool is_name =
      std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  if (!has_letter || !is_name || text.size() > service_bytes_max || text.front() == '-') {
    return problem{quoted(text) + " is neither a port number nor a service name"};
  }
  return lower_case(text);
}

class address_parser {
 public:
  address_parser(std::string_view text, address_role role) : rest_(text), role_(role) {}

  tl::expected<tern_address, std::string> parse() {
    if (rest_.empty()) return problem{"the address is empty; write HOST:PORT or tern://HOST/ROOM"};
    const auto parsed =
        take_scheme().and_then([this] { return take_key(); }).and_then([this] { return take_destination(); });
    if (!parsed) return problem{parsed.error()};
    const auto authority = take_authority();
    if (!authority) return problem{authority.error()};
    return std::move(result_);
  }

 private:
  bool is_plain() const { return result_.scheme != address_scheme::tern; }

  outcome take_scheme() {
    const auto end = rest_.find("://");
    if (end == std::string_view::npos) return {};
    const std::string scheme = lower_case(rest_.substr(0, end));
    if (scheme == "udp") {
      result_.scheme = address_scheme::udp;
    } else if (scheme == "tcp") {
      result_.scheme = address_scheme::tcp;
    } else if (scheme != "tern") {
      return problem{"the scheme " + quoted(scheme) + " is not known; there are tern://, udp:// and tcp://"};
    }
    rest_.remove_prefix(end + 3);
    return {};
  }

  outcome take_key() {
    const auto hash = rest_.find('#');
    if (hash == std::string_view::npos) return {};
    const auto text = rest_.substr(hash + 1);
    rest_ = rest_.substr(0, hash);
    if (is_plain()) return problem{"udp:// and tcp:// are plain text and have no key"};
    const auto octets = proto::array_from_base64url<32>(text);
    if (!octets) return problem{"the relay key after '#' is not 43 characters of base64url: " + quoted(text)};
    result_.relay_key = proto::public_key{*octets};
    return {};
  }

  outcome take_destination() {
    const auto slash = rest_.find('/');
    if (slash == std::string_view::npos) return after_destination({});
    const auto text = rest_.substr(slash + 1);
    rest_ = rest_.substr(0, slash);
    return after_destination(text);
  }

  outcome after_destination(std::string_view text) {
    if (is_plain()) {
      result_.room.clear();
      if (!text.empty())
        return problem{"udp:// and tcp:// have no rooms: leave out " + quoted("/" + std::string{text})};
      return {};
    }
    if (text.empty()) return {};
    const bool is_person = text.front() == '@';
    const auto folded = proto::chat::fold_name(is_person ? text.substr(1) : text);
    if (!folded) {
      return problem{std::string{is_person ? "the name " : "the room "} + quoted(text) +
                     " is not 1 to 32 letters, digits, '-' or '_'"};
    }
    (is_person ? result_.person : result_.room) = *folded;
    if (is_person) result_.room.clear();
    return {};
  }

  outcome take_authority() {
    if (rest_.starts_with('[')) return take_bracketed();
    const auto colons = std::count(rest_.begin(), rest_.end(), ':');
    if (colons > 1) return problem{"an IPv6 address goes in brackets: " + bracketed(rest_)};
    if (colons == 0 && role_ == address_role::listen && is_all_digits(rest_)) return take_port(rest_);
    const auto colon = rest_.find(':');
    const auto host = take_host(rest_.substr(0, colon));
    if (!host) return host;
    if (colon == std::string_view::npos) return without_port();
    return take_port(rest_.substr(colon + 1));
  }

  outcome take_host(std::string_view host) {
    if (host.empty() && role_ == address_role::connect) return problem{"the host is missing before ':' or '/'"};
    if (!host.empty() && !is_host_name(host)) return problem{quoted(host) + " is not a host name or address"};
    result_.host = lower_case(host);
    return {};
  }

  outcome take_bracketed() {
    const auto end = rest_.find(']');
    if (end == std::string_view::npos) return problem{"the ']' after the IPv6 address is missing"};
    const auto host = rest_.substr(1, end - 1);
    if (!is_ipv6_with_zone(host)) return problem{quoted(host) + " is not an IPv6 address"};
    result_.host = lower_case(host.substr(0, host.find('%')));
    if (const auto percent = host.find('%'); percent != std::string_view::npos) result_.host += host.substr(percent);
    const auto after = rest_.substr(end + 1);
    if (after.empty()) return without_port();
    if (after.front() != ':') return problem{"after ']' comes ':' and a port, not " + quoted(after)};
    return take_port(after.substr(1));
  }

  outcome take_port(std::string_view text) {
    if (text.empty()) return problem{"the port is missing after ':'"};
    auto service = parse_service(text, role_);
    if (!service) return problem{service.error()};
    result_.service = std::move(*service);
    return {};
  }

  outcome without_port() const {
    if (is_plain()) return problem{"udp:// and tcp:// need a port: HOST:PORT"};
    return {};
  }

  std::string_view rest_;
  address_role role_;
  tern_address result_;
};

std::string_view scheme_text(address_scheme scheme) {
  switch (scheme) {
    case address_scheme::udp:
      return "udp://";
    case address_scheme::tcp:
      return "tcp://";
    case address_scheme::tern:
      break;
  }
  return "tern://";
}

std::string host_text(std::string_view host) {
  const bool needs_brackets = host.find(':') != std::string_view::npos;
  return needs_brackets ? "[" + std::string{host} + "]" : std::string{host};
}

}  // namespace

tl::expected<tern_address, std::string> tern_address::parse(std::string_view text, address_role role) {
  return address_parser{text, role}.parse();
}

std::string tern_address::authority() const { return host_text(host) + ":" + service; }

std::string tern_address::to_string() const {
  std::string text{scheme_text(scheme)};
  // Without a port, a host that is all digits would be one (to listen).
  const bool may_leave_out_port = scheme == address_scheme::tern && !host.empty() && !is_all_digits(host);
  text += may_leave_out_port && service == std::to_string(default_port) ? host_text(host) : authority();
  if (!person.empty()) {
    text += "/@" + person;
  } else if (!room.empty() && room != default_room) {
    text += "/" + room;
  }
  if (relay_key) text += "#" + proto::to_base64url(relay_key->octets);
  return text;
}

}  // namespace tern
