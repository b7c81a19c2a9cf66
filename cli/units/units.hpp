// Durations, sizes, rates and shares as people write them: 25ms, 1.5s, 64KiB, 1Mbit, 5%. A bare number is
// refused (except 0), because nobody knows what it counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::cli {

// Units: ns us ms s m h d. Range: 0 to 365 days. The error says what would be right.
tl::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text);

// Units: B, kB MB GB (powers of 1000), KiB MiB GiB (powers of 1024). Range: 0 to 2^53.
tl::expected<std::uint64_t, std::string> parse_size(std::string_view text);

// Bits a second. Units: bit kbit Mbit Gbit (powers of 1000), with or without `/s`. Range: 0 to 2^53.
tl::expected<std::uint64_t, std::string> parse_rate(std::string_view text);

// A number with `%`, 0% to 100%, as a share between 0 and 1.
tl::expected<double, std::string> parse_share(std::string_view text);

// At most three significant digits: 25.3 ms, 1.5 s, 980 us.
std::string format_duration(std::chrono::nanoseconds duration);

// 812 B, 12 KiB, 1.5 MiB.
std::string format_size(std::uint64_t bytes);

}  // namespace tern::cli
