// Joining from the joining side: the identity folder, and what a token becomes in it. The server is
// a store, a CA and the real dispatch, without a socket between them.
#include "access/agent/joining.h"
#include "access/store/authority.h"
#include "tests/support/store.h"

#include "api/dispatch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"
#include "trust/crypto.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The site: what a server has, and how it answers a caller.
struct Site {
  explicit Site(const Clock& its_clock) : clock(its_clock) {}

  Token token(const std::string& name = "", Role role = Role::agent, std::int64_t uses = 1) {
    Token made{.address = "mega.example:1204",
               .role = role,
               .expires = {clock.now().seconds + 3600},
               .pin = authority->pin(),
               .secret = random_bytes(token_secret_bytes),
               .name = name};
    EXPECT_TRUE(store->access.add_token(Author{}, {.secret_hash = to_hex(sha256(made.secret)),
                                                   .role = std::string(name_of(role)),
                                                   .name = name,
                                                   .expires = made.expires,
                                                   .uses = uses}));
    return made;
  }

  const Clock& clock;
  Scratch folder;
  std::unique_ptr<Store> store = Store::open_in_memory(clock).value();
  std::unique_ptr<Authority> authority =
      Authority::open(folder.path(), {"mega.example"}, clock).value();

  Api api(const Clock& now) const {
    Api api{.clock = now};
    api.services.add(store->access);
    api.services.add<const Authority>(*authority);
    return api;
  }
};

class SiteAsker : public Asker {
 public:
  SiteAsker(const Api& api, Caller caller, bool* cut) : api_(api), caller_(caller), cut_(cut) {}
  Dialect dialect() const override { return Dialect::ours; }
  Result<std::string> exchange(const Envelope& request) override {
    Envelope numbered = request;
    numbered.id = ++id_;
    auto reply = answer(api_, caller_, write_envelope(numbered, Dialect::ours));
    if (*cut_) return fail(Errc::unavailable, "the connection broke");
    return std::move(reply->payload);
  }

 private:
  const Api& api_;
  const Caller caller_;
  bool* cut_;
  std::int64_t id_ = 0;
};

class Join : public testing::Test {
 protected:
  Result<JoinedSite> join(const Token& token, const std::string& name = "", bool force = false) {
    return join_at(site, token, name, force);
  }
  Result<JoinedSite> join_at(Site& at, const Token& token, const std::string& name = "",
                             bool force = false) {
    const Api api = at.api(clock);
    const OpenToJoin open = [&](const Endpoint& endpoint,
                                std::string_view pin) -> Result<std::unique_ptr<Asker>> {
      asked_at = to_text(endpoint);
      EXPECT_EQ(pin, token.pin);
      return std::make_unique<SiteAsker>(
          api, Caller{.door = Door::tls, .role = Role::none, .address = "10.0.0.9"}, &cut);
    };
    return join_site({.token = token, .name = name, .default_name = "db1", .force = force}, folder,
                     open, clock);
  }
  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    if (!std::filesystem::exists(folder.path())) return all;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const std::string name = entry.path().filename();
      all[name] = scratch.read("tls/" + name);
    }
    return all;
  }
  static std::string error_of(const Result<JoinedSite>& result) {
    return result ? "no error"
                  : fmt::format("{}: {}", kind(result.error().code), result.error().message);
  }

  FakeClock clock{system_clock().now()};
  Site site{clock};
  Scratch scratch;
  IdentityFolder folder{scratch / "tls"};
  std::string asked_at;
  bool cut = false;  // the answer does not arrive
};

