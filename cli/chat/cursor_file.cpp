#include "cli/chat/cursor_file.hpp"

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"
#include "proto/packet/varint.hpp"
#include "proto/seal/base64url.hpp"

#include <fmt/format.h>
#include <sstream>

namespace tern::cli {

namespace {
constexpr std::string_view heading =
    "# Up to where private messages were shown: RELAY SELF LOG POSITION CHAIN. Without a line they are shown again.\n";
// So many lines would be one for each of thousands of relays: it is something else then.
constexpr std::uintmax_t file_bytes_max = 1024 * 1024;

struct kept_place {
  inbox_owner owner;
  proto::chat::cursor place;
};

template <std::size_t Size>
bool read_octets(std::istream& words, proto::byte_array<Size>& octets) {
  std::string text;
  words >> text;
  const auto decoded = proto::array_from_base64url<Size>(text);
  if (decoded) octets = *decoded;
  return decoded.has_value();
}

std::optional<kept_place> parse_line(const std::string& line) {
  std::istringstream words(line);
  kept_place kept;
  const bool is_whole = read_octets(words, kept.owner.relay) && read_octets(words, kept.owner.self) &&
                        read_octets(words, kept.place.log) && words >> kept.place.position.value &&
                        kept.place.position.value <= proto::varint_max && read_octets(words, kept.place.chain);
  std::string more;
  if (!is_whole || words >> more) return std::nullopt;
  return kept;
}

std::string line_of(const inbox_owner& owner, const proto::chat::cursor& place) {
  return fmt::format("{} {} {} {} {}\n", proto::to_base64url(owner.relay), proto::to_base64url(owner.self),
                     proto::to_base64url(place.log), place.position.value, proto::to_base64url(place.chain));
}

bool is_too_big(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > file_bytes_max;
}
}  // namespace

cursor_file::cursor_file(std::filesystem::path data_folder) : file_(std::move(data_folder) / "cursors") {}

cursor_file::content cursor_file::read() const {
  content result;
  if (is_too_big(file_)) {
    result.damaged_line = 1;
    return result;
  }
  std::istringstream lines(read_private_file(file_).value_or(""));
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (const auto kept = parse_line(line)) {
      result.places.insert_or_assign(kept->owner, kept->place);
    } else if (result.damaged_line == 0) {
      result.damaged_line = number;
    }
  }
  return result;
}

std::optional<proto::chat::cursor> cursor_file::find(const inbox_owner& owner) const {
  const content now = read();
  const auto found = now.places.find(owner);
  if (found != now.places.end()) return found->second;
  if (now.damaged_line == 0) return std::nullopt;
  throw failure(exit_code::configuration, "bad_cursor_file",
                fmt::format("{}: line {} is damaged", file_.string(), now.damaged_line));
}

void cursor_file::write(const content& now) const {
  std::string text(heading);
  for (const auto& [owner, place] : now.places) text += line_of(owner, place);
  replace_private_file(file_, text);
}

void cursor_file::advance(const inbox_owner& owner, const proto::chat::cursor& place) {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  content now = read();
  const auto found = now.places.find(owner);
  const bool is_known = found != now.places.end() && found->second.log == place.log;
  if (is_known && found->second.position >= place.position) return;
  now.places.insert_or_assign(owner, place);
  write(now);
}

void cursor_file::restart(const inbox_owner& owner, const proto::chat::cursor& place) {
  make_private_folder(file_.parent_path());
  const file_lock lock(file_);
  content now = read();
  now.places.insert_or_assign(owner, place);
  write(now);
}

}  // namespace tern::cli
