#include "cli/trust/trust_store.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "proto/seal/base64url.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace tern::cli {

namespace {
constexpr std::string_view heading =
    "# Relays that tern trusts: HOST:PORT KEY SINCE REASON [PREVIOUS-KEY]. `tern trust` changes this file.\n";

std::optional<known_relay> parse_line(const std::string& line) {
  std::istringstream words(line);
  known_relay relay;
  std::string key_text;
  if (!(words >> relay.authority >> key_text)) return std::nullopt;
  const auto key = proto::array_from_base64url<32>(key_text);
  if (!key) return std::nullopt;
  relay.key = proto::public_key{*key};
  words >> relay.since >> relay.reason;
  std::string previous;
  if (words >> previous) {
    if (const auto octets = proto::array_from_base64url<32>(previous)) relay.previous = proto::public_key{*octets};
  }
  return relay;
}

std::string line_of(const known_relay& relay) {
  const std::string previous = relay.previous ? ' ' + proto::to_base64url(relay.previous->octets) : "";
  return fmt::format("{} {} {} {}{}\n", relay.authority, proto::to_base64url(relay.key.octets), relay.since,
                     relay.reason, previous);
}

auto position_of(std::vector<known_relay>& relays, std::string_view authority) {
  return std::find_if(relays.begin(), relays.end(), [&](const auto& relay) { return relay.authority == authority; });
}
}  // namespace

trust_store::trust_store(std::filesystem::path data_folder) : file_(std::move(data_folder) / "known_relays") {}

std::vector<known_relay> trust_store::list() const {
  std::vector<known_relay> relays;
  const auto content = read_private_file(file_);
  if (!content) return relays;
  std::istringstream lines(*content);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    auto relay = parse_line(line);
    if (!relay) {
      throw failure(exit_code::configuration, "bad_trust_file",
                    fmt::format("{}: line {} is not HOST:PORT KEY; correct or remove it", file_.string(), number));
    }
    relays.push_back(std::move(*relay));
  }
  return relays;
}

std::optional<known_relay> trust_store::find(std::string_view authority) const {
  auto relays = list();
  const auto found = position_of(relays, authority);
  return found == relays.end() ? std::nullopt : std::optional{*found};
}

remember_outcome trust_store::remember(const known_relay& relay) {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  auto relays = list();
  const auto found = position_of(relays, relay.authority);
  if (found != relays.end()) {
    return found->key == relay.key ? remember_outcome::already_known : remember_outcome::conflict;
  }
  relays.push_back(relay);
  store(relays);
  return remember_outcome::stored;
}

bool trust_store::succeed(const known_relay& relay) {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  auto relays = list();
  const auto found = position_of(relays, relay.authority);
  if (found == relays.end()) {
    relays.push_back(relay);
  } else if (found->key == relay.previous) {
    *found = relay;
  } else {
    return found->key == relay.key;
  }
  store(relays);
  return true;
}

bool trust_store::forget(std::string_view authority) {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  auto relays = list();
  const auto found = position_of(relays, authority);
  if (found == relays.end()) return false;
  relays.erase(found);
  store(relays);
  return true;
}

void trust_store::store(const std::vector<known_relay>& relays) {
  std::string content(heading);
  for (const known_relay& relay : relays) content += line_of(relay);
  replace_private_file(file_, content);
}

}  // namespace tern::cli
