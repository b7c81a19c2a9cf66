// Whether a relay's data is what it was when it was written: SQLite's own check, and every
// row of every log against the chain of hashes. Only reads.
#pragma once

#include "relay/store/sqlite/database.hpp"
#include "relay/store/sqlite/log_table.hpp"
#include "relay/store/sqlite/row_table.hpp"
#include "relay/store/store.hpp"

#include <atomic>
#include <string>
#include <tl/expected.hpp>

namespace tern::relay::sqlite {

verify_report verify(database& data, log_table& logs, row_table& rows);

// A file that no relay uses: a stopped relay's, with what it left in its write-ahead log,
// or a backup. Neither it nor anything beside it is changed. The error, a sentence for a
// person with the path, says why it could not be checked; what was found wrong is in the
// report. Gives up soon after `is_cancelled` becomes true, from whatever thread.
tl::expected<verify_report, std::string> verify_file(const std::string& path, const std::atomic<bool>& is_cancelled);

}  // namespace tern::relay::sqlite