TEST_F(Join, KeepsAKeyAndItsCertificate) {
  EXPECT_FALSE(folder.load().value().has_value());
  const auto joined = join(site.token());
  ASSERT_TRUE(joined) << error_of(joined);
  EXPECT_EQ(asked_at, "mega.example:1204");
  EXPECT_EQ(joined->identity.name, "db1");
  EXPECT_EQ(joined->identity.role, "agent");
  EXPECT_EQ(joined->identity.site, site.authority->site());

  const auto held = folder.load();
  ASSERT_TRUE(held && *held);
  const Credentials& own = (*held)->credentials;
  EXPECT_EQ((*held)->server, "mega.example:1204");
  EXPECT_EQ(own.ca, site.authority->ca());
  EXPECT_TRUE(check_issuer(own.ca, own.certificate));
  EXPECT_EQ(pin_of(own.certificate).value(),
            pin_of_request(make_request(own.key, "x").value()).value());
  EXPECT_EQ(files().size(), 5u) << "nothing is left of the way there";
  struct stat facts {};
  for (const auto& [name, content] : files()) {
    ASSERT_EQ(::stat((folder.path() + "/" + name).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << name;
  }
  ASSERT_EQ(::stat(folder.path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
}

TEST_F(Join, TakesTheNameOfTheTokenOrTheOneAskedFor) {
  EXPECT_EQ(join(site.token("", Role::reader), "ada@laptop")->identity.name, "ada@laptop");
  std::filesystem::remove_all(folder.path());
  EXPECT_EQ(join(site.token("night-shift"))->identity.name, "night-shift");
  std::filesystem::remove_all(folder.path());
  EXPECT_EQ(join(site.token("night-shift"), "another").error().code, Errc::invalid_argument);
  EXPECT_EQ(join(site.token(), "no name").error().code, Errc::invalid_argument);
  EXPECT_TRUE(files().empty());
}

TEST_F(Join, IsFinishedByTheSameTokenAfterTheAnswerWasLost) {
  const Token token = site.token();
  cut = true;
  EXPECT_EQ(join(token).error().code, Errc::unavailable);
  EXPECT_FALSE(folder.load().value().has_value()) << "only a key that waits";
  EXPECT_EQ(site.store->access.count_certificates(), 1) << "the token is spent";
  cut = false;
  const auto joined = join(token);
  ASSERT_TRUE(joined) << error_of(joined);
  EXPECT_EQ(site.store->access.count_certificates(), 1) << "the same certificate";
}

TEST_F(Join, IsRepeatedByTheSameTokenAfterAllWasKept) {
  const Token token = site.token();
  ASSERT_TRUE(join(token));
  const auto before = files();
  EXPECT_TRUE(join(token));
  EXPECT_TRUE(join(token, "", true)) << "--force is no other key for the same token";
  EXPECT_EQ(files(), before);
}

TEST_F(Join, IsFinishedByWhoeverLooksAfterTheLastFileWasWritten) {
  ASSERT_TRUE(join(site.token()));
  const auto whole = files();
  // Cut off before, between and behind the renames; the certificate's is the last.
  const std::vector<std::string> order{"ca.pem", "server", "token", "key.pem", "certificate.pem"};
  for (std::size_t done = 0; done < order.size(); ++done) {
    SCOPED_TRACE(done);
    for (std::size_t i = done; i < order.size(); ++i) {
      std::filesystem::rename(folder.path() + "/" + order[i],
                              folder.path() + "/" + order[i] + ".new");
      scratch.write("tls/" + order[i], "of a former site");
      std::filesystem::permissions(folder.path() + "/" + order[i],
                                   std::filesystem::perms::owner_read);
    }
    ASSERT_TRUE(folder.load().value().has_value());
    EXPECT_EQ(files(), whole);
  }
}

TEST_F(Join, RefusesAnExpiredTokenAndNamesBothTimes) {
  const Token token = site.token();
  clock.advance(std::chrono::hours(1) + std::chrono::seconds(3601));
  const auto refused = join(token);
  EXPECT_THAT(error_of(refused),
              AllOf(HasSubstr("not_allowed: "), HasSubstr(format_local(token.expires)),
                    HasSubstr(format_local(clock.now()))));
  EXPECT_EQ(asked_at, "") << "nobody was asked";
  EXPECT_TRUE(files().empty());
}

TEST_F(Join, LeavesTheExpiryToTheServerWhileClocksMayDiffer) {
  FakeClock ahead = clock;
  const Token token = site.token();
  ahead.advance(std::chrono::minutes(110));
  const Api api = site.api(clock);
  const OpenToJoin open = [&](const Endpoint&, std::string_view) -> Result<std::unique_ptr<Asker>> {
    return std::make_unique<SiteAsker>(api, Caller{.door = Door::tls, .role = Role::none}, &cut);
  };
  const auto joined = join_site({.token = token, .default_name = "db1"}, folder, open, ahead);
  ASSERT_TRUE(joined) << error_of(joined);
  EXPECT_EQ(joined->clock_ahead, std::chrono::minutes(110));
}

TEST_F(Join, RefusesAServerOfAnotherSite) {
  Site other{clock};
  Token token = site.token();
  const auto refused = join_at(other, token);
  EXPECT_EQ(refused.error().code, Errc::not_allowed) << "which does not know the token";
  // One that knows the token, but is of another CA.
  token = other.token();
  token.pin = site.authority->pin();
  EXPECT_THAT(error_of(join_at(other, token)), HasSubstr("the CA of another site"));
  EXPECT_FALSE(folder.load().value().has_value());
}

TEST_F(Join, RefusesWhoHasJoinedElsewhereUnlessForced) {
  ASSERT_TRUE(join(site.token()));
  const auto before = files();
  Site other{clock};
  const Token token = other.token();
  EXPECT_THAT(error_of(join_at(other, token)),
              AllOf(HasSubstr("refused: "), HasSubstr("\"db1\""), HasSubstr("--force")));
  EXPECT_THAT(error_of(join(site.token("another"))), HasSubstr("refused: "));
  EXPECT_EQ(files(), before);
  EXPECT_EQ(other.store->access.count_certificates(), 0) << "the token is unspent";

  const auto joined = join_at(other, token, "", true);
  ASSERT_TRUE(joined) << error_of(joined);
  EXPECT_EQ((*folder.load())->credentials.ca, other.authority->ca());
  EXPECT_NE(files()["key.pem"], before.at("key.pem"));
}

TEST_F(Join, ChangesTheRoleAndComesBackAfterARevocation) {
  ASSERT_TRUE(join(site.token("", Role::reader)));
  const std::string key = files()["key.pem"];
  EXPECT_EQ(join(site.token("", Role::operator_))->identity.role, "operator");
  ASSERT_TRUE(site.store->access.revoke(Author{}, "db1", false));
  const auto again = join(site.token("", Role::operator_));
  ASSERT_TRUE(again) << error_of(again);
  EXPECT_TRUE(site.store->access.admit_certificate(again->identity));
  EXPECT_EQ(files()["key.pem"], key);
}

TEST_F(Join, RefusesAFolderOrAKeyThatOthersMayRead) {
  ASSERT_TRUE(join(site.token()));
  const struct {
    std::string path;
    mode_t open, closed;
    std::string way_out;
  } cases[] = {{folder.path(), 0755, 0700, "chmod 700 " + folder.path()},
               {folder.path() + "/key.pem", 0644, 0600, "chmod 600 " + folder.path() + "/key.pem"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    ASSERT_EQ(::chmod(c.path.c_str(), c.open), 0);
    const auto before = files();
    const auto held = folder.load();
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Errc::not_allowed);
    EXPECT_THAT(held.error().message, HasSubstr(c.way_out));
    EXPECT_EQ(join(site.token(), "", true).error().code, Errc::not_allowed);
    EXPECT_EQ(files(), before);
    ASSERT_EQ(::chmod(c.path.c_str(), c.closed), 0);
  }
  EXPECT_TRUE(folder.load());
}

TEST_F(Join, NamesAPartThatIsMissingAndReplacesItWhenForced) {
  for (const char* name : {"key.pem", "certificate.pem", "ca.pem", "server", "token"}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(join(site.token("db1"), "", true));
    std::filesystem::remove(folder.path() + "/" + name);
    const auto held = folder.load();
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Errc::corrupt);
    EXPECT_THAT(held.error().message, AllOf(HasSubstr(name), HasSubstr("--force")));
  }
}

class RenewingByHolder : public Join {
 protected:
  Result<bool> renew() {
    const auto held = folder.load().value().value();
    const Api api = site.api(clock);
    SiteAsker asker(api, Caller{.door = Door::tls, .role = Role::agent, .name = "db1"}, &cut);
    return renew_if_due(asker, held, folder, clock);
  }
};

TEST_F(RenewingByHolder, ReplacesTheCertificateWhenItIsDue) {
  ASSERT_TRUE(join(site.token()));
  const auto before = files();
  EXPECT_FALSE(renew().value());
  EXPECT_EQ(files(), before);
  clock.advance(std::chrono::hours(24 * 61));
  EXPECT_TRUE(renew().value());
  auto after = files();
  EXPECT_GT(read_certificate(after["certificate.pem"])->until,
            read_certificate(before.at("certificate.pem"))->until);
  after["certificate.pem"] = before.at("certificate.pem");
  EXPECT_EQ(after, before);
  EXPECT_FALSE(renew().value()) << "not again";
}

TEST_F(RenewingByHolder, KeepsTheOldCertificateWhenItFails) {
  ASSERT_TRUE(join(site.token()));
  const auto before = files();
  clock.advance(std::chrono::hours(24 * 61));
  cut = true;
  EXPECT_EQ(renew().error().code, Errc::unavailable);
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace mega
