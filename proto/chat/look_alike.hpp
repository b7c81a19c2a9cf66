// Names that are easily taken for one another (relay.md, 2): two look alike if their skeletons are equal. Our own few
// rules and no library: names are [a-z0-9_-], and what UTS 39 lists for those is about upper case and other scripts; it
// knows neither 0/o nor 5/s in lower case.
#pragma once

#include <string>
#include <string_view>

namespace tern::proto::chat {

// `folded` as from fold_name(). The skeleton of a skeleton is itself.
std::string skeleton_of(std::string_view folded);
// Like a name that nobody may claim (names.hpp), or one itself.
bool looks_reserved(std::string_view folded);

}  // namespace tern::proto::chat
