#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"
#include "trust/crypto.h"

#include <gmock/gmock.h>

#include <thread>

namespace mega {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A CA of the test's own, and hosts with keys that join and renew.
struct Host {
  std::string key = make_key().value();
  std::string request = make_request(key, "x").value();
  std::string pin = to_hex(pin_of_request(request).value());
};

class JoinTokens : public testing::Test {
 protected:
  void make_token(const std::string& hash, const std::string& name = "", std::int64_t uses = 1,
                  const std::string& role = "agent") {
    const auto made =
        store->access.add_token(root, {hash, role, name, {clock.now().seconds + 3600}, uses});
    ASSERT_TRUE(made) << error_of(made);
  }
  Issue issue_to(const Host& host) {
    return [this, &host](const Grant& grant) { return issue(ca, ca_key, host.request, grant); };
  }
  Result<Joined> join(const std::string& hash, const Host& host, const std::string& name = "db1") {
    return store->access.join(root, {hash, host.pin, name, "10.0.0.9"}, issue_to(host));
  }
  Result<std::string> renew(const Host& host, const std::string& name = "db1",
                            const std::string& role = "agent") {
    return renew_with(host, host, name, role, clock.now());
  }
  // With a certificate for `holder`'s key, made at that time, a request for another key perhaps.
  Result<std::string> renew_with(const Host& holder, const Host& host, const std::string& name,
                                 const std::string& role, Time issued) {
    return store->access.renew_certificate(
        root, {name, role, host.pin, "10.0.0.9", issued, holder.pin}, issue_to(host));
  }
  Result<void> admit(const std::string& certificate) {
    return store->access.admit_certificate(read_certificate(certificate).value());
  }
  std::vector<std::string> clients(State state = State::all) {
    return lines(store->access.certificates(state, 0), {"name", "role", "state"});
  }
  std::int64_t audit_rows() { return static_cast<std::int64_t>(store->audit.audit(0)->size()); }

  FakeClock clock;
  Scratch folder;
  std::unique_ptr<Store> store = Store::open({.folder = folder.path()}, clock).value();
  std::string ca_key = make_key().value();
  std::string ca = make_ca(ca_key, "test", clock.now()).value();
};

TEST_F(JoinTokens, AreSpentOnce) {
  make_token("h");
  const Host host, other;
  const auto joined = join("h", host);
  ASSERT_TRUE(joined) << error_of(joined);
  const auto identity = read_certificate(joined->certificate);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, "db1");
  EXPECT_EQ(identity->role, "agent");
  EXPECT_TRUE(admit(joined->certificate));
  EXPECT_THAT(clients(), ElementsAre("db1 agent valid"));

  const auto rows = audit_rows();
  const auto second = join("h", other, "db2");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::not_allowed);
  EXPECT_THAT(second.error().message,
              AllOf(HasSubstr("was spent by \"db1\" at "), HasSubstr("mega server token")));
  EXPECT_EQ(audit_rows(), rows);
  EXPECT_THAT(clients(), ElementsAre("db1 agent valid"));
}

TEST_F(JoinTokens, AreSpentAsOftenAsTheySay) {
  make_token("h", "", 2);
  const Host a, b, c;
  EXPECT_TRUE(join("h", a, "a"));
  EXPECT_TRUE(join("h", b, "b"));
  EXPECT_EQ(join("h", c, "c").error().code, Errc::not_allowed);
  EXPECT_THAT(clients(), ElementsAre("a agent valid", "b agent valid"));
}

TEST_F(JoinTokens, ThatNobodyMadeAreRefused) {
  const auto joined = join("nothing", Host());
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::not_allowed);
  EXPECT_THAT(joined.error().message, HasSubstr("knows no such token"));
}

TEST_F(JoinTokens, EndWithTheirTime) {
  make_token("h");
  clock.advance(std::chrono::seconds(3601));
  const auto joined = join("h", Host());
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::not_allowed);
  EXPECT_THAT(joined.error().message,
              AllOf(HasSubstr("expired at "), HasSubstr(format_local(clock.now()))));
  EXPECT_THAT(clients(), IsEmpty());
}

