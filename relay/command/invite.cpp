// `tern-relay invite`: makes, lists and revokes the invites of a relay that may be running; it
// notices by itself.
#include "relay/command/commands.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/invite_list.hpp"
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
#include <string>

namespace tern::relay {

namespace {

constexpr std::size_t name_bytes_max = 64;

constexpr std::string_view examples = R"(
Examples:
  tern-relay invite anna                     # writes anna.invite
  tern-relay invite --expires 30d --host chat.example.org ben
  tern-relay invite --list
  tern-relay invite --revoke anna

Give the file to one person, by a way that others cannot read. They join with
  tern chat tern://HOST --invite anna.invite
A relay that runs with --private answers nobody else. It notices new and revoked invites
within a second; who came by one that is revoked is sent away.
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

// The list and the lock that keeps others from changing it meanwhile.
class open_list {
 public:
  explicit open_list(const data_folder& folder) : file_(folder.invites_file()), lock_(take(lock_private_file(file_))) {
    const auto text = take(read_private_file(file_));
    auto list = invite_list::parse(text.value_or(""));
    if (!list) throw usage_failure{fmt::format("{}: {}", file_.string(), list.error()), exit_status::failed};
    invites = std::move(*list);
  }
  void store() const { take(write_private_file(file_, invites.to_text(), existing::replaced)); }
  invite_list invites;

 private:
  std::filesystem::path file_;
  udp::descriptor lock_;
};

std::string relay_address(const std::string& host) {
  if (host.empty()) return {};
  const auto address = tern_address::parse(host);
  if (!address || address->scheme != address_scheme::tern || address->relay_key)
    throw usage_failure{fmt::format("--host {}: write HOST or HOST:PORT", host)};
  return "tern://" + address->authority();
}

void make(const cxxopts::ParseResult& parsed, const data_folder& folder) {
  const std::string name = checked_name(parsed["name"].as<std::string>());
  const std::filesystem::path file =
      parsed.count("output") != 0 ? parsed["output"].as<std::string>() : name + ".invite";
  const std::string relay = relay_address(parsed.count("host") != 0 ? parsed["host"].as<std::string>() : "");
  udp::system_entropy source;
  const auto now = udp::clock::wall();
  std::optional<proto::wall_time> expires_at;
  if (parsed.count("expires") != 0) expires_at = now + lifetime_of(parsed["expires"].as<std::string>());

  const auto key = take(folder.load_key(source));
  const proto::invite_id id{source.draw<8>()};
  auto shared = proto::secret<32>::draw(source);
  const invite_file made{key.public_part(), relay, name, proto::invite{id, shared.clone()}};
  open_list list{folder};
  if (!list.invites.add({id, std::move(shared), now, expires_at, name}))
    throw usage_failure{fmt::format("there are {} invites already: revoke some", invite_list::invites_max),
                        exit_status::failed};
  take(write_private_file(file, made.to_text(), existing::refused));
  list.store();
  fmt::print("{}\n", file.string());
  fmt::print(stderr, "invite {} for {}, {}; they join with: tern chat {} --invite {}\n", to_string(id), name,
             expires_at ? "good until " + day_of(*expires_at) : "good until it is revoked",
             relay.empty() ? "tern://HOST" : relay, file.string());
}

void list(const data_folder& folder) {
  const open_list list{folder};
  const auto now = udp::clock::wall();
  for (const auto& each : list.invites.all()) {
    const std::string until = each.expires_at ? day_of(*each.expires_at) : "-";
    fmt::print("{} {} {} {} {}\n", to_string(each.id), day_of(each.made_at), until,
               each.is_good(now) ? "good" : "expired", each.name);
  }
}

void revoke(const data_folder& folder, const std::string& which) {
  open_list list{folder};
  const auto revoked = list.invites.revoke(which);
  if (!revoked) {
    throw usage_failure{
        fmt::format("{}: no such invite, or several of that name; `tern-relay invite --list` lists their ids", which),
        exit_status::failed};
  }
  list.store();
  fmt::print(stderr, "revoked {} ({})\n", to_string(revoked->id), revoked->name);
}

cxxopts::Options make_parser() {
  cxxopts::Options parser{"tern-relay invite", "Invites to a private relay: one file a person."};
  parser.custom_help("[OPTION…]");
  parser.positional_help("NAME");
  parser.add_options()("data", "folder of the relay", cxxopts::value<std::string>(), "DIR");
  parser.add_options()("host", "the relay's address, to stand in the file", cxxopts::value<std::string>(),
                       "HOST[:PORT]");
  parser.add_options()("expires", "no longer good after 90m, 12h, 30d, 4w", cxxopts::value<std::string>(), "TIME");
  parser.add_options()("output", "write it there (default NAME.invite)", cxxopts::value<std::string>(), "FILE");
  parser.add_options()("list", "print all: id, made, expires, state, name");
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
  } catch (const std::exception& what) {
    fmt::print(stderr, "tern-relay invite: {}\nTry `tern-relay invite --help`.\n", what.what());
    return exit_status::usage;
  }
}

}  // namespace tern::relay
