#include "udp/client_file/holder_lock.hpp"

#include "udp/client_file/database.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>

namespace tern::udp {

namespace {

constexpr mode_t owner_only = 0600;
constexpr mode_t owner_only_folder = 0700;

std::string name_of(const holder_id& holder) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const std::uint8_t octet : holder) (name += digits[octet >> 4U]) += digits[octet & 15U];
  return name;
}

// Whoever tidies up may have removed the file between its being made and its being locked.
bool is_removed(const descriptor& file) {
  struct stat found {};
  return ::fstat(file.get(), &found) != 0 || found.st_nlink == 0;
}

// The name is ours alone: whoever tidies up holds it for a moment.
bool wait_for_lock(const descriptor& file) {
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw file_error("cannot lock " + file.string() + ": " + std::generic_category().message(errno));
}

}  // namespace

holder_lock holder_lock::take(const std::filesystem::path& folder, const holder_id& holder) {
  if (::mkdir(folder.c_str(), owner_only_folder) != 0 && errno != EEXIST) fail(folder);
  const auto file = folder / name_of(holder);
  for (;;) {
    descriptor opened{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only)};
    if (!opened.is_open() || !wait_for_lock(opened)) fail(file);
    if (!is_removed(opened)) return {file, std::move(opened)};
  }
}

holder_lock holder_lock::take_left(const std::filesystem::path& folder, const holder_id& holder) {
  const auto file = folder / name_of(holder);
  descriptor opened{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
  const bool is_free = opened.is_open() ? ::flock(opened.get(), LOCK_EX | LOCK_NB) == 0 : errno == ENOENT;
  return is_free ? holder_lock{file, std::move(opened)} : holder_lock{};
}

void holder_lock::tidy(const std::filesystem::path& folder, const std::set<holder_id>& known) {
  std::set<std::string> names;
  for (const holder_id& each : known) names.insert(name_of(each));
  std::error_code error;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator at{folder, error}; !error && at != end; at.increment(error)) {
    const std::filesystem::path& file = at->path();
    if (names.contains(file.filename())) continue;
    const descriptor opened{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
    if (opened.is_open() && ::flock(opened.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(file.c_str());
  }
}

void holder_lock::remove() {
  if (is_held_) ::unlink(file_.c_str());
  *this = {};
}

}  // namespace tern::udp
