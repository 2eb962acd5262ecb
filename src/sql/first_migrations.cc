// The migrations 1 to 8, from before each module had its own list. Never change them: number n
// brings a store from schema n - 1 to n. Number 1 holds the inventory, access and the audit; 2, 4
// and 7 tasks; 3 hosts; 5 schedules; 6 and 8 mail.
#include "sql/migrations.h"

namespace mega {
namespace {

constexpr const char* migrations[] = {
    // 1: the inventory and its owners, the audit, and the certificates.
    R"(
CREATE TABLE server (
  id          {identity},
  ip          VARCHAR(45) NOT NULL UNIQUE,
  name        VARCHAR(255) NOT NULL,
  os          VARCHAR(255) NOT NULL,
  stat        INTEGER NOT NULL,
  type        INTEGER NOT NULL,
  plant       VARCHAR(255) NOT NULL,
  owner       INTEGER NOT NULL,
  online_date INTEGER NOT NULL,
  cluster     VARCHAR(255) NOT NULL,
  site        VARCHAR(255) NOT NULL
);
CREATE TABLE instance (
  id          {identity},
  server_id   INTEGER NOT NULL REFERENCES server (id),
  port        INTEGER NOT NULL,
  name        VARCHAR(255) NOT NULL,
  level       INTEGER NOT NULL,
  owner       INTEGER NOT NULL,
  business    INTEGER NOT NULL,
  db_type     VARCHAR(255) NOT NULL,
  ha_type     VARCHAR(255) NOT NULL,
  role        INTEGER NOT NULL,
  version     VARCHAR(255) NOT NULL,
  master_id   INTEGER NOT NULL,
  slowlog     INTEGER NOT NULL,
  stat        INTEGER NOT NULL,
  online_date INTEGER NOT NULL,
  cluster     VARCHAR(255) NOT NULL,
  site        VARCHAR(255) NOT NULL,
  UNIQUE (server_id, port)
);
CREATE INDEX instance_master ON instance (master_id);
CREATE TABLE `databases` (
  id          {identity},
  instance_id INTEGER NOT NULL REFERENCES instance (id),
  name        VARCHAR(255) NOT NULL,
  level       INTEGER NOT NULL,
  owner       INTEGER NOT NULL,
  business    INTEGER NOT NULL,
  stat        INTEGER NOT NULL,
  online_date INTEGER NOT NULL,
  UNIQUE (instance_id, name)
);
CREATE TABLE server_tag (
  server_id   INTEGER NOT NULL REFERENCES server (id),
  name        VARCHAR(64) NOT NULL,
  value       VARCHAR(255) NOT NULL,
  PRIMARY KEY (server_id, name)
);
CREATE TABLE instance_tag (
  instance_id INTEGER NOT NULL REFERENCES instance (id),
  name        VARCHAR(64) NOT NULL,
  value       VARCHAR(255) NOT NULL,
  PRIMARY KEY (instance_id, name)
);
CREATE TABLE user (
  id          {identity},
  name        VARCHAR(255) NOT NULL UNIQUE,
  comment     VARCHAR(1000) NOT NULL,
  stat        INTEGER NOT NULL
);
CREATE TABLE business (
  id          {identity},
  business    VARCHAR(255) NOT NULL UNIQUE,
  comment     VARCHAR(1000) NOT NULL,
  stat        INTEGER NOT NULL
);
CREATE TABLE audit (
  id          INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  who         VARCHAR(255) NOT NULL,
  door        VARCHAR(16) NOT NULL,
  peer        VARCHAR(255) NOT NULL,
  `function`  VARCHAR(64) NOT NULL,
  args        TEXT NOT NULL,
  `before`    TEXT,
  `after`     TEXT,
  result      VARCHAR(255) NOT NULL,
  hash        VARCHAR(64) NOT NULL
);
CREATE TABLE audit_archive (
  id          {identity},
  time        INTEGER NOT NULL,
  first_id    INTEGER NOT NULL,
  last_id     INTEGER NOT NULL,
  hash        VARCHAR(64) NOT NULL,
  file        VARCHAR(1000) NOT NULL
);
CREATE TABLE join_token (
  id          {identity},
  secret_hash VARCHAR(64) NOT NULL UNIQUE,
  role        VARCHAR(16) NOT NULL,
  name        VARCHAR(64) NOT NULL,
  expires     INTEGER NOT NULL,
  uses_left   INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  created_by  VARCHAR(255) NOT NULL
);
CREATE TABLE token_use (
  token_id    INTEGER NOT NULL REFERENCES join_token (id),
  key_pin     VARCHAR(64) NOT NULL,
  name        VARCHAR(64) NOT NULL,
  certificate TEXT NOT NULL,
  time        INTEGER NOT NULL,
  PRIMARY KEY (token_id, key_pin)
);
CREATE TABLE certificate (
  id          {identity},
  serial      VARCHAR(64) NOT NULL UNIQUE,
  name        VARCHAR(64) NOT NULL,
  role        VARCHAR(16) NOT NULL,
  key_pin     VARCHAR(64) NOT NULL,
  issued      INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  address     VARCHAR(45) NOT NULL,
  token_id    INTEGER
);
CREATE INDEX certificate_name ON certificate (name);
CREATE TABLE revocation (
  name        VARCHAR(64) PRIMARY KEY,
  time        INTEGER NOT NULL,
  revoked_by  VARCHAR(255) NOT NULL
);
)",
    // 2: tasks, their hosts and their results.
    R"(
CREATE TABLE task (
  id           {identity},
  state        VARCHAR(16) NOT NULL,
  what         TEXT NOT NULL,
  work         TEXT NOT NULL,
  input        BLOB,
  had_input    INTEGER NOT NULL,
  hosts        INTEGER NOT NULL,
  running      INTEGER NOT NULL DEFAULT 0,
  ok           INTEGER NOT NULL DEFAULT 0,
  failed       INTEGER NOT NULL DEFAULT 0,
  unreachable  INTEGER NOT NULL DEFAULT 0,
  cancelled    INTEGER NOT NULL DEFAULT 0,
  created      INTEGER NOT NULL,
  created_by   VARCHAR(255) NOT NULL,
  ended        INTEGER,
  expires      INTEGER NOT NULL,
  batch        VARCHAR(32) NOT NULL,
  per_cluster  INTEGER NOT NULL,
  failures_max INTEGER NOT NULL,
  in_windows   INTEGER NOT NULL,
  cancel       INTEGER NOT NULL DEFAULT 0,
  reference    INTEGER NOT NULL,
  again_of     INTEGER NOT NULL
);
CREATE INDEX task_ended ON task (ended);
CREATE TABLE task_target (
  task_id         INTEGER NOT NULL REFERENCES task (id),
  position        INTEGER NOT NULL,
  host            VARCHAR(255) NOT NULL,
  ip              VARCHAR(45) NOT NULL,
  agent           VARCHAR(64) NOT NULL,
  cluster         VARCHAR(255) NOT NULL,
  `window`        VARCHAR(255) NOT NULL,
  legacy_port     INTEGER NOT NULL,
  state           VARCHAR(16) NOT NULL,
  reason          TEXT NOT NULL,
  exit_code       INTEGER,
  `signal`        INTEGER,
  output          BLOB NOT NULL,
  errors          BLOB NOT NULL,
  output_cut      INTEGER NOT NULL,
  errors_cut      INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  started         INTEGER,
  ended           INTEGER,
  cpu_ms          INTEGER NOT NULL,
  peak_memory_kib INTEGER NOT NULL,
  PRIMARY KEY (task_id, position)
);
CREATE TABLE task_log (
  id           {identity},
  task_id      INTEGER NOT NULL,
  start_time   INTEGER,
  end_time     INTEGER,
  stat         INTEGER NOT NULL,
  redo         INTEGER NOT NULL,
  comment      TEXT NOT NULL,
  host         VARCHAR(255) NOT NULL
);
CREATE INDEX task_log_task ON task_log (task_id);
)",
    // 3: hosts, as reported by their daemons.
    R"(
CREATE TABLE client (
  id             {identity},
  name           VARCHAR(64) NOT NULL UNIQUE,
  ip             VARCHAR(45) NOT NULL,
  version        VARCHAR(255) NOT NULL,
  host_name      VARCHAR(255) NOT NULL,
  os             VARCHAR(255) NOT NULL,
  kernel         VARCHAR(255) NOT NULL,
  uptime         INTEGER,
  clock_offset   INTEGER,
  facts          TEXT NOT NULL,
  instances      TEXT,
  first_seen     INTEGER NOT NULL,
  last_heartbeat INTEGER NOT NULL
);
CREATE INDEX client_ip ON client (ip);
CREATE TABLE client_instance (
  client_id      INTEGER NOT NULL REFERENCES client (id),
  port           INTEGER NOT NULL,
  socket         VARCHAR(255) NOT NULL,
  data_folder    VARCHAR(1000) NOT NULL,
  db_type        VARCHAR(64) NOT NULL,
  version        VARCHAR(64) NOT NULL,
  version_text   VARCHAR(255) NOT NULL,
  contained      INTEGER NOT NULL,
  first_seen     INTEGER NOT NULL,
  seen           INTEGER NOT NULL,
  PRIMARY KEY (client_id, port, socket)
);
)",
    // 4: scripts that hosts get from the server, the newest version of each.
    R"(
