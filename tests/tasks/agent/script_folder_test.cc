#include "tasks/agent/script_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "tests/support/scratch.h"
#include "tests/support/site.h"
#include "trust/crypto.h"
#include "trust/signature.h"

namespace mega {
namespace {

namespace fs = std::filesystem;

class ScriptFolderTest : public testing::Test {
 protected:
  ScriptFolderTest() {
    fs::create_directory(scratch / "scripts");
    set_mode("scripts", 0755);
  }
  ScriptFolder folder(bool allow_unsigned = true) const {
    return {scratch / "scripts", ca, allow_unsigned};
  }
  void set_mode(const std::string& name, int mode) const {
    fs::permissions(scratch / name, fs::perms(mode));
  }
  void place(const std::string& name, const std::string& content, int mode = 0755) const {
    scratch.write("scripts/" + name, content);
    set_mode("scripts/" + name, mode);
  }
  static std::string digest(const std::string& content) { return to_hex(sha256(content)); }
  Result<void> put(const std::string& name, const std::string& content) const {
    return put_with(1, name, content);
  }
  // As signed with that serial; 0: by an earlier mega.
  Result<void> put_with(std::int64_t serial, const std::string& name,
                        const std::string& content) const {
    const std::string by_ca = *sign(key, script_to_sign(name, digest(content), serial));
    return folder().put(name, content, digest(content),
                        serial == 0 ? by_ca : script_signature(serial, by_ca));
  }
  static void expect_refused(const Result<Script>& found, Errc code, const char* says) {
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, code);
    EXPECT_NE(found.error().message.find(says), std::string::npos) << found.error().message;
  }

  const Scratch scratch;
  const std::string key = make_key().value();
  const std::string ca = make_ca(key, "test", Time{1'800'000'000}).value();
};

TEST_F(ScriptFolderTest, GivesScriptsThatWerePlacedByHandWhenTheHostSaysSo) {
  place("a.sh", "echo a\n", 0644);
  const auto found = folder().find("a.sh");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->path, scratch / "scripts/a.sh");
  EXPECT_EQ(found->digest, digest("echo a\n"));
  EXPECT_FALSE(found->is_signed);
  EXPECT_FALSE(found->executable);
  expect_refused(folder(false).find("a.sh"), Errc::refused, "placed by hand");
}

TEST_F(ScriptFolderTest, RefusesWhatOthersCouldHaveChanged) {
  place("a.sh", "", 0775);
  expect_refused(folder().find("a.sh"), Errc::refused, "written by others");
  place("a.sh", "", 0757);
  expect_refused(folder().find("a.sh"), Errc::refused, "written by others");
  place("a.sh", "", 0755);
  EXPECT_TRUE(folder().find("a.sh"));
  set_mode("scripts", 0777);
  expect_refused(folder().find("a.sh"), Errc::refused, "written by others");
  set_mode("scripts", 0755);
  if (::getuid() != 0) return;
  ASSERT_EQ(::chown((scratch / "scripts/a.sh").c_str(), 12345, 0), 0);
  expect_refused(folder().find("a.sh"), Errc::refused, "belongs to user 12345");
}

TEST_F(ScriptFolderTest, IsNoFolderOfRootBelowAFolderOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  place("a.sh", "");
  ASSERT_EQ(::chown(scratch.path().c_str(), 12345, 12345), 0);
  expect_refused(folder().find("a.sh"), Errc::refused, "may be replaced by user 12345");
}

TEST_F(ScriptFolderTest, LeadsNowhereElse) {
  place("a.sh", "");
  fs::create_symlink(scratch / "scripts/a.sh", scratch / "scripts/link.sh");
  fs::create_directory(scratch / "scripts/folder.sh");
  expect_refused(folder().find("link.sh"), Errc::refused, "no regular file");
  expect_refused(folder().find("folder.sh"), Errc::refused, "no regular file");
  expect_refused(folder().find("missing.sh"), Errc::not_found, "there is no script missing.sh");
  for (const char* name : {"../a.sh", "folder.sh/a", ".a.sh.sig", "..", ""}) {
    expect_refused(folder().find(name), Errc::invalid_argument, "name");
  }
}

TEST_F(ScriptFolderTest, TakesWhatTheSiteHasSignedAndKeepsToIt) {
  const auto put_there = put("a.sh", "echo a\n");
  ASSERT_TRUE(put_there) << put_there.error().message;
  const auto found = folder(false).find("a.sh");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->is_signed);
  EXPECT_TRUE(found->executable);

  ASSERT_TRUE(put("a.sh", "echo b\n"));
  EXPECT_EQ(folder().find("a.sh")->digest, digest("echo b\n"));

