#include "tests/relay/store/store_case.hpp"

#include "relay/store/memory_store.hpp"
#include "relay/store/sqlite/sqlite_store.hpp"
#include "tests/relay/store/faulty_disk.hpp"
#include "tests/relay/store/temporary_folder.hpp"

namespace tern::relay {
namespace {

class sqlite_case final : public store_case {
 public:
  explicit sqlite_case(const retention& keep) {
    options_.keep = keep;
    options_.vfs = disk_.name();
    open();
  }
  store& current() override { return *store_; }
  void restart() override {
    store_.reset();
    open();
  }
  void set_disk_full(bool full) override { disk_.is_full = full; }
  void break_down() override { disk_.sync_fails = true; }
  void repair() override { disk_.sync_fails = false; }

 private:
  void open() {
    auto opened = sqlite_store::open(folder_.file("log.db"), options_);
    if (!opened) throw std::runtime_error{opened.error().what};
    store_ = std::move(*opened);
  }

  temporary_folder folder_;
  faulty_disk disk_;
  sqlite_options options_;
  std::unique_ptr<sqlite_store> store_;
};

class memory_case final : public store_case {
 public:
  explicit memory_case(const retention& keep) : store_{keep} {}
  store& current() override { return store_; }
  void restart() override { store_.restart(); }
  void set_disk_full(bool full) override { store_.set_disk_full(full); }
  void break_down() override { store_.break_down(); }
  void repair() override {}

 private:
  memory_store store_;
};

template <class Case>
std::unique_ptr<store_case> make(const retention& keep) {
  return std::make_unique<Case>(keep);
}

}  // namespace

store_kind sqlite_kind() { return {"sqlite", make<sqlite_case>}; }

store_kind memory_kind() { return {"memory", make<memory_case>}; }

// The tests are in the files *_contract_test.cpp.
INSTANTIATE_TEST_SUITE_P(Each, StoreContract, testing::Values(sqlite_kind(), memory_kind()),
                         [](const testing::TestParamInfo<store_kind>& of) { return std::string{of.param.name}; });

}  // namespace tern::relay
