#include "access/store/authority.h"

#include "tests/inventory/store/fixture.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class AuthorityFiles : public testing::Test {
 protected:
  Result<std::unique_ptr<Authority>> open() { return Authority::open(folder.path(), hosts, clock); }
  std::string file(const std::string& name) { return folder / ("tls/" + name); }
  std::string read(const std::string& name) { return folder.read("tls/" + name); }
  void remove(const std::string& name) { ASSERT_TRUE(std::filesystem::remove(file(name))); }

  Scratch folder;
  FakeClock clock;
  std::vector<std::string> hosts{"mega.example", "10.0.0.1", "localhost"};
};

TEST_F(AuthorityFiles, AreMadeOnceAndForTheirOwnerAlone) {
  const auto first = open();
  ASSERT_TRUE(first) << error_of(first);
  EXPECT_TRUE((*first)->made_now());
  const auto again = open();
  ASSERT_TRUE(again) << error_of(again);
  EXPECT_FALSE((*again)->made_now());
  EXPECT_EQ((*first)->pin(), (*again)->pin());
  EXPECT_EQ((*first)->own().certificate, (*again)->own().certificate);
  EXPECT_EQ((*first)->own().key, (*again)->own().key);
  EXPECT_EQ((*first)->site(), site_of((*first)->pin()));

  const auto mode = [](const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777 : 0u;
  };
  EXPECT_EQ(mode(folder / "tls"), 0700u);
  for (const char* name : {"ca.key", "ca.pem", "server.key", "server.pem"}) {
    EXPECT_EQ(mode(file(name)), 0600u) << name;
  }
}

TEST_F(AuthorityFiles, MakeTheServerKnownUnderTheNamesOfItsHost) {
  const auto authority = open();
  ASSERT_TRUE(authority) << error_of(authority);
  const Credentials own = (*authority)->own();
  EXPECT_TRUE(check_issuer(own.ca, own.certificate));
  const auto identity = read_certificate(own.certificate);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, "mega.example");
  EXPECT_EQ(identity->role, "server");
  EXPECT_EQ(identity->site, (*authority)->site());
  EXPECT_EQ(identity->hosts, hosts);
}

// A start that was cut short left the files up to one of them.
TEST_F(AuthorityFiles, AreFinishedWhenHalfMade) {
  ASSERT_TRUE(open());
  const std::string key = read("ca.key");
  const std::vector<std::string> order{"server.pem", "server.key", "ca.pem"};
  for (std::size_t missing = 1; missing <= order.size(); ++missing) {
    SCOPED_TRACE(missing);
    for (std::size_t i = 0; i < missing; ++i) remove(order[i]);
    const auto authority = open();
    ASSERT_TRUE(authority) << error_of(authority);
    EXPECT_EQ(read("ca.key"), key);
    const Credentials own = (*authority)->own();
    EXPECT_TRUE(check_issuer(own.ca, own.certificate));
    EXPECT_EQ(pin_of(own.certificate).value(),
              pin_of_request(make_request(own.key, "x").value()).value());
  }
}

TEST_F(AuthorityFiles, OfTheServerAreMadeAnewWhenTheyDoNotFit) {
  ASSERT_TRUE(open());
  const std::string ca = read("ca.pem");
  const struct {
    const char* name;
    const char* file;
    std::string content;
  } cases[] = {{"a key that is none", "server.key", "rubbish"},
               {"another key", "server.key", make_key().value()},
               {"a certificate that is none", "server.pem", "rubbish"},
               {"a certificate of somebody else", "server.pem", ca}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write(std::string("tls/") + c.file, c.content);
    const auto authority = open();
    ASSERT_TRUE(authority) << error_of(authority);
    const Credentials own = (*authority)->own();
    EXPECT_EQ(own.ca, ca);
    EXPECT_TRUE(check_issuer(own.ca, own.certificate));
    EXPECT_EQ(pin_of(own.certificate).value(),
              pin_of_request(make_request(own.key, "x").value()).value());
  }
}

// By a running server and by a stopped one; renewals and restarts keep the time.
TEST_F(AuthorityFiles, TellWhenTheKeyOfTheServerWasReplaced) {
  auto authority = open();
  ASSERT_TRUE(authority) << error_of(authority);
  EXPECT_EQ((*authority)->servers_since(), Time{});
  const auto replaced_now = [&] {
    const auto server = read_certificate((*authority)->own().certificate);
    EXPECT_TRUE(server);
    EXPECT_GE(server->issued(), (*authority)->servers_since());
    return (*authority)->servers_since() == clock.now();
  };
  clock.advance(std::chrono::hours(1));
  remove("server.key");
  remove("server.pem");
  EXPECT_TRUE((*authority)->refresh(clock.now(), hosts).value());
  EXPECT_TRUE(replaced_now());
  const Time first = clock.now();

  clock.advance(std::chrono::hours(1));
  remove("server.pem");
  EXPECT_TRUE((*authority)->refresh(clock.now(), hosts).value());
  EXPECT_EQ((*authority)->servers_since(), first) << "the key is the same";
  authority = open();
  EXPECT_EQ((*authority)->servers_since(), first);

  for (const bool certificate_stays : {false, true}) {
    SCOPED_TRACE(certificate_stays);
    clock.advance(std::chrono::hours(1));
    remove("server.key");
    if (!certificate_stays) remove("server.pem");
    authority = open();
    ASSERT_TRUE(authority) << error_of(authority);
    EXPECT_TRUE(replaced_now());
  }
}

