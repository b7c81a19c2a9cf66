// How far the private messages that a relay keeps for an identity were shown, kept between
// runs, so that what waited for someone absent is shown once. A text file, one identity at
// one relay a line, which any number of processes read and change at once (lock, then
// replace whole). Losing it loses no message: they are only shown again.
#pragma once

#include "proto/chat/ops.hpp"
#include "proto/seal/keys.hpp"

#include <compare>
#include <filesystem>
#include <map>
#include <optional>

namespace tern::cli {

// Whose messages, and which relay keeps them.
struct inbox_owner {
  proto::byte_array<32> relay{};
  proto::chat::key_bytes self{};
  auto operator<=>(const inbox_owner&) const = default;
};

class cursor_file {
 public:
  explicit cursor_file(std::filesystem::path data_folder);

  // Throws failure (configuration) where the file is damaged or out of reach.
  std::optional<proto::chat::cursor> find(const inbox_owner& owner) const;
  // Both leave out lines that are damaged and throw failure (configuration) where the file cannot be written.
  // Never goes back within a log: another process may be further.
  void advance(const inbox_owner& owner, const proto::chat::cursor& place);
  // The relay does not know the place that was kept, which may be further on in the same log.
  void restart(const inbox_owner& owner, const proto::chat::cursor& place);

  const std::filesystem::path& file() const { return file_; }

 private:
  struct content {
    std::map<inbox_owner, proto::chat::cursor> places;
    int damaged_line = 0;  // the first one; 0: none
  };
  content read() const;
  void write(const content& now) const;

  std::filesystem::path file_;
};

}  // namespace tern::cli