  place("a.sh", "echo evil\n");
  expect_refused(folder().find("a.sh"), Errc::corrupt, "was changed on this host");
  EXPECT_EQ(folder().sent_digest("a.sh"), digest("echo b\n"));
  EXPECT_EQ(folder().sent_digest("b.sh"), "");
  // Who also writes the digest of what he placed lacks the key.
  scratch.write("scripts/.a.sh.sig",
                digest("echo evil\n") + " " +
                    encode_base64(*sign(make_key().value(),
                                        script_to_sign("a.sh", digest("echo evil\n"), 0))) +
                    "\n");
  expect_refused(folder().find("a.sh"), Errc::refused, "not signed by the CA");
  scratch.write("scripts/.a.sh.sig", "nonsense");
  expect_refused(folder().find("a.sh"), Errc::refused, "damaged");
}

TEST_F(ScriptFolderTest, TakesNothingElse) {
  const std::string content = "echo a\n";
  const auto signature = *sign(key, script_to_sign("a.sh", digest(content), 0));
  const TestSite other;
  const auto by_another = *sign(make_key().value(), script_to_sign("a.sh", digest(content), 0));
  EXPECT_EQ(folder().put("b.sh", content, digest(content), signature).error().code,
            Errc::not_allowed);
  EXPECT_EQ(folder().put("a.sh", "echo b\n", digest(content), signature).error().code,
            Errc::not_allowed);
  EXPECT_EQ(folder().put("a.sh", "echo b\n", digest("echo b\n"), signature).error().code,
            Errc::not_allowed);
  EXPECT_EQ(folder().put("a.sh", content, digest(content), by_another).error().code,
            Errc::not_allowed);
  EXPECT_EQ(folder().put("../a.sh", content, digest(content), signature).error().code,
            Errc::invalid_argument);
  const ScriptFolder not_joined(scratch / "scripts", "", true);
  EXPECT_EQ(not_joined.put("a.sh", content, digest(content), signature).error().code,
            Errc::not_allowed);
  EXPECT_EQ(fs::is_empty(scratch / "scripts"), true);
}

TEST_F(ScriptFolderTest, TakesNoVersionOlderThanOneThatWasHere) {
  ASSERT_TRUE(put_with(0, "a.sh", "echo from an earlier mega\n"));
  ASSERT_TRUE(put_with(5, "a.sh", "echo five\n"));
  ASSERT_TRUE(put_with(5, "a.sh", "echo five\n"));
  ASSERT_TRUE(put_with(1, "b.sh", "echo another name\n"));
  const auto refuses_older = [this] {
    for (const std::int64_t serial : {0, 4}) {
      SCOPED_TRACE(serial);
      const auto older = put_with(serial, "a.sh", "echo four\n");
      ASSERT_FALSE(older);
      EXPECT_EQ(older.error().code, Errc::not_allowed);
      EXPECT_NE(older.error().message.find("older version"), std::string::npos);
    }
  };
  refuses_older();
  EXPECT_EQ(folder().find("a.sh")->digest, digest("echo five\n"));
  // Also after the script was removed, or changed on this host.
  ASSERT_TRUE(folder().remove("a.sh"));
  refuses_older();
  ASSERT_TRUE(put_with(6, "a.sh", "echo six\n"));
  place("a.sh", "echo changed\n");
  refuses_older();
  // What is placed by hand is the administrator's own.
  ASSERT_TRUE(folder().remove("a.sh"));
  place("a.sh", "echo by hand\n");
  EXPECT_TRUE(folder().find("a.sh"));
}

TEST_F(ScriptFolderTest, MakesItselfWhenItIsNotThere) {
  const ScriptFolder later(scratch / "later", ca, true);
  EXPECT_TRUE(later.list()->empty());
  const std::string content = "echo a\n";
  const auto signature = *sign(key, script_to_sign("a.sh", digest(content), 0));
  ASSERT_TRUE(later.put("a.sh", content, digest(content), signature));
  EXPECT_TRUE(later.find("a.sh"));
}

TEST_F(ScriptFolderTest, RemovesWhatTheServerHasSentOnly) {
  ASSERT_TRUE(put("a.sh", "echo a\n"));
  place("b.sh", "echo b\n");
  EXPECT_EQ(folder().remove("b.sh").error().code, Errc::refused);
  EXPECT_EQ(folder().remove("c.sh").error().code, Errc::not_found);
  EXPECT_TRUE(folder().remove("a.sh"));
  EXPECT_FALSE(fs::exists(scratch / "scripts/a.sh"));
  EXPECT_FALSE(fs::exists(scratch / "scripts/.a.sh.sig"));
  const auto left = folder().list();
  ASSERT_TRUE(left);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().name, "b.sh");
}

TEST_F(ScriptFolderTest, ListsByNameWhatIsThere) {
  ASSERT_TRUE(put("b.sh", "echo b\n"));
  place("a.sh", "echo a\n");
  place("c.sh", "echo c\n", 0777);
  const auto all = folder().list();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].name, "a.sh");
  EXPECT_FALSE((*all)[0].is_signed);
  EXPECT_TRUE((*all)[1].is_signed);
  EXPECT_EQ((*all)[2].digest, "");
}

}  // namespace
}  // namespace mega