TEST_F(JoinTokens, GiveTheSameKeyTheSameCertificateAgain) {
  make_token("h");
  const Host host;
  const auto joined = join("h", host);
  ASSERT_TRUE(joined) << error_of(joined);
  const auto rows = audit_rows();
  clock.advance(std::chrono::hours(24));  // after the token's end
  EXPECT_EQ(join("h", host, "another name")->certificate, joined->certificate);
  EXPECT_EQ(audit_rows(), rows) << "nothing changed";
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(join("h", host).error().code, Errc::not_allowed) << "a day after the token's end";
}

TEST_F(JoinTokens, GiveNoCertificateAgainThatWasRevoked) {
  make_token("h");
  const Host host;
  ASSERT_TRUE(join("h", host));
  ASSERT_TRUE(store->access.revoke(root, "db1", false));
  EXPECT_THAT(error_of(join("h", host)),
              HasSubstr("not_allowed: the certificate of \"db1\" was revoked at"));
}

TEST_F(JoinTokens, StayUnspentWhenTheCertificateFails) {
  make_token("h");
  const Host host;
  const auto failed = store->access.join(root, {"h", host.pin, "db1", ""}, [](const Grant&) {
    return Result<std::string>(fail(Errc::invalid_argument, "no"));
  });
  EXPECT_FALSE(failed);
  EXPECT_FALSE(join("h", host, "a bad name"));
  EXPECT_TRUE(join("h", host));
}

TEST_F(JoinTokens, AreWonByOneOfManyAtOnce) {
  make_token("h", "", 3);
  std::vector<Host> hosts(12);
  std::atomic<int> won = 0, refused = 0;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto joined = join("h", hosts[i], "db" + std::to_string(i));
      if (joined) {
        ++won;
      } else if (joined.error().code == Errc::not_allowed) {
        ++refused;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 3);
  EXPECT_EQ(refused, 9);
  EXPECT_EQ(clients().size(), 3u);
}

