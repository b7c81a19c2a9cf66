#include "cli/chat/rendering.hpp"

#include "cli/chat/labels.hpp"
#include "cli/screen_safety/screen_safety.hpp"
#include "cli/units/units.hpp"
#include "proto/seal/base64url.hpp"

#include <fmt/format.h>

namespace tern::cli {

namespace {
constexpr std::string_view gutter = "    | ";

std::string body_text(const proto::chat::entry& message) {
  if (message.kind == proto::chat::body_kind::bytes) return screen_bytes(message.body.size());
  return screen_text(proto::as_text(message.body), gutter);
}

// What stands before a message that is not from `here`.
std::string place_prefix(const proto::chat::destination& from, const proto::chat::destination& here) {
  if (from == here) return {};
  return from.kind == proto::chat::destination_kind::room ? place_label(from) + ": " : "privately: ";
}
}  // namespace

std::string message_line(const proto::chat::destination& from, const proto::chat::entry& message,
                         const proto::chat::destination& here) {
  return fmt::format("{}[{}] {}", place_prefix(from, here), person_label(message.sender_name, message.sender),
                     body_text(message));
}

std::string log_line(const proto::chat::entry& message) {
  return fmt::format("#{} {} [{}] {}", message.position.value, local_clock_text(message.time),
                     person_label(message.sender_name, message.sender), body_text(message));
}

nlohmann::ordered_json message_record(const proto::chat::destination& from, const proto::chat::entry& message) {
  nlohmann::ordered_json record{{"type", "message"},
                                {"room", place_label(from)},
                                {"position", message.position.value},
                                {"time", utc_text(message.time)},
                                {"name", message.sender_name},
                                {"key", proto::to_base64url(message.sender)}};
  if (message.kind == proto::chat::body_kind::text) {
    record["text"] = proto::as_text(message.body);
  } else {
    record["base64url"] = proto::to_base64url(message.body);
  }
  return record;
}

std::string presence_line(const proto::chat::presence& change) {
  const std::string who = person_label(change.name, change.key);
  switch (change.what) {
    case proto::chat::presence_change::here:
      return fmt::format("{} is here", who);
    case proto::chat::presence_change::joined:
      return fmt::format("{} joined", who);
    case proto::chat::presence_change::left:
      return fmt::format("{} left", who);
    case proto::chat::presence_change::renamed:
      return fmt::format("{} is now {}", person_label(change.previous_name, change.key), who);
  }
  return {};
}

nlohmann::ordered_json presence_record(const proto::chat::destination& in, const proto::chat::presence& change) {
  constexpr std::array<std::string_view, 4> words{"here", "joined", "left", "renamed"};
  nlohmann::ordered_json record{{"type", "presence"},
                                {"room", place_label(in)},
                                {"what", words.at(static_cast<std::size_t>(change.what))},
                                {"name", change.name},
                                {"key", proto::to_base64url(change.key)}};
  if (!change.previous_name.empty()) record["previous_name"] = change.previous_name;
  return record;
}

std::string joined_line(const proto::chat::destination& in, proto::log_position position,
                        const std::vector<proto::chat::person>& others) {
  constexpr std::size_t named_max = 10;
  std::string people = fmt::format("{} others", others.size());
  if (others.size() <= named_max) {
    std::vector<std::string> names;
    for (const auto& person : others) names.push_back(person_label(person.name, person.key));
    people = others.empty() ? "nobody else" : fmt::format("{}", fmt::join(names, ", "));
  }
  return fmt::format("joined {} at #{}; here: {}", place_label(in), position.value, people);
}

nlohmann::ordered_json joined_record(const proto::chat::destination& in, proto::log_position position,
                                     const std::vector<proto::chat::person>& others) {
  auto people = nlohmann::ordered_json::array();
  for (const auto& person : others) {
    people.push_back({{"name", person.name}, {"key", proto::to_base64url(person.key)}});
  }
  return {{"type", "joined"}, {"room", place_label(in)}, {"position", position.value}, {"people", people}};
}

std::string gap_line(const proto::chat::destination& in, const proto::chat::gap& missing) {
  return fmt::format("the messages #{} to #{} of {} are no longer there", missing.first.value, missing.last.value,
                     place_label(in));
}

nlohmann::ordered_json gap_record(const proto::chat::destination& in, const proto::chat::gap& missing) {
  return {{"type", "gap"}, {"room", place_label(in)}, {"first", missing.first.value}, {"last", missing.last.value}};
}

std::string receipt_line(const proto::chat::destination& to, proto::log_position position, proto::duration latency,
                         bool duplicate, bool is_kept) {
  const std::string place = position.value == 0 ? std::string() : fmt::format(" #{}", position.value);
  return fmt::format("{} {}{} in {}{}", is_kept ? "committed" : "relayed", place_label(to), place,
                     format_duration(latency), duplicate ? " (it had been before)" : "");
}

std::string refusal_line(proto::chat::refusal reason, const std::string& relays_words) {
  const std::string words = relays_words.empty() ? std::string() : fmt::format(" ({})", screen_line(relays_words));
  return fmt::format("the relay refused it: {}{}", refusal_text(reason), words);
}

}  // namespace tern::cli
