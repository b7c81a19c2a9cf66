// Where log lines go: a descriptor that may be closed, full, or a pipe that nobody reads.
// None of that may hold up the relay, so what is not taken at once is lost, and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <string_view>
#include <utility>

namespace tern::relay {

// Whether it takes a line now.
bool takes_a_line(int descriptor);
// False: not (all) taken. Of a line above 4 KiB (PIPE_BUF) the rest is cut off, since a pipe
// that has room for some of it would make us wait.
bool write_line(int descriptor, std::string_view line);

class log_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit log_sink(int descriptor) : descriptor_(descriptor) {}

  bool is_ready() const { return takes_a_line(descriptor_); }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t take_lost() { return std::exchange(lost_, 0); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

  int descriptor_;
  std::uint64_t lost_ = 0;  // lines since the last take_lost()
};

}  // namespace tern::relay
