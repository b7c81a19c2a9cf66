#include "relay/server/private_file.hpp"

#include "relay/control/cannot.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tern::relay {

namespace {

constexpr mode_t own_file = 0600;
constexpr std::size_t file_bytes_max = std::size_t{16} << 20U;

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Gone with its name at the end, unless it was renamed.
struct temporary_name {
  explicit temporary_name(const std::filesystem::path& file) : text(file.string() + ".XXXXXX") {}
  temporary_name(const temporary_name&) = delete;
  temporary_name& operator=(const temporary_name&) = delete;
  ~temporary_name() { ::unlink(text.c_str()); }
  std::string text;
};

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

// What root makes in the folder of a service's own user is for that user to read.
bool give_to_owner_of(const std::filesystem::path& folder, int fd) {
  struct ::stat owner {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0) return true;
  return ::fchown(fd, owner.st_uid, owner.st_gid) == 0;
}

bool ends_amid_a_line(int fd) {
  struct ::stat found {};
  char last = '\n';
  return ::fstat(fd, &found) == 0 && found.st_size > 0 && ::pread(fd, &last, 1, found.st_size - 1) == 1 && last != '\n';
}

// 0, or why it has not got its name.
int give_name(const std::string& from, const std::filesystem::path& to, existing what) {
  if (what == existing::replaced) return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
  if (::link(from.c_str(), to.c_str()) == 0) return 0;
  return errno == EEXIST && what == existing::kept ? 0 : errno;
}

}  // namespace

tl::expected<std::optional<std::string>, std::string> read_private_file(const std::filesystem::path& file) {
  // Nobody may ever write to a pipe: it is not waited for.
  const udp::descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!opened.is_open() && errno == ENOENT) return std::nullopt;
  if (!opened.is_open()) return cannot("open", file, errno);
  struct ::stat found {};
  if (::fstat(opened.get(), &found) != 0) return cannot("look at", file, errno);
  if (!S_ISREG(found.st_mode)) return tl::unexpected(file.string() + " is no regular file");
  if ((found.st_mode & 077U) != 0)
    return tl::unexpected(fmt::format("others may read {0}: run `chmod 600 {0}`", file.string()));
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t size = ::read(opened.get(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return cannot("read", file, errno);
    if (size == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(size));
    if (text.size() > file_bytes_max) return cannot("read", file, EFBIG);
  }
}

tl::expected<void, std::string> write_private_file(const std::filesystem::path& file, std::string_view text,
                                                   existing what) {
  temporary_name fresh{file};
  const udp::descriptor opened{::mkostemp(fresh.text.data(), O_CLOEXEC)};
  if (!opened.is_open()) return cannot("make", file, errno);
  const auto parent = folder_of(file);
  if (::fchmod(opened.get(), own_file) != 0 || !give_to_owner_of(parent, opened.get()) ||
      !write_all(opened.get(), text) || ::fsync(opened.get()) != 0)
    return cannot("write", file, errno);
  if (const int error = give_name(fresh.text, file, what); error != 0) return cannot("make", file, error);
  const udp::descriptor folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return cannot("write", parent, errno);
  return {};
}

tl::expected<void, std::string> append_lines_to_private_file(const std::filesystem::path& file,
                                                             std::string_view lines) {
  const udp::descriptor opened{::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, own_file)};
  if (!opened.is_open()) return cannot("open", file, errno);
  const std::string_view begin = ends_amid_a_line(opened.get()) ? "\n" : "";
  if (!give_to_owner_of(folder_of(file), opened.get()) || !write_all(opened.get(), begin) ||
      !write_all(opened.get(), lines) || ::fsync(opened.get()) != 0)
    return cannot("write", file, errno);
  return {};
}

tl::expected<udp::descriptor, std::string> lock_private_file(const std::filesystem::path& file, if_locked then) {
  const std::filesystem::path name{file.string() + ".lock"};
  udp::descriptor lock{::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, own_file)};
  if (!lock.is_open() || !give_to_owner_of(folder_of(name), lock.get())) return cannot("open", name, errno);
  while (::flock(lock.get(), then == if_locked::wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return cannot("lock", name, errno);
  }
  return lock;
}

}  // namespace tern::relay
