#include "relay/server/data_folder.hpp"

#include "proto/seal/base64url.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>

namespace tern::relay {

namespace {

constexpr mode_t own_folder = 0700;
constexpr mode_t own_file = 0600;
constexpr std::size_t key_text_bytes = 43;  // base64url of 32 bytes

std::string why(int error) { return std::error_code{error, std::system_category()}.message(); }

tl::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& path, int error) {
  return tl::unexpected(fmt::format("cannot {} {}: {}", what, path.string(), why(error)));
}

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

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
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

tl::expected<proto::x25519_keypair, std::string> data_folder::load_key(proto::entropy& source) const {
  udp::descriptor file{::open(key_file().c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.is_open() && errno == ENOENT) {
    if (auto made = create_key(source); !made) return tl::unexpected(made.error());
    file = udp::descriptor{::open(key_file().c_str(), O_RDONLY | O_CLOEXEC)};
  }
  if (!file.is_open()) return cannot("open", key_file(), errno);
  struct ::stat found {};
  if (::fstat(file.get(), &found) != 0) return cannot("look at", key_file(), errno);
  if ((found.st_mode & 077U) != 0) {
    return tl::unexpected(fmt::format("others may read {0}: run `chmod 600 {0}`", key_file().string()));
  }
  std::array<char, key_text_bytes + 2> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return cannot("read", key_file(), errno);
  std::string_view line{text.data(), static_cast<std::size_t>(size)};
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto octets = proto::array_from_base64url<32>(line);
  if (!octets) {
    return tl::unexpected(
        fmt::format("{} is not a key: restore it from a backup, or remove it to get a new key, "
                    "which every client will have to be told",
                    key_file().string()));
  }
  return proto::x25519_keypair{proto::secret_key{std::span<const std::uint8_t, 32>{*octets}}};
}

// Whole or not at all: a crash leaves no half of a key behind.
tl::expected<void, std::string> data_folder::create_key(proto::entropy& source) const {
  const auto fresh = path_ / "relay.key.new";
  udp::descriptor file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, own_file)};
  if (!file.is_open()) return cannot("make", fresh, errno);
  const auto made = proto::secret_key::draw(source);
  const std::string text = proto::to_base64url(made.view()) + '\n';
  if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) return cannot("write", fresh, errno);
  if (::rename(fresh.c_str(), key_file().c_str()) != 0) return cannot("make", key_file(), errno);
  const udp::descriptor folder{::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return cannot("write", path_, errno);
  return {};
}

}  // namespace tern::relay
