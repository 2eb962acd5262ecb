// An Api whose services are those of a whole server, for tests that call every function there is.
#pragma once

#include "mail/store/mail_store.h"
#include "schedules/store/schedule_store.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/api_fixture.h"

namespace mega {

class EveryFunctionTest : public ApiTest {
 protected:
  EveryFunctionTest() {
    api.services.add(task_store);
    api.services.add(script_store);
    api.services.add(schedule_store);
    api.services.add(mail_store);
  }

  TaskStore task_store{*store->database};
  ScriptStore script_store{*store->database};
  ScheduleStore schedule_store{*store->database};
  MailStore mail_store{*store->database};
};

}  // namespace mega
