// Asks one question after another on a schedule, shows each answer and, at the end or on
// a signal, the summary. Does not know what a question is.
#pragma once

#include "cli/command/command.hpp"
#include "udp/net.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tern::cli {

struct ping_outcome {
  std::optional<std::chrono::nanoseconds> round_trip;
  // Without an answer: whether the other side had the question, where that can be known.
  std::optional<bool> has_reached;
  std::string trouble;           // why there is no answer, if it is not silence: "connection refused"
  std::string_view transport{};  // that carried the question: "udp", "tcp"
};

struct ping_plan {
  std::string target;  // as shown: "127.0.0.1:7777"
  std::optional<std::uint64_t> count;
  std::chrono::nanoseconds interval{};
  std::chrono::nanoseconds timeout{};
};

// --count, --interval, --timeout.
std::vector<option> ping_options();
// Throws failure (usage) where they are out of range.
ping_plan plan_from(const context& call);

// May be called again before an earlier one is done; must end within the plan's timeout.
using ping_question = std::function<net::awaitable<ping_outcome>()>;

// Exit code `done` if anything was answered, else `unreachable`. To be run with
// on_signal::leave_to_main: the first signal ends it with the summary. Plan and question
// are copied when it begins.
net::awaitable<exit_code> run_pings(context& call, const ping_plan& plan, const ping_question& ask);

}  // namespace tern::cli