TEST_F(JoinTokens, GiveOneCertificateToOneKeyThatComesTwiceAtOnce) {
  make_token("h");
  const Host host;
  std::vector<std::string> certificates(4);
  std::vector<std::thread> threads;
  for (auto& certificate : certificates) {
    threads.emplace_back([&] { certificate = join("h", host)->certificate; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(certificates, testing::Each(certificates[0]));
}

TEST_F(JoinTokens, DoNotGiveANameThatSomebodyHas) {
  make_token("h1");
  make_token("h2");
  const Host first, second;
  const auto held = join("h1", first);
  ASSERT_TRUE(held);
  const auto joined = join("h2", second);
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::already_exists);
  EXPECT_THAT(joined.error().message,
              AllOf(HasSubstr("\"db1\""), HasSubstr("10.0.0.9"), HasSubstr("--name")));
  EXPECT_TRUE(admit(held->certificate));
  EXPECT_TRUE(join("h2", second, "db2")) << "the token is unspent";
}

TEST_F(JoinTokens, GiveANameAgainOnceItsCertificateHasEnded) {
  make_token("h1");
  const Host first, second;
  ASSERT_TRUE(join("h1", first));
  clock.advance(std::chrono::hours(24 * 91));
  make_token("h2");
  const auto joined = join("h2", second);
  EXPECT_TRUE(joined) << error_of(joined);
  EXPECT_THAT(clients(), ElementsAre("db1 agent valid"));
}

TEST_F(JoinTokens, OfANameTakeItFromWhoHasIt) {
  make_token("h1", "db1");
  make_token("h2", "db1");
  const Host first, second;
  const auto old = join("h1", first, "ignored");
  ASSERT_TRUE(old) << error_of(old);
  EXPECT_FALSE(old->ended_another);
  const auto joined = join("h2", second, "ignored");
  ASSERT_TRUE(joined) << error_of(joined);
  EXPECT_TRUE(joined->ended_another);
  EXPECT_FALSE(admit(old->certificate));
  EXPECT_TRUE(admit(joined->certificate)) << "in the same second";
  EXPECT_FALSE(renew(first));
  EXPECT_TRUE(renew(second));
}

TEST_F(JoinTokens, OfAnotherRoleEndTheFormerOne) {
  make_token("h1", "", 1, "operator");
  make_token("h2", "", 1, "reader");
  const Host host;
  const auto former = join("h1", host);
  const auto now = join("h2", host);
  ASSERT_TRUE(now) << error_of(now);
  EXPECT_FALSE(admit(former->certificate)) << "who was an operator is a reader";
  EXPECT_TRUE(admit(now->certificate));
  EXPECT_FALSE(renew(host, "db1", "operator"));
  EXPECT_TRUE(renew(host, "db1", "reader"));
}

TEST_F(JoinTokens, LeaveNoSecretInTheAudit) {
  make_token("0123456789abcdef");
  ASSERT_TRUE(join("0123456789abcdef", Host()));
  for (const std::string& line : lines(store->audit.audit(0), {"args", "before", "after"})) {
    EXPECT_THAT(line, testing::Not(HasSubstr("0123456789abcdef")));
  }
  EXPECT_EQ(audit_rows(), 2);
}

TEST_F(JoinTokens, AreForgottenAMonthAfterTheirEnd) {
  make_token("h");
  ASSERT_TRUE(join("h", Host()));
  clock.advance(std::chrono::hours(24 * 31));
  make_token("another");
  EXPECT_THAT(error_of(join("h", Host(), "db2")), HasSubstr("knows no such token"));
}

TEST_F(JoinTokens, CanBeWithdrawn) {
  make_token("h1");
  make_token("h2");
  const Host joined;
  ASSERT_TRUE(join("h1", joined));
  EXPECT_EQ(store->access.open_tokens(0)->size(), 1u);
  EXPECT_THAT(error_of(store->access.withdraw_token(root, 1)), HasSubstr("not_found"));
  ASSERT_TRUE(store->access.withdraw_token(root, 2));
  EXPECT_EQ(store->access.open_tokens(0)->size(), 0u);
  EXPECT_THAT(error_of(join("h2", Host(), "db2")), HasSubstr("knows no such token"));
  EXPECT_TRUE(join("h1", joined)) << "a spent token is left alone";
}

TEST_F(JoinTokens, AreNotOpenAfterTheirEnd) {
  make_token("h");
  clock.advance(std::chrono::hours(24 * 2));
  EXPECT_EQ(store->access.open_tokens(0)->size(), 0u);
}

class Revocation : public JoinTokens {};

TEST_F(Revocation, EndsWhatWasIssuedUntilThenAndNothingLater) {
  make_token("h1");
  make_token("h2");
  const Host first, second;
  const auto before = join("h1", first);
  ASSERT_TRUE(before);
  const auto time = store->access.revoke(root, "db1", false);
  ASSERT_TRUE(time) << error_of(time);
  EXPECT_EQ(*time, clock.now());
  const auto refused = admit(before->certificate);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_allowed);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("was revoked at " + format_local(*time)), HasSubstr("new token")));
  EXPECT_THAT(clients(), ElementsAre("db1 agent revoked"));
  EXPECT_THAT(clients(State::online), IsEmpty());

  const auto after = join("h2", second);
  ASSERT_TRUE(after) << error_of(after);
  EXPECT_TRUE(admit(after->certificate)) << "in the same second";
  EXPECT_FALSE(admit(before->certificate));
  EXPECT_THAT(clients(State::online), ElementsAre("db1 agent valid"));

  ASSERT_TRUE(store->access.revoke(root, "db1", false));
  EXPECT_FALSE(admit(after->certificate)) << "and again, in the same second";
}

TEST_F(Revocation, EndsTheTokensMadeForTheName) {
  make_token("h1", "ada@laptop");
  make_token("h2");
  ASSERT_TRUE(store->access.revoke(root, "ada@laptop", false)) << "known by its token alone";
  EXPECT_THAT(error_of(join("h1", Host())), HasSubstr("knows no such token"));
  EXPECT_TRUE(join("h2", Host())) << "a token without a name";
  EXPECT_EQ(store->access.revoke(root, "ada", false).error().code, Errc::not_found);
  make_token("h3", "ada@laptop");
  EXPECT_TRUE(join("h3", Host())) << "a later token";
}

