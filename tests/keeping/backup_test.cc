#include "tests/keeping/backup_fixture.h"

#include "base/data_folder.h"
#include "sql/sqlite.h"
#include "tests/support/small_disk.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST_F(Backup, SaysWhatItHolds) {
  const auto made = back_up_here();
  ASSERT_TRUE(made) << error_of(made);
  const auto facts = inspect_backup(file);
  ASSERT_TRUE(facts) << error_of(facts);
  EXPECT_EQ(facts->version, MEGA_VERSION);
  EXPECT_EQ(facts->time, clock.now());
  EXPECT_FALSE(facts->host.empty());
  EXPECT_EQ(facts->servers, 1);
  EXPECT_EQ(facts->instances, 1);
  EXPECT_EQ(facts->databases, 1);
  EXPECT_EQ(facts->bytes, static_cast<std::int64_t>(std::filesystem::file_size(file)));
  EXPECT_EQ(folder.entries(), 2U) << "one file, nothing beside it";
}

TEST_F(Backup, IsTakenWhileTheStoreIsOpen) {
  const auto store = open();
  ASSERT_TRUE((*store)->inventory.add_server(root, "10.0.0.2", {}));
  const auto made = back_up_here();
  ASSERT_TRUE(made) << error_of(made);
  EXPECT_EQ(made->servers, 2) << "what is still in the log, too";
  EXPECT_TRUE((*store)->inventory.add_server(root, "10.0.0.3", {})) << "the store goes on";
}

TEST_F(Backup, OfAStoreThatAServerHasIsMadeOfItsCopy) {
  const auto store = open();
  const auto lock = FolderLock::acquire(data);
  ASSERT_TRUE(lock);
  EXPECT_TRUE(error_of(back_up_here()).starts_with("refused: ")) << "with nobody to ask";
  std::string copy;
  const auto made = back_up(data, file, false, clock, [&] {
    auto path = copy_beside(*(*store)->database);
    copy = path.value();
    return path;
  });
  ASSERT_TRUE(made) << error_of(made);
  EXPECT_EQ(made->databases, 1);
  EXPECT_FALSE(std::filesystem::exists(copy));
}

// Looks at a file when it is asked for the time.
class LookingClock : public Clock {
 public:
  explicit LookingClock(std::string path) : path_(std::move(path)) {}
  Time now() const override {
    seen_ = std::filesystem::exists(path_);
    return {1'700'000'000};
  }
  std::chrono::steady_clock::time_point steady() const override { return {}; }
  std::optional<bool> seen() const { return seen_; }

 private:
  std::string path_;
  mutable std::optional<bool> seen_;
};

TEST_F(Backup, LeavesNoCopyWhenItIsKilled) {
  const auto store = open();
  const auto lock = FolderLock::acquire(data);
  const std::string copy = copy_beside(*(*store)->database).value();
  const LookingClock looking(copy);
  ASSERT_TRUE(back_up(data, file, false, looking, [&] { return Result<std::string>(copy); }));
  EXPECT_EQ(looking.seen(), false) << "it has a name while it is read";
}

TEST_F(Backup, CopiesThatNobodyCameForGoWithALaterOne) {
  const auto store = open();
  const std::string old = copy_beside(*(*store)->database).value(),
                    young = copy_beside(*(*store)->database).value();
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::last_write_time(old, now - std::chrono::minutes(11));
  ASSERT_TRUE(copy_beside(*(*store)->database));
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(young));
}

TEST_F(Backup, OfARunningServerNeverFillsItsDisk) {
  std::filesystem::create_directory(folder / "disk");
  const SmallDisk disk(folder / "disk", "2m");
  if (!disk.mounted()) GTEST_SKIP() << "needs root";
  const auto store = Store::open({.folder = folder / "disk"}, clock);
  ASSERT_TRUE(store) << error_of(store);
  const auto bytes = std::filesystem::file_size(folder / "disk/mega.db") +
                     std::filesystem::file_size(folder / "disk/mega.db-wal");
  ASSERT_LT(bytes, 1'000'000u);
  std::ofstream(folder / "disk/other") << std::string((2u << 20) - bytes * 5 / 2, 'x');
  EXPECT_THAT(error_of(copy_beside(*(*store)->database)),
              HasSubstr("bytes of room; a copy of the store"));
  EXPECT_TRUE((*store)->inventory.add_server(root, "10.0.0.3", {}))
      << "there is room for the store itself";
  for (const auto& entry : std::filesystem::directory_iterator(folder / "disk")) {
    EXPECT_EQ(entry.path().string().find(".copy-"), std::string::npos) << entry.path();
  }
}

