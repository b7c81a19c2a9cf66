#include "cli/screen_safety/screen_safety.hpp"

#include "cli/screen_safety/character.hpp"
#include "cli/units/units.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

namespace tern::cli {

namespace {
constexpr std::string_view isolate_begin = "\xe2\x81\xa8";  // U+2068 first strong isolate
constexpr std::string_view isolate_end = "\xe2\x81\xa9";    // U+2069 pop directional isolate

// How many bytes the character that starts with `lead` has; 1 for what cannot start one.
std::size_t expected_length(unsigned char lead) {
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  if (lead >= 0xe0) return lead < 0xf0 ? 3 : 1;
  return lead >= 0xc2 ? 2 : 1;
}

// Whether `text` may be the beginning of a character that the next piece completes.
bool is_incomplete(std::string_view text) {
  if (text.size() >= expected_length(static_cast<unsigned char>(text.front()))) return false;
  for (const char c : text.substr(1)) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) return false;
  }
  return true;
}

enum class newline_rule { escape, keep };
}  // namespace

class screen_filter {
 public:
  screen_filter(screen_stream& state, newline_rule rule, std::string_view gutter)
      : state_(state), rule_(rule), gutter_(gutter) {}

  // Returns what must wait for more bytes; empty when `last`.
  std::string_view run(std::string_view text, bool last) {
    while (!text.empty()) {
      if (!last && must_wait(text)) return text;
      text.remove_prefix(take_one(text));
    }
    return {};
  }
  void end_line() {
    if (state_.isolate_open_) out_ += isolate_end;
    state_.isolate_open_ = false;
    state_.marks_ = -1;
  }
  std::string take() { return std::move(out_); }

 private:
  static bool must_wait(std::string_view text) { return text == "\r" || is_incomplete(text); }

  std::size_t take_one(std::string_view text) {
    if (text.starts_with("\r\n")) return take_newline(2);
    if (text.front() == '\n') return take_newline(1);
    std::int32_t code_point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0) {
      escape_byte(static_cast<unsigned char>(text.front()));
      return 1;
    }
    const auto size = static_cast<std::size_t>(length);
    take_code_point(code_point, text.substr(0, size));
    return size;
  }

  std::size_t take_newline(std::size_t size) {
    if (rule_ == newline_rule::escape) {
      show("\\n");
      return size;
    }
    end_line();
    out_ += '\n';
    out_ += gutter_;
    return size;
  }

  void take_code_point(std::int32_t code_point, std::string_view encoded) {
    if (code_point == '\t' && rule_ == newline_rule::keep) {
      out_ += '\t';
      state_.marks_ = -1;
      return;
    }
    switch (classify(code_point)) {
      case character_kind::hidden:
        return escape_code_point(code_point);
      case character_kind::combining:
        if (state_.marks_ < 0 || state_.marks_ >= combining_marks_max) return escape_code_point(code_point);
        ++state_.marks_;
        out_ += encoded;
        return;
      case character_kind::right_to_left:
        if (!state_.isolate_open_) out_ += isolate_begin;
        state_.isolate_open_ = true;
        return show(encoded);
      case character_kind::base:
        return show(encoded);
    }
  }

  void escape_code_point(std::int32_t code_point) {
    if (code_point < 0x80) return escape_byte(static_cast<unsigned char>(code_point));
    escape(fmt::format("\\u{{{:x}}}", code_point));
  }
  void escape_byte(unsigned char byte) { escape(fmt::format("\\x{:02x}", byte)); }
  // An escape is no base for marks that follow it: they would write over it, and never end.
  void escape(std::string_view text) {
    out_ += text;
    state_.marks_ = -1;
  }
  void show(std::string_view encoded) {
    out_ += encoded;
    state_.marks_ = 0;
  }

  screen_stream& state_;
  newline_rule rule_;
  std::string_view gutter_;
  std::string out_;
};

namespace {
std::string filter_whole(std::string_view text, newline_rule rule, std::string_view gutter) {
  screen_stream state;
  screen_filter filter(state, rule, gutter);
  filter.run(text, true);
  filter.end_line();
  return filter.take();
}
}  // namespace

std::string screen_line(std::string_view text) { return filter_whole(text, newline_rule::escape, {}); }

std::string screen_text(std::string_view text, std::string_view gutter) {
  return filter_whole(text, newline_rule::keep, gutter);
}

std::string screen_bytes(std::size_t size) { return "[bytes, " + format_size(size) + "]"; }

std::string screen_stream::feed(std::string_view piece) {
  const std::string whole = std::exchange(held_, {}) + std::string(piece);
  screen_filter filter(*this, newline_rule::keep, {});
  held_ = filter.run(whole, false);
  return filter.take();
}

std::string screen_stream::finish() {
  const std::string whole = std::exchange(held_, {});
  screen_filter filter(*this, newline_rule::keep, {});
  filter.run(whole, true);
  filter.end_line();
  return filter.take();
}

}  // namespace tern::cli
