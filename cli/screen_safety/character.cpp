#include "cli/screen_safety/character.hpp"

#include <utf8proc.h>

namespace tern::cli {

namespace {
// Invisible, though their category says letter or mark (Unicode's Default_Ignorable_Code_Point and the
// Hangul fillers), and all of the special-purpose plane 14. U+FE0E and U+FE0F choose between text and emoji and stay.
bool is_disguised_blank(std::int32_t c) {
  return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180f) ||
         c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0d) || c == 0xffa0 || c >= 0xe0000;
}

bool is_noncharacter(std::int32_t c) { return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef); }

bool is_right_to_left(const utf8proc_property_t& property) {
  return property.bidi_class == UTF8PROC_BIDI_CLASS_R || property.bidi_class == UTF8PROC_BIDI_CLASS_AL ||
         property.bidi_class == UTF8PROC_BIDI_CLASS_AN;
}
}  // namespace

character_kind classify(std::int32_t code_point) {
  if (is_disguised_blank(code_point) || is_noncharacter(code_point)) return character_kind::hidden;
  const utf8proc_property_t& property = *utf8proc_get_property(code_point);
  switch (property.category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return character_kind::hidden;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return character_kind::combining;
    default:
      return is_right_to_left(property) ? character_kind::right_to_left : character_kind::base;
  }
}

}  // namespace tern::cli
