#include "cli/trust/held_invite.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace tern::cli {

namespace {

std::filesystem::path kept_file(const context& call, const tern_address& relay) {
  return call.variables.data_folder() / "invites" / (relay.authority() + ".invite");
}

void refuse_public(const std::filesystem::path& file) {
  struct ::stat found {};
  if (::stat(file.c_str(), &found) != 0 || (found.st_mode & 077U) == 0) return;
  throw failure(exit_code::configuration, "bad_invite",
                fmt::format("others may read the invite {0}: run `chmod 600 {0}`", file.string()));
}

}  // namespace

invite_file read_invite(const std::filesystem::path& file) {
  const auto content = read_private_file(file);
  if (!content) throw failure(exit_code::configuration, "no_file", fmt::format("there is no file {}", file.string()));
  refuse_public(file);
  auto invite = invite_file::parse(*content);
  if (!invite)
    throw failure(exit_code::configuration, "bad_invite", fmt::format("{} {}", file.string(), invite.error()));
  return std::move(*invite);
}

std::optional<invite_file> held_invite(const context& call, const tern_address& relay) {
  if (const auto file = call.args.value("invite")) return read_invite(*file);
  const auto kept = kept_file(call, relay);
  std::error_code error;
  if (!std::filesystem::exists(kept, error)) return std::nullopt;
  return read_invite(kept);
}

void keep_invite(const context& call, const tern_address& relay, const invite_file& invite) {
  const auto file = kept_file(call, relay);
  make_private_folder(file.parent_path());
  const file_lock lock(file);
  replace_private_file(file, invite.to_text());
}

}  // namespace tern::cli
