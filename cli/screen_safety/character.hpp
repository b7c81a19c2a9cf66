// What kind of danger one code point is to a screen. Knows Unicode, not strings.
#pragma once

#include <cstdint>

namespace tern::cli {

enum class character_kind {
  base,           // shown as it is
  right_to_left,  // shown, inside an isolate
  combining,      // shown, up to a limit for each base
  hidden,         // control, format, invisible or private: shown escaped
};

character_kind classify(std::int32_t code_point);

}  // namespace tern::cli
