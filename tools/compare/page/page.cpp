#include "tools/compare/page/page.hpp"

#include "tools/compare/page/page_data.hpp"
#include "tools/compare/page/parts.hpp"
#include "tools/link/emulator/failure.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string_view>

namespace tern::compare {

namespace {

// JSON in a script element: nothing in it may end the element.
std::string embedded(const json& data) {
  std::string text;
  for (const char each : json_line(data)) text += each == '<' ? std::string{"\\u003c"} : std::string(1, each);
  return text;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
}

}  // namespace

std::string chart_library() {
  std::ifstream file{TERN_CHART_JS, std::ios::binary};
  if (!file) {
    throw link_emulator::failure{
        fmt::format("the page's charts need {}; install it: apt-get install libjs-chart.js", TERN_CHART_JS)};
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string page(const comparison& wanted, const comparison_result& result, const std::string& library) {
  std::string text{page_html};
  replace(text, "/*STYLE*/", page_css);
  replace(text, "/*LIBRARY*/", library);
  replace(text, "/*SCRIPT*/", page_script);
  replace(text, "\"DATA\"", embedded(page_data(wanted, result)));
  return text;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  file.close();
  if (!file) throw link_emulator::system_failure(path, errno);
}

}  // namespace tern::compare