TEST_F(AuthorityFiles, OfTheCaAreNeverReplaced) {
  const struct {
    const char* name;
    std::string missing, changed, content, error;
  } cases[] = {
      {"no key", "ca.key", "", "", "ca.key is missing: put the file back"},
      {"no certificate", "ca.pem", "", "", "ca.pem is missing, which "},
      {"a key that is none", "", "ca.key", "rubbish", "ca.key: no private key"},
      {"a key of another", "", "ca.key", make_key().value(), "do not belong together"},
      {"a certificate that is none", "", "ca.pem", "rubbish", "ca.pem: no certificate"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::filesystem::remove_all(folder / "tls");
    ASSERT_TRUE(open());
    const std::string key = read("ca.key"), certificate = read("ca.pem");
    if (!c.missing.empty()) remove(c.missing);
    if (!c.changed.empty()) folder.write("tls/" + c.changed, c.content);
    const std::string changed_key = read("ca.key"), changed_certificate = read("ca.pem");
    const auto authority = open();
    ASSERT_FALSE(authority);
    EXPECT_EQ(authority.error().code, Errc::corrupt);
    EXPECT_THAT(authority.error().message,
                AllOf(HasSubstr(c.error), HasSubstr("mega server restore")));
    EXPECT_EQ(read("ca.key"), changed_key);
    EXPECT_EQ(read("ca.pem"), changed_certificate);
  }
}

TEST_F(AuthorityFiles, AreRefusedWhenOthersMayReadTheKeys) {
  ASSERT_TRUE(open());
  for (const char* name : {"ca.key", "server.key"}) {
    for (const mode_t mode : {0640u, 0604u, 0660u}) {
      SCOPED_TRACE(name);
      ASSERT_EQ(::chmod(file(name).c_str(), mode), 0);
      const auto authority = open();
      ASSERT_FALSE(authority);
      EXPECT_EQ(authority.error().code, Errc::not_allowed);
      EXPECT_THAT(authority.error().message,
                  AllOf(HasSubstr("may be read by others"), HasSubstr("chmod 600 " + file(name))));
    }
    ASSERT_EQ(::chmod(file(name).c_str(), 0600), 0);
  }
  EXPECT_TRUE(open());
}

TEST_F(AuthorityFiles, AreRenewedBeforeTheyEndAndWhenTheHostChanges) {
  const auto opened = open();
  ASSERT_TRUE(opened) << error_of(opened);
  Authority& authority = **opened;
  const std::string first = authority.own().certificate;
  const auto version = authority.version();
  EXPECT_FALSE(authority.refresh(clock.now(), {"localhost", "10.0.0.1", "mega.example"}).value())
      << "the same hosts";
  EXPECT_EQ(authority.version(), version);

  clock.advance(std::chrono::hours(24 * 61));
  EXPECT_TRUE(authority.refresh(clock.now(), hosts).value());
  EXPECT_GT(authority.version(), version);
  const std::string second = authority.own().certificate;
  EXPECT_NE(second, first);
  EXPECT_EQ(read("server.pem"), second) << "kept over a restart";
  EXPECT_GT(read_certificate(second)->until, read_certificate(first)->until);

  hosts.push_back("10.0.0.2");
  EXPECT_TRUE(authority.refresh(clock.now(), hosts).value());
  EXPECT_EQ(read_certificate(authority.own().certificate)->hosts, hosts);
}

TEST_F(AuthorityFiles, AreRenewedByAStartAfterTheirEnd) {
  ASSERT_TRUE(open());
  clock.advance(std::chrono::hours(24 * 200));
  const auto authority = open();
  ASSERT_TRUE(authority) << error_of(authority);
  EXPECT_TRUE(check_dates(*read_certificate((*authority)->own().certificate), clock.now()));
}

TEST_F(AuthorityFiles, LeaveNothingElseInTheFolder) {
  ASSERT_TRUE(open());
  std::vector<std::string> others;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "tls")) {
    const std::string name = entry.path().filename();
    if (name != "ca.key" && name != "ca.pem" && name != "server.key" && name != "server.pem") {
      others.push_back(name);
    }
  }
  EXPECT_THAT(others, IsEmpty());
}

}  // namespace
}  // namespace mega