TEST_F(Revocation, HoldsForCertificatesThatTheStoreDoesNotKnow) {
  const Host host;
  const std::string unknown =
      issue(ca, ca_key, host.request, {.name = "db7", .role = "agent", .now = clock.now()}).value();
  EXPECT_TRUE(admit(unknown)) << "as after a restore";
  EXPECT_EQ(store->access.revoke(root, "db7", false).error().code, Errc::not_found);
  ASSERT_TRUE(store->access.revoke(root, "db7", true));
  EXPECT_FALSE(admit(unknown));
  EXPECT_FALSE(renew(host, "db7")) << "a connection that is still open";
}

TEST_F(Revocation, OfAMistypedNameSaysWhichWasMeant) {
  make_token("h");
  ASSERT_TRUE(join("h", Host(), "db-orders-1"));
  EXPECT_THAT(error_of(store->access.revoke(root, "db-order-1", false)),
              AllOf(HasSubstr("not_found"), HasSubstr("db-orders-1")));
}

TEST_F(Revocation, IsInTheAudit) {
  make_token("h");
  ASSERT_TRUE(join("h", Host()));
  ASSERT_TRUE(store->access.revoke(root, "db1", false));
  EXPECT_THAT(lines(store->audit.audit(1), {"after"})[0], HasSubstr("\"revoked\":"));
}

class Renewing : public JoinTokens {};

TEST_F(Renewing, GivesTheSameNameAndRoleALongerTime) {
  make_token("h");
  const Host host;
  const auto joined = join("h", host);
  ASSERT_TRUE(joined);
  clock.advance(std::chrono::hours(24 * 60));
  const auto renewed = renew(host);
  ASSERT_TRUE(renewed) << error_of(renewed);
  EXPECT_GT(read_certificate(*renewed)->until, read_certificate(joined->certificate)->until);
  EXPECT_TRUE(admit(*renewed));
  EXPECT_TRUE(admit(joined->certificate)) << "until its end: other connections use it";
  EXPECT_THAT(clients(), ElementsAre("db1 agent valid")) << "one line for each name";
}

TEST_F(Renewing, IsForTheHoldersKeyOnly) {
  make_token("h");
  const Host host, thief;
  ASSERT_TRUE(join("h", host));
  const Time issued = clock.now();
  EXPECT_EQ(renew_with(thief, thief, "db1", "agent", issued).error().code, Errc::not_allowed);
  EXPECT_EQ(renew_with(host, thief, "db1", "agent", issued).error().code, Errc::not_allowed);
  EXPECT_EQ(renew_with(host, host, "db1", "operator", issued).error().code, Errc::not_allowed);
}

TEST_F(Renewing, WorksForACertificateThatARestoredStoreDoesNotKnow) {
  const Host host;
  const auto renewed = renew(host, "db7");
  ASSERT_TRUE(renewed) << error_of(renewed);
  EXPECT_THAT(clients(), ElementsAre("db7 agent valid"));
}

TEST_F(Renewing, WorksForWhoHasJoinedAnewUnderANameThatARestoredStoreKnows) {
  make_token("h");
  const Host former, later, thief;
  ASSERT_TRUE(join("h", former));
  const Time before = clock.now();
  clock.advance(std::chrono::hours(1));  // the backup was made before this

  EXPECT_EQ(renew_with(later, thief, "db1", "agent", clock.now()).error().code, Errc::not_allowed);
  EXPECT_EQ(renew_with(later, later, "db1", "agent", before).error().code, Errc::not_allowed)
      << "one that the store would know";
  const auto renewed = renew_with(later, later, "db1", "agent", clock.now());
  ASSERT_TRUE(renewed) << error_of(renewed);
  EXPECT_TRUE(admit(*renewed));

  ASSERT_TRUE(store->access.revoke(root, "db1", false));
  EXPECT_FALSE(renew_with(later, later, "db1", "agent", clock.now()));
}

TEST_F(Renewing, ForgetsCertificatesThatHaveEnded) {
  make_token("h");
  const Host host;
  ASSERT_TRUE(join("h", host));
  for (int i = 0; i < 10; ++i) {
    clock.advance(std::chrono::hours(24 * 60));
    ASSERT_TRUE(renew(host));
  }
  EXPECT_LE(store->access.count_certificates().value(), 3);
}

}  // namespace
}  // namespace mega
