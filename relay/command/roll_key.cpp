// `tern-relay roll-key`: replaces a relay's key in three steps, so that nobody is locked out who
// comes by in between.
#include "proto/seal/base64url.hpp"
#include "proto/seal/fingerprint.hpp"
#include "relay/command/commands.hpp"
#include "relay/server/data_folder.hpp"
#include "relay/server/options.hpp"
#include "relay/server/private_file.hpp"
#include "udp/system_entropy.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tern::relay {

namespace {

constexpr std::string_view help = R"(Replaces the relay's key. Restart the relay after each step.

Usage:
  tern-relay roll-key [--data DIR] announce|switch|finish|show

  announce   makes the next key; the relay tells it to everyone who comes, under the old one
  switch     the next key becomes the key, shown in the line to paste; the old one is still good
  finish     the old key is good no more: whoever has not come since `announce` is refused
  show       which keys there are
)";

using outcome = tl::expected<std::string, std::string>;

outcome announce(const data_folder& folder) {
  udp::system_entropy source;
  const auto previous = folder.load_other_key(folder.previous_key_file());
  if (!previous) return tl::unexpected(previous.error());
  if (*previous) return tl::unexpected(std::string{"the last change is not over: `tern-relay roll-key finish` first"});
  if (const auto key = folder.load_key(source); !key) return tl::unexpected(key.error());
  const auto made = proto::secret_key::draw(source);
  const auto written =
      write_private_file(folder.next_key_file(), proto::to_base64url(made.view()) + '\n', existing::refused);
  if (!written) return tl::unexpected(written.error());
  return "announced from the relay's next start on; let some weeks pass, then: tern-relay roll-key switch";
}

// The old key is kept first: a crash in between leaves it twice, and none lost.
outcome change_over(const data_folder& folder) {
  const auto next = folder.load_other_key(folder.next_key_file());
  if (!next) return tl::unexpected(next.error());
  if (!*next) return tl::unexpected(std::string{"there is no next key: `tern-relay roll-key announce` first"});
  const auto current = read_private_file(folder.key_file());
  if (!current) return tl::unexpected(current.error());
  if (!*current) return tl::unexpected(folder.key_file().string() + " is missing");
  if (const auto kept = write_private_file(folder.previous_key_file(), **current, existing::replaced); !kept)
    return tl::unexpected(kept.error());
  if (::rename(folder.next_key_file().c_str(), folder.key_file().c_str()) != 0)
    return tl::unexpected("cannot replace " + folder.key_file().string());
  return "switched from the relay's next start on; those who know the old key still get in";
}

outcome finish(const data_folder& folder) {
  if (::unlink(folder.previous_key_file().c_str()) != 0)
    return tl::unexpected(std::string{"there is no old key: nothing to finish"});
  return "the old key is good no more, from the relay's next start on";
}

outcome show(const data_folder& folder) {
  std::string lines;
  const auto add = [&](std::string_view what, const std::filesystem::path& file) -> tl::expected<void, std::string> {
    const auto key = folder.load_other_key(file);
    if (!key) return tl::unexpected(key.error());
    if (*key) {
      const auto& octets = (*key)->public_part().octets;
      lines += fmt::format("{} {} {}\n", what, proto::to_base64url(octets), proto::fingerprint(octets));
    }
    return {};
  };
  for (const auto& [what, file] :
       {std::pair{"old", folder.previous_key_file()}, {"key", folder.key_file()}, {"next", folder.next_key_file()}})
    if (const auto added = add(what, file); !added) return tl::unexpected(added.error());
  std::fputs(lines.c_str(), stdout);
  return std::string{};
}

std::optional<outcome> carry_out(std::string_view step, const data_folder& folder) {
  if (step == "announce") return announce(folder);
  if (step == "switch") return change_over(folder);
  if (step == "finish") return finish(folder);
  if (step == "show") return show(folder);
  return std::nullopt;
}

}  // namespace

int run_roll_key(int argc, const char* const* argv) {
  std::filesystem::path data = default_data_folder();
  std::string step;
  bool is_folder_next = false;
  for (const std::string_view word : std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)) {
    if (word == "--help" || word == "-h") {
      std::fputs(help.data(), stdout);
      return 0;
    }
    if (word.starts_with("--data=")) {
      data = word.substr(7);
    } else if (word == "--data") {
      is_folder_next = true;
    } else if (std::exchange(is_folder_next, false)) {
      data = word;
    } else if (step.empty()) {
      step = word;
    } else {
      step = "?";
    }
  }
  const auto done = data.empty() || is_folder_next ? std::nullopt : carry_out(step, data_folder::without_lock(data));
  if (!done) {
    std::fputs(help.data(), stderr);
    return exit_status::usage;
  }
  const outcome& told = *done;
  if (!told) {
    fmt::print(stderr, "tern-relay roll-key: {}\n", told.error());
    return exit_status::failed;
  }
  if (!told->empty()) fmt::print(stderr, "{}\n", *told);
  return 0;
}

}  // namespace tern::relay
