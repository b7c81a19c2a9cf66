// Reading and writing whole things through file descriptors: partial transfers, EINTR
// and EAGAIN end here. A pending signal (process/interrupt.hpp) throws interrupted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace tern::cli {

// Fails with the code of write(2): a closed reader is EPIPE.
std::error_code write_all(int fd, std::string_view data);

// Up to `bytes_max` bytes, waiting for the first. Empty at the end of input.
std::string read_some(int fd, std::size_t bytes_max, std::error_code& error);

// Everything until the end of input; nothing when it is more than `bytes_max`.
std::optional<std::string> read_to_end(int fd, std::size_t bytes_max, std::error_code& error);

// A standard descriptor that came closed is opened so that using it fails cleanly and no socket can take its
// number. Call first thing in main.
void occupy_standard_descriptors();

}  // namespace tern::cli
