#include "relay/command/output.hpp"

#include "relay/control/control_answer.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tern::relay {

namespace {

using json = nlohmann::json;

std::string bytes(const json& count) {
  auto value = count.get<double>();
  if (value < 1024) return fmt::format("{} B", count.get<std::uint64_t>());
  for (const std::string_view unit : {"KiB", "MiB", "GiB"}) {
    value /= 1024;
    if (value < 1024) return fmt::format("{:.1f} {}", value, unit);
  }
  return fmt::format("{:.1f} TiB", value / 1024);
}

std::string milliseconds(const json& microseconds) {
  return fmt::format("{:.1f} ms", microseconds.get<double>() / 1000);
}

std::string duration(const json& ms) {
  const auto seconds = ms.get<std::uint64_t>() / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds / 3600 % 24);
}

std::string latency(const json& of) {
  if (of.is_null()) return "none in the last minutes";
  return fmt::format("p50 {}, p90 {}, p99 {}, at most {} ({} in the last minutes)", milliseconds(of["p50_us"]),
                     milliseconds(of["p90_us"]), milliseconds(of["p99_us"]), milliseconds(of["max_us"]),
                     of["count"].get<std::uint64_t>());
}

std::string refusals(const json& counts) {
  std::string text;
  for (const auto& [limit, count] : counts.items()) {
    if (count.get<std::uint64_t>() == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", limit, count.get<std::uint64_t>());
  }
  return text.empty() ? "nothing" : text;
}

// Damaged data may hold anything.
std::string printable(std::string text) {
  for (char& letter : text) {
    if (letter < ' ' || letter > '~') letter = '?';
  }
  return text;
}

std::string text_of(const json& damage) {
  const std::string what = printable(damage["what"]);
  if (damage["log"].is_null()) return fmt::format("damage: {}\n", what);
  return fmt::format("damage: {} {} #{}: {}\n", printable(damage["kind"]), printable(damage["log"]),
                     damage["position"].get<std::uint64_t>(), what);
}

void print(std::FILE* where, const std::string& text) { std::fputs(text.c_str(), where); }

int status_of(const json& answer) {
  const bool is_good = answer.value("ok", false) && answer.value("sound", true);
  return is_good ? exit_status::done : exit_status::failed;
}

std::string text_of(std::string_view word, const json& answer, const std::string& line) {
  if (word == "stats") return stats_table(line);
  if (word == "verify") return verify_text(line);
  return fmt::format("{}: {}\n", answer["path"].get<std::string>(), bytes(answer["bytes"]));
}

}  // namespace

std::string stats_table(std::string_view answer) {
  const json all = json::parse(answer);
  const auto number = [&](const char* name) { return all[name].get<std::uint64_t>(); };
  const json& queues = all["queues"];
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<12} {}\n", name, value);
  };
  line("relay", fmt::format("tern-relay {}, up {}, durability {}{}", all["version"].get<std::string>(),
                            duration(all["uptime_ms"]), all["durability"].get<std::string>(),
                            all["draining"].get<bool>() ? ", shutting down" : ""));
  line("data", all["data"]);
  line("connections", fmt::format("{} ({} half-open), {} by text", number("connections"), number("half_open"),
                                  number("text_visitors")));
  line("rooms", fmt::format("{}", number("rooms")));
  line("messages", fmt::format("{} committed, {} sent again, {} relayed live, {} delivered", number("committed"),
                               number("duplicates"), number("relayed"), number("delivered")));
  line("commits", latency(all["commit_latency"]));
  line("waiting", fmt::format("{} to be committed ({}), {} other requests, {} without an answer",
                              queues["appends"].get<std::uint64_t>(), bytes(queues["append_bytes"]),
                              queues["others"].get<std::uint64_t>(), queues["undecided"].get<std::uint64_t>()));
  line("refused", refusals(all["refusals"]));
  line("network", fmt::format("{} in, {} out, {} datagrams lost in full buffers", bytes(all["bytes_received"]),
                              bytes(all["bytes_sent"]), number("receive_drops")));
  line("disk", fmt::format("{} and {} of journal, {} free", bytes(all["log_bytes"]), bytes(all["journal_bytes"]),
                           bytes(all["disk_free_bytes"])));
  return text;
}

std::string verify_text(std::string_view answer) {
  const json all = json::parse(answer);
  const auto found = all["damages_found"].get<std::uint64_t>();
  std::string text = fmt::format("{} rooms, {} inboxes, {} rows: {}\n", all["rooms"].get<std::uint64_t>(),
                                 all["inboxes"].get<std::uint64_t>(), all["rows"].get<std::uint64_t>(),
                                 found == 0 ? "sound" : fmt::format("DAMAGED in {} places", found));
  for (const json& damage : all["damages"]) text += text_of(damage);
  if (found > all["damages"].size()) text += fmt::format("and {} more\n", found - all["damages"].size());
  return text;
}

int show(const command_arguments& given, std::string_view word, const std::string& answer) {
  const json parsed = json::parse(answer, nullptr, false);
  if (parsed.is_discarded()) {
    return show(given, word, control_error{control_problem::unusable, "the relay's answer cannot be understood"});
  }
  if (given.is_json) {
    print(stdout, answer + '\n');
  } else if (!parsed.value("ok", false)) {
    print(stderr, fmt::format("tern-relay {}: {}\n", word, parsed.value("error", "refused")));
  } else {
    print(stdout, text_of(word, parsed, answer));
  }
  return status_of(parsed);
}

int show(const command_arguments& given, std::string_view word, const control_error& error) {
  if (given.is_json) {
    print(stdout, refusal_line(word, error.what));
  } else {
    print(stderr, fmt::format("tern-relay {}: {}\n", word, error.what));
  }
  return error.problem == control_problem::not_running ? exit_status::unreachable : exit_status::failed;
}

int ask_and_show(const command_arguments& given, std::string_view word, const control_request& request) {
  const auto answer = ask_relay(given.relay.data, request);
  return answer ? show(given, word, *answer) : show(given, word, answer.error());
}

}  // namespace tern::relay
