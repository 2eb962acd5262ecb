#include "cmd/server_flags.h"

#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

namespace mega {
namespace {

using Kind = Endpoint::Kind;

// A socket file that nobody listens on.
void make_dead_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
}

TEST(ServerFlags, CallTheSocketOfThisHostWhenThereIsOne) {
  const Scratch folder;
  make_dead_socket(folder / "mega.sock");
  const Endpoint socket{.kind = Kind::unix_socket, .host = folder / "mega.sock"};
  // Dead or not: it is named when it does not answer, and no other way is tried.
  EXPECT_EQ(choose_endpoint("", folder.path(), "localhost:1104").value(), socket);
}

TEST(ServerFlags, CallTheSettingOtherwise) {
  const Scratch folder;
  const Endpoint wanted{.kind = Kind::legacy, .host = "db.example", .port = 1204};
  EXPECT_EQ(choose_endpoint("", folder.path(), "db.example:1204").value(), wanted);
  std::ofstream(folder / "mega.sock") << "a file, no socket";
  EXPECT_EQ(choose_endpoint("", folder.path(), "db.example:1204").value(), wanted);
}

TEST(ServerFlags, CallWhatTheFlagNamesBeforeAllElse) {
  const Scratch folder;
  make_dead_socket(folder / "mega.sock");
  const struct {
    const char* flag;
    Endpoint want;
  } cases[] = {
      {"unix:/run/x.sock", {.kind = Kind::unix_socket, .host = "/run/x.sock"}},
      {"legacy:10.0.0.5", {.kind = Kind::legacy, .host = "10.0.0.5"}},
      // A host that is not joined speaks the legacy dialect.
      {"10.0.0.5:1105", {.kind = Kind::legacy, .host = "10.0.0.5", .port = 1105}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.flag);
    const auto endpoint = choose_endpoint(c.flag, folder.path(), "localhost:1104");
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(to_text(*endpoint), to_text(c.want));
  }
}

TEST(ServerFlags, SpeakTlsOnceThisHostHasJoinedButForWhatIsLegacyByName) {
  const Scratch folder;
  const std::pair<const char*, Kind> cases[] = {{"10.0.0.5", Kind::tcp},
                                                {"legacy:10.0.0.5", Kind::legacy},
                                                {"unix:/run/x.sock", Kind::unix_socket}};
  for (const auto& [text, kind] : cases) {
    SCOPED_TRACE(text);
    EXPECT_EQ(choose_endpoint(text, folder.path(), "localhost", true)->kind, kind);
    EXPECT_EQ(choose_endpoint("", folder.path(), text, true)->kind, kind);
  }
}

TEST(ServerFlags, RefuseWhatIsNoServer) {
  const auto endpoint = choose_endpoint("host:99999", "/nowhere", "");
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mega
