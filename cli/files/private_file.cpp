#include "cli/files/private_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/transfer.hpp"
#include "cli/process/interrupt.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tern::cli {

namespace {
constexpr std::size_t file_bytes_max = 1024 * 1024;
constexpr mode_t owner_only = 0600;

[[noreturn]] void throw_file_error(std::string_view verb, const std::filesystem::path& file, std::error_code error) {
  throw failure(exit_code::configuration, "file",
                fmt::format("cannot {} {}: {}", verb, file.string(), error.message()));
}

[[noreturn]] void throw_errno(std::string_view verb, const std::filesystem::path& file) {
  throw_file_error(verb, file, {errno, std::generic_category()});
}

// A complete file under a name of its own beside `file`, which it then replaces or becomes.
class prepared_file {
 public:
  prepared_file(const std::filesystem::path& file, std::string_view content) : name_(file.string() + ".XXXXXX") {
    const udp::descriptor opened{::mkostemp(name_.data(), O_CLOEXEC)};
    if (!opened.is_open()) throw_errno("write", file);
    if (::fchmod(opened.get(), owner_only) != 0) throw_errno("write", file);
    if (const auto error = write_all(opened.get(), content)) throw_file_error("write", file, error);
    if (::fsync(opened.get()) != 0) throw_errno("write", file);
  }
  prepared_file(const prepared_file&) = delete;
  prepared_file& operator=(const prepared_file&) = delete;
  ~prepared_file() { ::unlink(name_.c_str()); }

  const char* name() const { return name_.c_str(); }

 private:
  std::string name_;
};

void sync_folder(const std::filesystem::path& file) {
  const udp::descriptor folder{::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.is_open()) static_cast<void>(::fsync(folder.get()));
}
}  // namespace

void make_private_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return;
  const mode_t previous = ::umask(0077);
  std::filesystem::create_directories(folder, error);
  ::umask(previous);
  if (error) throw_file_error("make the folder", folder, error);
}

std::optional<std::string> read_private_file(const std::filesystem::path& file) {
  const udp::descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!opened.is_open() && errno == ENOENT) return std::nullopt;
  if (!opened.is_open()) throw_errno("read", file);
  std::error_code error;
  const auto content = read_to_end(opened.get(), file_bytes_max, error);
  if (error) throw_file_error("read", file, error);
  if (!content) throw failure(exit_code::configuration, "file", fmt::format("{} is too big", file.string()));
  return content;
}

bool create_private_file(const std::filesystem::path& file, std::string_view content) {
  const prepared_file prepared(file, content);
  if (::link(prepared.name(), file.c_str()) != 0) {
    if (errno == EEXIST) return false;
    throw_errno("write", file);
  }
  sync_folder(file);
  return true;
}

void replace_private_file(const std::filesystem::path& file, std::string_view content) {
  const prepared_file prepared(file, content);
  if (std::rename(prepared.name(), file.c_str()) != 0) throw_errno("write", file);
  sync_folder(file);
}

file_lock::file_lock(const std::filesystem::path& file)
    : descriptor_(::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only)) {
  if (!descriptor_.is_open()) throw_errno("lock", file);
  while (::flock(descriptor_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) throw_errno("lock", file);
    if (pending_signal() != 0) throw interrupted(pending_signal());
  }
}

}  // namespace tern::cli
