// A store, and an outbox over it whose relay is never asked.
#pragma once

#include "alerts/server/alerts.h"
#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

#include <memory>

namespace mega {

class AlertsTest : public testing::Test {
 protected:
  AlertsTest()
      : store(Store::open_in_memory(clock).value()),
        outbox(*store, clock, {.sender = {"", "mega@db1"}}, nullptr) {}

  Alerts alerts(AlertOptions options) {
    options.to = {{.address = {"", "dba@x"}}};
    return Alerts(*store, clock, outbox, std::move(options));
  }
  std::size_t mails() const { return store->mails(State::all, 0).value().size(); }

  FakeClock clock;
  std::unique_ptr<Store> store;
  Outbox outbox;
};

}  // namespace mega