TEST_F(Backup, TouchesNothingElseThatAServerNames) {
  const auto lock = FolderLock::acquire(data);
  const std::string victim = folder / "victim", link = data + "/mega.db.copy-link";
  std::ofstream(victim) << "kept";
  std::filesystem::create_symlink(victim, link);
  for (const std::string& told :
       {victim, link, data + "/mega.db", std::string(), std::string("/")}) {
    const auto made = back_up(data, file, false, clock, [&] { return Result<std::string>(told); });
    EXPECT_TRUE(error_of(made).starts_with("corrupt: the server of ")) << error_of(made);
  }
  EXPECT_TRUE(std::filesystem::exists(victim));
  EXPECT_TRUE(std::filesystem::exists(link));
  EXPECT_TRUE(std::filesystem::exists(data + "/mega.db"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Backup, CopiesThatNobodyCameForAreGoneAfterAStart) {
  const auto store = open();
  const std::string copy = copy_beside(*(*store)->database).value();
  ASSERT_TRUE(std::filesystem::exists(copy));
  ASSERT_TRUE(open());
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_TRUE(std::filesystem::exists(data + "/mega.db"));
}

TEST_F(Backup, OverwritesOnlyWhenTold) {
  ASSERT_TRUE(back_up_here());
  EXPECT_EQ(error_of(back_up_here()),
            "already_exists: " + file + " exists already and is not overwritten");
  EXPECT_TRUE(back_up_here(true));
}

TEST_F(Backup, OfNoStoreIsAnError) {
  EXPECT_EQ(error_of(back_up(folder / "none", file, false, clock)),
            "not_found: " + (folder / "none") + " holds no store (mega.db)");
}

TEST_F(Backup, IntoAFolderThatIsNotThereIsAnError) {
  EXPECT_THAT(error_of(back_up(data, folder / "none/copy", false, clock)),
              HasSubstr("No such file or directory"));
}

TEST_F(Backup, OfADamagedStoreLeavesNoFile) {
  std::string bytes = folder.read("data/mega.db");
  for (std::size_t page = 2; page < bytes.size() / 4096; ++page) bytes[page * 4096] = '\x77';
  folder.write("data/mega.db", bytes);
  EXPECT_THAT(error_of(back_up_here()), HasSubstr("corrupt: "));
  EXPECT_EQ(folder.entries(), 1U);
}

TEST_F(Backup, IsRestoredIntoAnEmptyFolder) {
  ASSERT_TRUE(back_up_here());
  const std::string other = folder / "other";
  std::filesystem::create_directory(other);
  const auto restored = restore(file, other, false);
  ASSERT_TRUE(restored) << error_of(restored);
  EXPECT_EQ(restored->former, "");
  EXPECT_EQ(restored->backup.servers, 1);
  data = other;
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
  EXPECT_EQ((*open())->audit.audit(0)->size(), 3U) << "everything that the server kept";
}

TEST_F(Backup, IsRestoredOnAHostThatHasNoFolderYet) {
  ASSERT_TRUE(back_up_here());
  const std::string other = folder / "var/lib/mega";
  const auto restored = restore(file, other, false);
  ASSERT_TRUE(restored) << error_of(restored);
  EXPECT_EQ(std::filesystem::status(other).permissions(), std::filesystem::perms::owner_all);
  data = other;
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
}

TEST_F(Backup, ReplacesAStoreOnlyWhenForcedAndKeepsIt) {
  ASSERT_TRUE(back_up_here());
  ASSERT_TRUE((*open())->inventory.add_server(root, "10.0.0.2", {}));
  EXPECT_EQ(error_of(restore(file, data, false)),
            "refused: " + data + " holds a store already: only --force replaces it");
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1", "10.0.0.2"));
  const auto restored = restore(file, data, true);
  ASSERT_TRUE(restored) << error_of(restored);
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
  EXPECT_THAT(restored->former, MatchesRegex(data + "/mega.db.before-[0-9]{14}"));
  std::filesystem::rename(restored->former, folder / "data/mega.db");
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1", "10.0.0.2")) << "the way back";
}

TEST_F(Backup, EveryFormerStoreKeepsItsOwnName) {
  ASSERT_TRUE(back_up_here());
  std::vector<std::string> former;
  for (int i = 0; i < 3; ++i) {
    const auto restored = restore(file, data, true);
    ASSERT_TRUE(restored) << error_of(restored);
    EXPECT_TRUE(std::filesystem::exists(restored->former));
    EXPECT_THAT(former, testing::Not(testing::Contains(restored->former)));
    former.push_back(restored->former);
  }
}

TEST_F(Backup, IsNotRestoredUnderARunningServer) {
  ASSERT_TRUE(back_up_here());
  const auto lock = FolderLock::acquire(data);
  EXPECT_THAT(error_of(restore(file, data, true)),
              HasSubstr("refused: " + data + " is in use by another mega process"));
}

TEST_F(Backup, RefusesWhatIsNoBackup) {
  const std::string store = folder / "data/mega.db";
  EXPECT_EQ(error_of(inspect_backup(store)),
            "corrupt: " + store + ": it is no backup of mega: it has no manifest");
  const std::string text = folder.write("text", std::string(9000, 'x'));
  EXPECT_EQ(error_of(inspect_backup(text)), "corrupt: " + text + ": file is not a database");
  const std::string empty = folder.write("empty", "");
  EXPECT_EQ(error_of(inspect_backup(empty)), "corrupt: " + empty + ": the file is empty");
  EXPECT_EQ(error_of(inspect_backup(folder / "none")),
            "not_found: there is no file " + (folder / "none"));
}

TEST_F(Backup, RefusesWhatANewerMegaMade) {
  const struct {
    const char* name;
    const char* sql;
    const char* error;
  } cases[] = {
      {"schema", "UPDATE meta SET value = '99'", "it has schema 99"},
      {"files", "INSERT INTO backup_file VALUES ('ca.key', 384, x'00')",
       "it holds 1 files that this mega"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE(back_up_here(true));
    ASSERT_TRUE((*SqliteConnection::open(file, SqliteMode::read_write))->run_script(c.sql));
    EXPECT_THAT(error_of(restore(file, data, true)), HasSubstr(c.error));
    EXPECT_EQ(restore(file, data, true).error().code, Errc::refused);
    EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
  }
}

TEST_F(Backup, ADamagedOneIsNotRestored) {
  ASSERT_TRUE(back_up_here());
  const std::string whole = folder.read("copy.mega");
  for (std::size_t bytes = 0; bytes < whole.size(); bytes += 4096) {
    SCOPED_TRACE(bytes);
    folder.write("copy.mega", whole.substr(0, bytes));
    const auto restored = restore(file, data, true);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, Errc::corrupt) << restored.error().message;
  }
  EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
}

// The states in which a restore may be cut short after the new store was staged.
TEST_F(Backup, IsFinishedByTheNextStart) {
  ASSERT_TRUE(back_up_here());
  const std::string staged = folder / (std::string("data/") + staged_store_name);
  const auto stage = [&] {
    // What a restore stages: the same store without a manifest.
    const std::string other = folder / "staging";
    std::filesystem::create_directory(other);
    ASSERT_TRUE(restore(file, other, false));
    std::filesystem::rename(other + "/mega.db", staged);
    std::filesystem::remove_all(other);
  };
  const struct {
    const char* name;
    bool moved_database;
    bool left_log;
  } cases[] = {{"staged only", false, false},
               {"staged, an old log beside the database", false, true},
               {"the database moved, its log not yet", true, true},
               {"all moved", true, false}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE((*open())->inventory.add_server(root, "10.0.0.2", {}));
    stage();
    if (c.moved_database) {
      std::filesystem::rename(folder / "data/mega.db", folder / "data/elsewhere");
    }
    if (c.left_log) folder.write("data/mega.db-wal", "frames of the former store");
    EXPECT_THAT(servers(), ElementsAre("10.0.0.1"));
    EXPECT_FALSE(std::filesystem::exists(staged));
  }
}

TEST_F(BackupOfTheCa, BringsItToAnotherFolder) {
  const std::string site = make_ca_in(data);
  const auto made = back_up_here();
  ASSERT_TRUE(made) << error_of(made);
  EXPECT_EQ(made->site, site);
  EXPECT_EQ(inspect_backup(file)->site, site);
  const auto mode = std::filesystem::status(file).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  const std::string other = folder / "other";
  std::filesystem::create_directory(other);
  const auto restored = restore(file, other, false);
  ASSERT_TRUE(restored) << error_of(restored);
  for (const char* name : {"ca.key", "ca.pem", "server.key", "server.pem"}) {
    SCOPED_TRACE(name);
    const std::string path = std::string("/tls/") + name;
    EXPECT_EQ(folder.read("other" + path), folder.read("data" + path));
    EXPECT_EQ(std::filesystem::status(other + path).permissions(), mode);
  }
  EXPECT_EQ(make_ca_in(other), site) << "and it serves";
}

TEST_F(BackupOfTheCa, KeepsTheFormerOne) {
  const std::string site = make_ca_in(data);
  ASSERT_TRUE(back_up_here());
  std::filesystem::remove_all(data + "/tls");
  const std::string another = make_ca_in(data);
  const auto restored = restore(file, data, true);
  ASSERT_TRUE(restored) << error_of(restored);
  EXPECT_EQ(make_ca_in(data), site);
  const std::string former = data + "/tls" + restored->former.substr((data + "/mega.db").size());
  ASSERT_TRUE(std::filesystem::exists(former + "/ca.key")) << former;
  std::filesystem::remove_all(data + "/tls");
  std::filesystem::rename(former, data + "/tls");
  EXPECT_EQ(make_ca_in(data), another) << "the way back";
}

TEST_F(BackupOfTheCa, WithoutOneLeavesWhatIsThere) {
  ASSERT_TRUE(back_up_here());
  EXPECT_EQ(inspect_backup(file)->site, "");
  const std::string site = make_ca_in(data);
  ASSERT_TRUE(restore(file, data, true));
  EXPECT_EQ(make_ca_in(data), site);
}

// The states in which a restore may be cut short after all was staged.
TEST_F(BackupOfTheCa, IsFinishedByTheNextStart) {
  const std::string site = make_ca_in(data);
  ASSERT_TRUE(back_up_here());
  for (const std::string state : {"staged", "former one moved", "in its place"}) {
    SCOPED_TRACE(state);
    std::filesystem::remove_all(data + "/tls");
    make_ca_in(data);
    const std::string other = folder / "staging";
    std::filesystem::create_directory(other);
    ASSERT_TRUE(restore(file, other, false));
    std::filesystem::rename(other + "/mega.db", data + "/" + staged_store_name);
    std::filesystem::rename(other + "/tls", data + "/" + staged_authority_name);
    std::filesystem::remove_all(other);
    if (state != "staged") std::filesystem::rename(data + "/tls", folder / ("former " + state));
    if (state == "in its place") {
      std::filesystem::rename(data + "/" + staged_authority_name, data + "/tls");
    }
    ASSERT_TRUE(open());
    EXPECT_EQ(make_ca_in(data), site);
    EXPECT_FALSE(std::filesystem::exists(data + "/" + staged_authority_name));
    EXPECT_FALSE(std::filesystem::exists(data + "/" + staged_store_name));
  }
}

// Cut short before the store was staged: nothing has changed, and the next restore begins anew.
TEST_F(BackupOfTheCa, StagedWithoutItsStoreChangesNothing) {
  const std::string site = make_ca_in(data);
  ASSERT_TRUE(back_up_here());
  std::filesystem::create_directory(data + "/" + staged_authority_name);
  folder.write("data/tls.restored/ca.key", "half a key");
  ASSERT_TRUE(open());
  EXPECT_EQ(make_ca_in(data), site);
  ASSERT_TRUE(restore(file, data, true));
  EXPECT_EQ(make_ca_in(data), site);
  EXPECT_THAT(names(data), testing::Not(testing::Contains("tls.restored")));
}

TEST_F(Backup, ReplacesWhatALinkLeadsTo) {
  const std::string target = folder.write("target", "old");
  std::filesystem::create_symlink(target, file);
  EXPECT_EQ(back_up_here(false).error().code, Errc::already_exists);
  ASSERT_TRUE(back_up_here(true));
  EXPECT_TRUE(std::filesystem::is_symlink(file));
  EXPECT_TRUE(inspect_backup(target));
}

TEST_F(Backup, ReplacesNoFifoNoFolderAndNoDevice) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  for (const std::string& place : {file, data, std::string("/dev/null")}) {
    const auto made = back_up(data, place, true, clock);
    ASSERT_FALSE(made) << place;
    EXPECT_EQ(made.error().code, Errc::refused);
  }
  EXPECT_TRUE(std::filesystem::is_fifo(file));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace mega