CREATE TABLE script (
  name        VARCHAR(128) PRIMARY KEY,
  version     INTEGER NOT NULL,
  content     BLOB NOT NULL,
  digest      VARCHAR(64) NOT NULL,
  `signature` BLOB NOT NULL,
  added       INTEGER NOT NULL,
  added_by    VARCHAR(255) NOT NULL
);
)",
    // 5: schedules: calls at due times, and the outcome of each due time.
    R"(
CREATE TABLE schedule (
  id          {identity},
  `function`  VARCHAR(255) NOT NULL,
  args        TEXT NOT NULL,
  shown       TEXT NOT NULL,
  strict      INTEGER NOT NULL,
  tool        INTEGER NOT NULL,
  type        INTEGER NOT NULL,
  target      TEXT NOT NULL,
  time        VARCHAR(32) NOT NULL,
  cycle       VARCHAR(255) NOT NULL,
  zone        VARCHAR(64) NOT NULL,
  catch_up    VARCHAR(16) NOT NULL,
  overlap     VARCHAR(16) NOT NULL,
  who         VARCHAR(255) NOT NULL,
  door        VARCHAR(16) NOT NULL,
  role        VARCHAR(16) NOT NULL,
  address     VARCHAR(45) NOT NULL,
  stat        INTEGER NOT NULL,
  next_due    INTEGER,
  created     INTEGER NOT NULL
);
CREATE INDEX schedule_due ON schedule (next_due);
CREATE TABLE schedule_run (
  id          {identity},
  schedule_id INTEGER NOT NULL REFERENCES schedule (id),
  due         INTEGER NOT NULL,
  state       VARCHAR(16) NOT NULL,
  times       INTEGER NOT NULL,
  started     INTEGER,
  ended       INTEGER,
  result      VARCHAR(1000) NOT NULL,
  task_id     INTEGER,
  UNIQUE (schedule_id, due)
);
)",
    // 6: queued mail.
    R"(
