// The files of this folder that make up the page, as the build puts them into the program.
#pragma once

#include <string_view>

namespace tern::compare {

extern const std::string_view page_html;    // page.html
extern const std::string_view page_css;     // style.css
extern const std::string_view page_script;  // script/*.js, in the order of their numbers

}  // namespace tern::compare
