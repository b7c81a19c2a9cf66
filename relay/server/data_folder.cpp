#include "relay/server/data_folder.hpp"

#include "proto/seal/base64url.hpp"
#include "relay/control/cannot.hpp"
#include "relay/server/private_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace tern::relay {

namespace {

constexpr mode_t own_folder = 0700;
constexpr mode_t own_file = 0600;

tl::expected<void, std::string> make_folder(const std::filesystem::path& folder) {
  struct ::stat found {};
  if (::stat(folder.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return {};
    return cannot("use", folder, ENOTDIR);
  }
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    if (auto made = make_folder(folder.parent_path()); !made) return made;
  }
  if (::mkdir(folder.c_str(), own_folder) != 0 && errno != EEXIST) return cannot("make", folder, errno);
  return {};
}

std::string text_of(const proto::secret<32>& kept) { return proto::to_base64url(kept.view()) + '\n'; }

std::optional<proto::secret<32>> secret_from(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto octets = proto::array_from_base64url<32>(text);
  if (!octets) return std::nullopt;
  return proto::secret<32>{std::span<const std::uint8_t, 32>{*octets}};
}

}  // namespace

tl::expected<data_folder, std::string> data_folder::open(const std::filesystem::path& folder) {
  if (auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  const auto lock_path = folder / "lock";
  udp::descriptor lock{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, own_file)};
  if (!lock.is_open()) return cannot("open", lock_path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot("lock", lock_path, errno);
    return tl::unexpected(fmt::format(
        "another relay is running on {}: stop it, or give this one its own folder with --data DIR", folder.string()));
  }
  return data_folder{folder, std::move(lock)};
}

data_folder data_folder::without_lock(const std::filesystem::path& folder) { return {folder, udp::descriptor{}}; }

tl::expected<void, std::string> data_folder::make(const std::filesystem::path& folder) { return make_folder(folder); }

std::optional<udp::descriptor> data_folder::lock_if_stopped(const std::filesystem::path& folder) {
  udp::descriptor lock{::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!lock.is_open() || ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return lock;
  return std::nullopt;
}

bool data_folder::has_key() const {
  struct ::stat found {};
  return ::lstat(key_file().c_str(), &found) == 0;
}

data_folder::usage data_folder::disk_use() const {
  const auto size_of = [](const std::filesystem::path& file) -> std::uint64_t {
    std::error_code missing;
    const auto size = std::filesystem::file_size(file, missing);
    return missing ? 0 : size;
  };
  std::error_code unknown;
  const auto space = std::filesystem::space(path_, unknown);
  return {size_of(log_file()), size_of(log_file().string() + "-wal"), unknown ? 0 : space.available};
}

tl::expected<proto::x25519_keypair, std::string> data_folder::load_key(proto::entropy& source) const {
  auto octets = load_or_create(key_file(),
                               "is not a key: restore it from a backup, or remove it to get a new key, "
                               "which every client will have to be told",
                               source);
  if (!octets) return tl::unexpected(octets.error());
  return proto::x25519_keypair{std::move(*octets)};
}

tl::expected<proto::secret<32>, std::string> data_folder::load_stored_secret(proto::entropy& source) const {
  return load_or_create(secret_file(), "is not a secret: remove it to get a new one", source);
}

tl::expected<std::shared_ptr<const proto::x25519_keypair>, std::string> data_folder::load_other_key(
    const std::filesystem::path& from) const {
  const auto text = read_private_file(from);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return nullptr;
  auto octets = secret_from(**text);
  if (!octets) return tl::unexpected(fmt::format("{} is not a key: restore it or remove it", from.string()));
  return std::make_shared<const proto::x25519_keypair>(std::move(*octets));
}

tl::expected<proto::secret<32>, std::string> data_folder::load_or_create(const std::filesystem::path& file,
                                                                         std::string_view complaint,
                                                                         proto::entropy& source) {
  auto text = read_private_file(file);
  if (text && !*text) {
    const std::string fresh = text_of(proto::secret<32>::draw(source));
    // Of several processes one makes it, and all read the same.
    if (auto made = write_private_file(file, fresh, existing::kept); !made) return tl::unexpected(made.error());
    text = read_private_file(file);
  }
  if (!text) return tl::unexpected(text.error());
  auto octets = secret_from(text->value_or(""));
  if (!octets) return tl::unexpected(fmt::format("{} {}", file.string(), complaint));
  return std::move(*octets);
}

}  // namespace tern::relay
