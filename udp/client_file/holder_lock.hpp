// Shows other processes that whoever holds outboxes in a client's file is alive: a file of
// its own beside that file, locked as long as this object lives. The system lets go of the
// lock when the process ends, however it ends. A lock file that is not there is not held.
#pragma once

#include "proto/bytes.hpp"
#include "udp/descriptor.hpp"

#include <filesystem>
#include <set>

namespace tern::udp {

using holder_id = proto::byte_array<16>;

class holder_lock {
 public:
  // `folder` is made where it is missing. Throws file_error.
  static holder_lock take(const std::filesystem::path& folder, const holder_id& holder);
  // Takes what nobody holds; closed where somebody does, or where that cannot be told.
  static holder_lock take_left(const std::filesystem::path& folder, const holder_id& holder);
  // Removes the files that nobody holds, but for those of `known`.
  static void tidy(const std::filesystem::path& folder, const std::set<holder_id>& known);

  holder_lock() = default;

  // Whether it is ours.
  bool is_held() const { return is_held_; }
  // Removes the file: nobody will ask for that holder again.
  void remove();

 private:
  holder_lock(std::filesystem::path file, descriptor held)
      : file_(std::move(file)), held_(std::move(held)), is_held_(true) {}

  std::filesystem::path file_;
  descriptor held_;
  bool is_held_ = false;
};

}  // namespace tern::udp