CREATE TABLE mail (
  id          {identity},
  added       INTEGER NOT NULL,
  since       INTEGER NOT NULL,
  added_by    VARCHAR(255) NOT NULL,
  kind        VARCHAR(64) NOT NULL,
  topic       VARCHAR(255) NOT NULL,
  once        VARCHAR(255) UNIQUE,
  sender      VARCHAR(320) NOT NULL,
  subject     VARCHAR(500) NOT NULL,
  message_id  VARCHAR(400) NOT NULL,
  utf8        INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  state       VARCHAR(16) NOT NULL,
  tries       INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  began       INTEGER NOT NULL,
  ended       INTEGER NOT NULL,
  words       VARCHAR(500) NOT NULL
);
CREATE INDEX mail_due ON mail (state, due, id);
CREATE INDEX mail_kind ON mail (kind, added);
CREATE TABLE mail_recipient (
  mail_id     INTEGER NOT NULL REFERENCES mail (id),
  number      INTEGER NOT NULL,
  address     VARCHAR(320) NOT NULL,
  state       VARCHAR(16) NOT NULL,
  words       VARCHAR(500) NOT NULL,
  time        INTEGER NOT NULL,
  PRIMARY KEY (mail_id, number)
);
CREATE TABLE mail_part (
  mail_id     INTEGER NOT NULL REFERENCES mail (id),
  number      INTEGER NOT NULL,
  bytes       LONGBLOB NOT NULL,
  PRIMARY KEY (mail_id, number)
);
)",
    // 7: daemons' reports on running scripts and on scripts given up.
    R"(
ALTER TABLE task_target ADD COLUMN limit_ms INTEGER;
ALTER TABLE task_target ADD COLUMN over_by INTEGER;
ALTER TABLE task_target ADD COLUMN later TEXT;
CREATE TABLE task_late (
  task_id        INTEGER NOT NULL REFERENCES task (id),
  position       INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (task_id, position)
);
)",
    // 8: the keys of hosts' mail, kept longer than the mail itself.
    R"(
CREATE TABLE mail_handed (
  once        VARCHAR(255) PRIMARY KEY,
  ended       INTEGER NOT NULL
);
)",
};

}  // namespace

std::span<const char* const> first_migrations() { return migrations; }

}  // namespace mega
