#include "cli/identity/seed_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "proto/seal/base64url.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>

namespace tern::cli {

namespace {
// The first name that is free: identity.key.1, identity.key.2, …
std::filesystem::path place_for_old(const std::filesystem::path& file) {
  for (int number = 1;; ++number) {
    const std::filesystem::path candidate = fmt::format("{}.{}", file.string(), number);
    std::error_code ignored;
    if (!std::filesystem::exists(candidate, ignored)) return candidate;
  }
}
}  // namespace

seed_file::seed_file(std::filesystem::path file, std::string kind) : file_(std::move(file)), kind_(std::move(kind)) {}

std::string seed_file::content_for(const proto::secret_key& seed) const {
  return fmt::format("{} {}\n", kind_, proto::to_base64url(seed.view()));
}

std::optional<proto::secret_key> seed_file::parse(std::string_view content) const {
  if (!content.starts_with(kind_ + " ") || !content.ends_with('\n')) return std::nullopt;
  content.remove_prefix(kind_.size() + 1);
  content.remove_suffix(1);
  auto octets = proto::array_from_base64url<32>(content);
  if (!octets) return std::nullopt;
  std::optional<proto::secret_key> seed{std::in_place, std::span<const std::uint8_t, 32>{*octets}};
  proto::wipe(*octets);
  return seed;
}

bool seed_file::exists() const {
  std::error_code ignored;
  return std::filesystem::exists(file_, ignored);
}

void seed_file::require_private() const {
  struct stat status {};
  if (::stat(file_.c_str(), &status) != 0 || (status.st_mode & 077U) == 0) return;
  throw failure(exit_code::configuration, "key_exposed",
                fmt::format("others may read your key {0}; if nobody has, `chmod 600 '{0}'`, else remove it to get "
                            "a new one",
                            file_.string()));
}

std::optional<proto::secret_key> seed_file::load() const {
  const auto content = read_private_file(file_);
  if (!content) return std::nullopt;
  require_private();
  auto seed = parse(*content);
  if (!seed) {
    throw failure(exit_code::configuration, "bad_key_file",
                  fmt::format("{} is damaged; restore it from a copy, or remove it to begin anew", file_.string()));
  }
  return seed;
}

proto::secret_key seed_file::load_or_create(proto::entropy& source) const {
  if (auto existing = load()) return std::move(*existing);
  make_private_folder(file_.parent_path());
  auto seed = proto::secret_key::draw(source);
  if (create_private_file(file_, content_for(seed))) return seed;
  auto other = load();
  if (!other) {
    throw failure(exit_code::configuration, "key_vanished",
                  fmt::format("{} is being changed by another program; try again", file_.string()));
  }
  return std::move(*other);
}

std::optional<std::filesystem::path> seed_file::replace(proto::entropy& source) const {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  std::optional<std::filesystem::path> kept;
  if (const auto old = read_private_file(file_)) {
    kept = place_for_old(file_);
    create_private_file(*kept, *old);
  }
  replace_private_file(file_, content_for(proto::secret_key::draw(source)));
  return kept;
}

}  // namespace tern::cli
