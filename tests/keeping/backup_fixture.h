// A data folder with a store, and a file for its backup.
#pragma once

#include "access/store/authority.h"
#include "keeping/backup.h"
#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mega {

class Backup : public testing::Test {
 protected:
  Backup() {
    std::filesystem::create_directory(data);
    const auto store = open();
    EXPECT_TRUE(store) << error_of(store);
    EXPECT_TRUE((*store)->inventory.add_database(root, "10.0.0.1", 3306, "shop", {}));
  }
  // As a server opens it.
  Result<std::unique_ptr<Store>> open_in(const std::string& where) {
    if (auto tidied = tidy_folder(where); !tidied) return fail(tidied.error());
    return Store::open({.folder = where}, clock);
  }
  Result<std::unique_ptr<Store>> open() { return open_in(data); }
  std::vector<std::string> servers() {
    const auto store = open();
    return store ? lines((*store)->inventory.servers({}), {"ip"}) : std::vector{error_of(store)};
  }
  Result<BackupFacts> back_up_here(bool overwrite = false) {
    return back_up(data, file, overwrite, clock);
  }

  Scratch folder;
  std::string data = folder / "data", file = folder / "copy.mega";
  FakeClock clock;
};

// The CA goes with the store.
class BackupOfTheCa : public Backup {
 protected:
  std::string make_ca_in(const std::string& where) {
    return (*Authority::open(where, {"mega.example"}, clock))->site();
  }
  static std::vector<std::string> names(const std::string& where) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(where)) {
      found.push_back(entry.path().filename());
    }
    std::ranges::sort(found);
    return found;
  }
};

}  // namespace mega
