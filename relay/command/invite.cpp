// `tern-relay invite`: makes, lists and revokes the invites of a relay, which may be running.
#include "relay/command/commands.hpp"
#include "relay/control/control_client.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/invite_changes.hpp"
#include "relay/server/invite_uses.hpp"
#include "relay/server/options.hpp"
#include "relay/server/private_file.hpp"
#include "udp/clock.hpp"
#include "udp/invite_file.hpp"
#include "udp/system_entropy.hpp"

// Positional values are split at commas otherwise. Before the only include.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cxxopts.hpp>
#include <exception>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::size_t name_bytes_max = 64;

constexpr std::string_view examples = R"(
Examples:
  tern-relay invite anna                     # writes anna.invite
  tern-relay invite --expires 30d --host chat.example.org ben
  tern-relay invite --uses 20 course        # for the first twenty who come by it
  tern-relay invite --list
  tern-relay invite --revoke anna

Give the file to whom it is for, by a way that others cannot read. They join with
  tern chat tern://HOST --invite anna.invite
A relay that runs with --private answers nobody else. What is made or revoked here holds at
once; who came by an invite that is revoked is sent away. With --uses N the first N people
(by their keys) who connect by it can come in, as often as they like, and nobody after them.

--list shows id, when it was made, until when it is good, how many of how many have come
by it (- where nobody counts), good or expired, and the name.
)";

template <class Value>
Value take(tl::expected<Value, std::string> result) {
  if (!result) throw usage_failure{result.error(), exit_status::failed};
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

// A number and a unit: 90m, 12h, 30d, 4w.
std::chrono::seconds lifetime_of(const std::string& text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  constexpr std::int64_t most = 100'000;
  if (error == std::errc{} && count > 0 && count <= most) {
    if (unit == "m") return std::chrono::minutes{count};
    if (unit == "h") return std::chrono::hours{count};
    if (unit == "d") return std::chrono::hours{24 * count};
    if (unit == "w") return std::chrono::hours{7 * 24 * count};
  }
  throw usage_failure{fmt::format("--expires {}: write 90m, 12h, 30d or 4w", text)};
}

std::uint32_t uses_of(const std::string& text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size() && count >= 1 && count <= invite_uses_most) return count;
  throw usage_failure{fmt::format("--uses {}: write 1 to {}", text, invite_uses_most)};
}

// It becomes a file's name and a word of the list.
std::string checked_name(const std::string& name) {
  const auto is_fine = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
           each == '-' || each == '_' || each == '.';
  };
  if (!name.empty() && name.size() <= name_bytes_max && name.front() != '.' && name.front() != '-' &&
      std::ranges::all_of(name, is_fine))
    return name;
  throw usage_failure{"NAME: 1 to 64 letters, digits, dots, - and _, to tell whom it is for"};
}

