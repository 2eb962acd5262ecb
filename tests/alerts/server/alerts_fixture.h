// A store, and an outbox over it whose relay is never asked.
#pragma once

#include "alerts/server/alerts.h"
#include "mail/store/mail_store.h"
#include "schedules/store/schedule_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store.h"

#include <gtest/gtest.h>

#include <memory>

namespace mega {

class AlertsTest : public testing::Test {
 protected:
  AlertsTest()
      : store(Store::open_in_memory(clock).value()),
        mail_store(*store->database),
        task_store(*store->database),
        schedule_store(*store->database),
        outbox(mail_store, clock, {.sender = {"", "mega@db1"}}, nullptr) {
    services.add(store->audit);
    services.add(store->inventory);
    services.add(store->access);
    services.add(store->hosts);
    services.add(mail_store);
    services.add(task_store);
    services.add(schedule_store);
  }

  Alerts alerts(AlertOptions options) {
    options.to = {{.address = {"", "dba@x"}}};
    return Alerts(mail_store, clock, outbox, std::move(options));
  }
  std::size_t mails() const { return mail_store.mails(State::all, 0).value().size(); }

  FakeClock clock;
  std::unique_ptr<Store> store;
  MailStore mail_store;
  TaskStore task_store;
  ScheduleStore schedule_store;
  Services services;
  Outbox outbox;
};

}  // namespace mega
