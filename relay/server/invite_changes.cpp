#include "relay/server/invite_changes.hpp"

#include <fmt/format.h>
#include <utility>

namespace tern::relay {

namespace {

// The list and the lock that keeps others from changing it meanwhile.
struct open_list {
  udp::descriptor lock;
  invite_list invites;
};

tl::expected<open_list, std::string> open_to_change(const std::filesystem::path& file, if_locked then) {
  auto lock = lock_private_file(file, then);
  if (!lock) return tl::unexpected(lock.error());
  auto invites = read_invites(file);
  if (!invites) return tl::unexpected(invites.error());
  return open_list{std::move(*lock), std::move(*invites)};
}

}  // namespace

tl::expected<invite_list, std::string> read_invites(const std::filesystem::path& file) {
  const auto text = read_private_file(file);
  if (!text) return tl::unexpected(text.error());
  auto list = invite_list::parse(text->value_or(""));
  if (!list) return tl::unexpected(fmt::format("{}: {}", file.string(), list.error()));
  return std::move(*list);
}

tl::expected<void, std::string> add_invite(const std::filesystem::path& file, listed_invite made, if_locked then) {
  auto list = open_to_change(file, then);
  if (!list) return tl::unexpected(list.error());
  if (!list->invites.add(std::move(made)))
    return tl::unexpected(fmt::format("there are {} invites already: revoke some", invite_list::invites_max));
  return write_private_file(file, list->invites.to_text(), existing::replaced);
}

tl::expected<invite_name, std::string> revoke_invite(const std::filesystem::path& file, std::string_view which,
                                                     if_locked then) {
  auto list = open_to_change(file, then);
  if (!list) return tl::unexpected(list.error());
  const auto revoked = list->invites.revoke(which);
  if (!revoked)
    return tl::unexpected(
        fmt::format("{}: no such invite, or several of that name; `tern-relay invite --list` lists their ids", which));
  const auto written = write_private_file(file, list->invites.to_text(), existing::replaced);
  if (!written) return tl::unexpected(written.error());
  return invite_name{to_string(revoked->id), revoked->name};
}

}  // namespace tern::relay