std::string day_of(proto::wall_time when) {
  return fmt::format("{:%Y-%m-%dT%H:%MZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

// What the relay that runs on the folder has changed, at once. Throws where it refuses.
tl::expected<invite_name, control_error> changed_by_relay(const data_folder& folder, const invite_request& wanted) {
  const auto answer = ask_relay(folder.path(), wanted);
  if (!answer) return tl::unexpected{answer.error()};
  try {
    const auto told = nlohmann::json::parse(*answer);
    if (!told.at("ok").get<bool>()) throw usage_failure{told.at("error").get<std::string>(), exit_status::failed};
    return invite_name{told.at("id").get<std::string>(), told.at("name").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return tl::unexpected{control_error{control_problem::unanswered, "the relay's answer cannot be understood"}};
  }
}

std::string relay_address(const std::string& host) {
  if (host.empty()) return {};
  const auto address = tern_address::parse(host);
  if (!address || address->scheme != address_scheme::tern || address->relay_key)
    throw usage_failure{fmt::format("--host {}: write HOST or HOST:PORT", host)};
  return "tern://" + address->authority();
}

listed_invite drawn_invite(const cxxopts::ParseResult& parsed, proto::entropy& source) {
  const std::string name = checked_name(parsed["name"].as<std::string>());
  const auto now = udp::clock::wall();
  std::optional<proto::wall_time> expires_at;
  if (parsed.count("expires") != 0) expires_at = now + lifetime_of(parsed["expires"].as<std::string>());
  std::optional<std::uint32_t> uses_max;
  if (parsed.count("uses") != 0) uses_max = uses_of(parsed["uses"].as<std::string>());
  const proto::invite_id id{source.draw<8>()};
  return {id, proto::secret<32>::draw(source), now, expires_at, name, uses_max};
}

std::string terms_of(const listed_invite& invite) {
  std::string terms = invite.expires_at ? "good until " + day_of(*invite.expires_at) : "good until it is revoked";
  if (invite.uses_max)
    terms += fmt::format(", for {} {}", *invite.uses_max, *invite.uses_max == 1 ? "person" : "people");
  return terms;
}

// An invite's file, which lets nobody in as long as it is in no list: then it is gone in the end.
class unlisted_file {
 public:
  explicit unlisted_file(std::filesystem::path file) : file_(std::move(file)) {}
  unlisted_file(const unlisted_file&) = delete;
  unlisted_file& operator=(const unlisted_file&) = delete;
  ~unlisted_file() {
    std::error_code ignored;
    if (!is_kept_) std::filesystem::remove(file_, ignored);
  }
  void keep() { is_kept_ = true; }
  const std::filesystem::path& path() const { return file_; }

 private:
  std::filesystem::path file_;
  bool is_kept_ = false;
};

void add(const data_folder& folder, listed_invite drawn, unlisted_file& unlisted) {
  const auto added = changed_by_relay(folder, {invite_request::wish::add, line_of(drawn)});
  if (!added && added.error().problem == control_problem::unusable)
    throw usage_failure{added.error().what, exit_status::failed};
  if (!added && added.error().problem == control_problem::not_running)
    take(add_invite(folder.invites_file(), std::move(drawn), if_locked::wait));
  unlisted.keep();
  if (!added && added.error().problem == control_problem::unanswered)
    throw usage_failure{fmt::format("{}; it is not known whether the invite is good: `tern-relay invite --list` tells, "
                                    "{} is kept",
                                    added.error().what, unlisted.path().string()),
                        exit_status::failed};
}

void make(const cxxopts::ParseResult& parsed, const data_folder& folder) {
  udp::system_entropy source;
  listed_invite drawn = drawn_invite(parsed, source);
  const std::filesystem::path file =
      parsed.count("output") != 0 ? parsed["output"].as<std::string>() : drawn.name + ".invite";
  const std::string relay = relay_address(parsed.count("host") != 0 ? parsed["host"].as<std::string>() : "");
  const auto key = take(folder.load_key(source));
  const invite_file made{key.public_part(), relay, drawn.name, proto::invite{drawn.id, drawn.shared.clone()}};
  const std::string said =
      fmt::format("invite {} for {}, {}; they join with: tern chat {} --invite {}\n", to_string(drawn.id), drawn.name,
                  terms_of(drawn), relay.empty() ? "tern://HOST" : relay, file.string());
  take(write_private_file(file, made.to_text(), existing::refused));
  unlisted_file unlisted{file};
  add(folder, std::move(drawn), unlisted);
  fmt::print("{}\n", file.string());
  fmt::print(stderr, "{}", said);
}

void list(const data_folder& folder) {
  const auto invites = take(read_invites(folder.invites_file()));
  const auto used = invite_uses::parse(take(read_private_file(folder.invite_uses_file())).value_or(""));
  const auto now = udp::clock::wall();
  for (const auto& each : invites.all()) {
    const std::string until = each.expires_at ? day_of(*each.expires_at) : "-";
    const std::string uses = each.uses_max ? fmt::format("{}/{}", used.count(each.id), *each.uses_max) : "-";
    fmt::print("{} {} {} {} {} {}\n", to_string(each.id), day_of(each.made_at), until, uses,
               each.is_good(now) ? "good" : "expired", each.name);
  }
}

invite_name revoked_in_file(const data_folder& folder, const std::string& which, const control_error& relay) {
  const auto revoked = revoke_invite(folder.invites_file(), which, if_locked::wait);
  if (revoked) return *revoked;
  const bool may_be_done = relay.problem == control_problem::unanswered;
  throw usage_failure{may_be_done ? relay.what + "; " + revoked.error() : revoked.error(), exit_status::failed};
}

void revoke(const data_folder& folder, const std::string& which) {
  if (which.find('\n') != std::string::npos) throw usage_failure{"--revoke: an id or a name has no end of line"};
  const auto by_relay = changed_by_relay(folder, {invite_request::wish::revoke, which});
  if (!by_relay && by_relay.error().problem == control_problem::unusable)
    throw usage_failure{by_relay.error().what, exit_status::failed};
  // In the file it may be done twice, and a relay that does not answer sees it there.
  const auto revoked = by_relay ? *by_relay : revoked_in_file(folder, which, by_relay.error());
  fmt::print(stderr, "revoked {} ({})\n", revoked.id, revoked.name);
}

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern-relay invite", "Invites to a private relay, each a file for one person or some."};
  parser.custom_help("[OPTION…]");
  parser.positional_help("NAME");
  parser.add_options()("data", "folder of the relay", cxxopts::value<std::string>(), "DIR");
  parser.add_options()("host", "the relay's address, to stand in the file", cxxopts::value<std::string>(),
                       "HOST[:PORT]");
  parser.add_options()("expires", "no longer good after 90m, 12h, 30d, 4w", cxxopts::value<std::string>(), "TIME");
  parser.add_options()("uses", "good for so many people (without it: for whoever has the file)",
                       cxxopts::value<std::string>(), "N");
  parser.add_options()("output", "write it there (default NAME.invite)", cxxopts::value<std::string>(), "FILE");
  parser.add_options()("list", "print all of them, a line each");
  parser.add_options()("revoke", "let nobody in by that one any more", cxxopts::value<std::string>(), "ID|NAME");
  parser.add_options()("h,help", "print this");
  parser.add_options()("name", "", cxxopts::value<std::string>());
  parser.parse_positional({"name"});
  return parser;
}

int run(cxxopts::Options& parser, int argc, const char* const* argv) {
  const auto parsed = parser.parse(argc, argv);
  if (parsed.count("help") != 0) {
    fmt::print("{}{}", parser.help(), examples);
    return 0;
  }
  if (!parsed.unmatched().empty()) throw usage_failure{parsed.unmatched().front() + ": one NAME at a time"};
  const std::filesystem::path data =
      parsed.count("data") != 0 ? std::filesystem::path{parsed["data"].as<std::string>()} : default_data_folder();
  if (data.empty()) throw usage_failure{"neither XDG_DATA_HOME nor HOME is set: give --data DIR"};
  const auto wanted = parsed.count("list") + parsed.count("revoke") + parsed.count("name");
  if (wanted != 1) throw usage_failure{"one of NAME, --list, --revoke ID"};
  take(data_folder::make(data));
  const auto folder = data_folder::without_lock(data);
  if (parsed.count("list") != 0) {
    list(folder);
  } else if (parsed.count("revoke") != 0) {
    revoke(folder, parsed["revoke"].as<std::string>());
  } else {
    make(parsed, folder);
  }
  return 0;
}

}  // namespace

int run_invite(int argc, const char* const* argv) {
  auto parser = make_parser();
  try {
    return run(parser, argc, argv);
  } catch (const usage_failure& what) {
    fmt::print(stderr, "tern-relay invite: {}\n", what.what());
    return what.status;
  } catch (const cxxopts::exceptions::exception& what) {
    fmt::print(stderr, "tern-relay invite: {}\nTry `tern-relay invite --help`.\n", what.what());
    return exit_status::usage;
  } catch (const std::exception& what) {
    fmt::print(stderr, "tern-relay invite: {}\n", what.what());
    return exit_status::failed;
  }
}

}  // namespace tern::relay
