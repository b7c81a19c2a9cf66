// The answers of the control socket, one line of JSON each: `schema`, `record` (the request's
// word), `ok`, then either `error`, a sentence for a person, or what was asked for. The same
// lines are what the commands print with --json.
#pragma once

#include "relay/control/relay_stats.hpp"
#include "relay/store/store.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tern::relay {

inline constexpr std::string_view control_schema = "tern-relay/1";
// A damaged log may have more; their number is told.
inline constexpr std::size_t damages_told_max = 20;

// All of them with their end of line.
std::string refusal_line(std::string_view record, std::string_view why);
std::string stats_line(const relay_stats& stats);
// `bytes`: of the file at `path`.
std::string backup_line(std::string_view path, std::uint64_t bytes);
// What was made or revoked.
std::string invite_line(std::string_view id, std::string_view name);
std::string verify_line(std::string_view what, const verify_report& report);

}  // namespace tern::relay
