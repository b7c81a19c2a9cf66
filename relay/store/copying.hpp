// A copy of a whole store that is made beside commits, a bounded piece at a time. What is
// committed meanwhile is in it: it is the store as of the last step. Belongs to the thread
// of the store, which must outlive it.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

class copying {
 public:
  copying() = default;
  copying(const copying&) = delete;
  copying& operator=(const copying&) = delete;
  virtual ~copying() = default;

  // Copies the next piece. True: that was the last one, all of it has been written to the
  // file, but not yet synced. After an error, which is a sentence for a person, or after
  // true, it is not called again.
  virtual tl::expected<bool, std::string> step() = 0;
};

}  // namespace tern::relay
