#include "relay/control/backup_file.hpp"

#include "relay/control/cannot.hpp"
#include "udp/descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>

namespace tern::relay {

namespace {

// The relay writes on meanwhile, perhaps to the same disk.
constexpr std::uint64_t kept_free_bytes = std::uint64_t{8} * 1024 * 1024;

tl::unexpected<std::string> is_there(const std::filesystem::path& path) {
  return tl::unexpected{fmt::format("{} is there already: a backup replaces nothing", path.string())};
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

bool sync(const std::filesystem::path& path, int flags) {
  const udp::descriptor opened{::open(path.c_str(), flags | O_CLOEXEC)};
  return opened.is_open() && ::fsync(opened.get()) == 0;
}

// link() fails where the name is taken, rename() would replace it; but not every file system
// has links.
int give_name(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return ::unlink(from.c_str()) == 0 ? 0 : errno;
  if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS && errno != EMLINK) return errno;
  std::error_code unknown;
  if (std::filesystem::exists(std::filesystem::symlink_status(to, unknown))) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

tl::expected<std::uint64_t, std::string> sync_and_name(const std::filesystem::path& path) {
  const auto unfinished = unfinished_name(path);
  if (!sync(unfinished, O_RDONLY)) return cannot("write", unfinished, errno);
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(unfinished, error);
  if (error) return cannot("look at", unfinished, error.value());
  const int problem = give_name(unfinished, path);
  if (problem == EEXIST) return is_there(path);
  if (problem != 0) return cannot("make", path, problem);
  if (!sync(folder_of(path), O_RDONLY | O_DIRECTORY)) return cannot("write", folder_of(path), errno);
  return bytes;
}

}  // namespace

std::filesystem::path unfinished_name(const std::filesystem::path& path) { return path.string() + ".unfinished"; }

tl::expected<void, std::string> may_be_written(const std::filesystem::path& path, std::uint64_t bytes) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) return is_there(path);
  const auto space = std::filesystem::space(folder_of(path), error);
  if (error) return cannot("write to", folder_of(path), error.value());
  if (space.available < bytes + kept_free_bytes) {
    return tl::unexpected{fmt::format("{} has {} MiB free and {} MiB are needed, with some to spare for the relay",
                                      folder_of(path).string(), space.available >> 20U,
                                      (bytes + kept_free_bytes) >> 20U)};
  }
  return {};
}

tl::expected<std::uint64_t, std::string> finish_backup(const std::filesystem::path& path) {
  auto finished = sync_and_name(path);
  std::error_code ignored;
  if (!finished) std::filesystem::remove(unfinished_name(path), ignored);
  return finished;
}

}  // namespace tern::relay
