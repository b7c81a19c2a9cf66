// What is kept between runs because it helps, and is missed by nobody: a text file beside the keys that any number of
// processes read and change at once. One that cannot be read is empty, one that cannot be written stays as it is.
#pragma once

#include "cli/failure.hpp"
#include "cli/files/private_file.hpp"

#include <filesystem>
#include <utility>

namespace tern::cli {

// Kept: made by parse(text), and gives to_text().
template <class Kept>
class hint_file {
 public:
  explicit hint_file(std::filesystem::path file) : file_(std::move(file)) {}

  Kept read() const {
    try {
      return Kept::parse(read_private_file(file_).value_or(""));
    } catch (const failure&) {
      return {};
    }
  }

  // `change(kept)` says whether it has changed anything. It is asked first without a lock, so that nothing is written
  // or waited for where nothing changes, and again under it.
  template <class Change>
  void change(Change change) const {
    if (auto before = read(); !change(before)) return;
    try {
      make_private_folder(file_.parent_path());
      const file_lock lock(file_);
      if (auto now = read(); change(now)) replace_private_file(file_, now.to_text());
    } catch (const failure&) {
      return;  // the folder may be read-only
    }
  }

 private:
  std::filesystem::path file_;
};

}  // namespace tern::cli
