// Lines for the end of a private file, kept until they are on the disk: what could not be written
// stays and goes with what comes next, or at the end. From any thread.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

class late_lines {
 public:
  explicit late_lines(std::filesystem::path file) : file_(std::move(file)) {}
  ~late_lines() { static_cast<void>(write()); }
  late_lines(const late_lines&) = delete;
  late_lines& operator=(const late_lines&) = delete;

  // With its end.
  void add(std::string_view line);
  bool is_empty() const;
  // All that there is. Waits for the disk. A line may come to stand there twice, after an error.
  tl::expected<void, std::string> write();

 private:
  const std::filesystem::path file_;
  mutable std::mutex mutex_;  // guards what follows
  std::string text_;
};

}  // namespace tern::relay
