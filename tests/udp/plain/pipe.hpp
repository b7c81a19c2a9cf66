// A pipe whose writing end is filled by the test.
#pragma once

#include "udp/descriptor.hpp"

#include <array>
#include <string_view>
#include <unistd.h>

namespace tern::test {

class pipe {
 public:
  pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe(ends.data()) == 0) {
      read_end_ = udp::descriptor{ends[0]};
      write_end_ = udp::descriptor{ends[1]};
    }
  }
  int read_end() const { return read_end_.get(); }
  // At most what a pipe holds (64 KiB on Linux), or it would block.
  void write(std::string_view text) const { (void)!::write(write_end_.get(), text.data(), text.size()); }
  void close() { write_end_.reset(); }

 private:
  udp::descriptor read_end_;
  udp::descriptor write_end_;
};

}  // namespace tern::test
