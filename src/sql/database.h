// Store: everything that a server keeps. SQL text lives in this folder and nowhere else.
//
// One writer, several readers; what a method of the writing kind has returned is on disk (WAL,
// synchronous FULL). Every change and its audit row are one transaction: both are there or neither.
// All methods may block and may be called from any thread.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "audit/model.h"
#include "hosts/store/host_model.h"
#include "mail/store/mail_model.h"
#include "inventory/store/model.h"
#include "value/listing.h"
#include "schedules/store/schedule_model.h"
#include "tasks/store/task_model.h"
#include "trust/certificate.h"
#include "value/value.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Which rows a list holds, and how many of them.
struct Listing {
  State state = State::all;
  std::optional<std::int64_t> role = std::nullopt;  // instances only
  std::int64_t limit = 0;                           // 0: all
  const RowParts* parts = nullptr;                  // where a long list goes; nullptr: it is whole
};

// Who changes something and how it was asked: goes into the audit with the change.
struct Author {
  std::string who;       // "root", "deploy"
  std::string door;      // "unix", "tls", "legacy"
  std::string peer;      // "10.0.0.7:51532"
  std::string function;  // "mod_server"
  std::string args;      // as text, secrets masked
};

// A token that was made: what the store keeps of it.
struct NewToken {
  std::string secret_hash;  // hex of the SHA-256 of the secret, which is not kept
  std::string role;
  std::string name;  // empty: who joins proposes one
  Time expires;
  std::int64_t uses = 1;
};

// What somebody without a certificate shows.
struct Joining {
  std::string secret_hash;
  std::string key_pin;  // of the request
  std::string name;     // proposed; counts when the token has none
  std::string address;  // where he calls from
};

// Who asks for a new certificate with one that is about to end.
struct Renewal {
  std::string name, role;  // of the certificate that he came in with
  std::string key_pin;     // of the request
  std::string address;
  Time issued{};         // of the certificate
  std::string held_pin;  // of the certificate's key
};

// Makes the certificate that a grant describes; the Authority's part of joining, called inside the
// transaction.
using Issue = std::function<Result<std::string>(const Grant&)>;

struct Joined {
  std::string certificate;
  bool ended_another = false;  // a certificate of that name counts no longer
};

// A script as hosts get it.
struct StoredScript {
  std::string content;
  std::string digest;     // SHA-256 of the content, hex
  std::string signature;  // by the CA: script_to_sign() in trust/signature.h
};

struct StoreOptions {
  std::string folder;  // holds mega.db; must exist
  int readers = 4;     // connections that may read at once
};

struct StoreFacts {
  std::int64_t schema = 0;                                 // number of the newest migration applied
  std::int64_t bytes = 0;                                  // of the database and its log
  std::int64_t servers = 0, instances = 0, databases = 0;  // all, offline too
  std::int64_t certificates = 0;                           // issued and not forgotten
};

class Store {
 public:
  // Opens or creates it and migrates it to the newest schema.
  // A server holds the folder's lock (folder.h) meanwhile.
  // Errors: not_found for a folder that is not there, failed for one that cannot be written;
  // corrupt for a damaged store; refused for one that is newer than this binary. Each names the
  // file and what to do.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock);
  // In memory, gone when closed: for tests.
  static Result<std::unique_ptr<Store>> open_in_memory(const Clock& clock);
  ~Store();

  // Copies all of it as it is now into a file beside it, for its owner alone; the file's path. It
  // is one database without a log. Whoever wants it removes it; the next open() does so, too.
  // Errors: failed (disk), refused for a store in memory.
  Result<std::string> copy_beside() const;

  // --- reading. Rows have the columns that spec'd callers know, in the order of docs/FUNCTIONS.md.
  // ---
  Result<Rows> servers(const Listing& listing) const;
  Result<Rows> instances(const Listing& listing) const;
  Result<Rows> databases(const Listing& listing) const;
  // One record with the same columns; nullopt: unknown.
  Result<std::optional<Row>> server(std::string_view ip) const;
  Result<std::optional<Row>> instance(std::string_view ip, std::int64_t port) const;
  Result<std::optional<Row>> database(std::string_view ip, std::int64_t port,
                                      std::string_view name) const;
  Result<Rows> owners() const;      // id, name, comment, stat
  Result<Rows> businesses() const;  // the same
  // The inventory's rows that a condition (condition.h) selects; `what` is "server", "instance" or
  // "database". Columns as in the lists, then cluster, site, tags. Errors: invalid_argument with a
  // caret under the mistake in `where`.
  Result<Rows> search(std::string_view what, std::string_view where, State state,
                      std::int64_t limit, const RowParts* parts = nullptr) const;
  // Newest first: id, time, who, door, peer, function, args, before, after, result, hash.
  Result<Rows> audit(const AuditFilter& filter, const RowParts* parts = nullptr) const;
  Result<Rows> audit(std::int64_t limit) const { return audit(AuditFilter{.limit = limit}); }
  // Walks the whole chain from where the archives end, row by row and in one snapshot: no writer
  // waits. `head`, unless empty, is the hash that an earlier check ended with and must be there
  // still. What is broken is a result; errors are those of the disk.
  Result<AuditCheck> verify_audit(const std::string& head = "") const;
  Result<StoreFacts> facts() const;
  // The newest certificate of each name: name, role, address, serial, issued, until, revoked (none
  // while it is not), state (valid, expired, revoked). online: the valid ones, offline: the others.
  Result<Rows> certificates(State state, std::int64_t limit) const;
  // Whether a certificate of the site's CA still counts; for each TLS handshake. Also of one that
  // the store does not know, because it was restored. Errors: not_allowed when it was revoked.
  Result<void> admit_certificate(const Identity& identity) const;
  // The role of the newest certificate of that name; nullopt: nobody has that name.
  Result<std::optional<std::string>> role_of(std::string_view name) const;
  // The role of the newest one that was not revoked, whether it has ended or not; nullopt: none.
  Result<std::optional<std::string>> standing_role_of(std::string_view name) const;
  // Whether the name may speak for the address: for each call of an agent.
  Result<HostClaim> host_claim(std::string_view name, std::string_view ip) const;
  // The address that the name is bound to; empty: none.
  Result<std::string> address_of(std::string_view name) const;
  // The hosts that have sent heartbeats, by name, and what there is to say of each and the
  // inventory: client_fields. What is written in a moment is in it already.
  Result<Rows> clients() const;
  // One of them, by name or address.
  Result<std::optional<Row>> client(std::string_view name) const;
  // What runs there, by port.
  Result<Rows> client_instances(std::string_view name) const;
  // Where the inventory and what runs on the hosts differ (discovered_fields), of those that the
  // condition selects. Errors: as search.
  Result<Rows> discovered(std::string_view where, std::int64_t limit) const;

  // --- tasks (task_model.h). ---
  // The hosts of those names: of servers that are online by name or address, and of agents that
  // have joined. Each once. Errors: not_found naming all that are unknown, with a did-you-mean;
  // refused for one that is offline; invalid_argument for a name that several servers have.
  Result<std::vector<TaskHost>> task_hosts(std::span<const std::string> names) const;
  // Those that search(what, where) selects among what is online.
  Result<std::vector<TaskHost>> task_hosts_where(std::string_view what,
                                                 std::string_view where) const;
  // Newest first: id, state, what, hosts, running, ok, failed, unreachable, cancelled, created,
  // created_by, ended, expires, batch, per_cluster, failures_max, again_of. State all, online (not
  // ended) or offline (ended).
  Result<Rows> tasks(State state, std::int64_t limit) const;
  Result<std::optional<Row>> task(std::int64_t id) const;
  // In their order: host, ip, agent, cluster, state, reason, exit_code, signal, output, errors,
  // output_cut, errors_cut, attempt, started, ended, cpu_ms, peak_memory_kib, later (of one that
  // was given up what its daemon told afterwards: a map of state, reason, ..., reported).
  Result<Rows> task_targets(std::int64_t id) const;
  // What repeats the task on those of its hosts where it did not end ok, or on all. Errors:
  // not_found; refused when there is no such host, it has not ended, or had an input, which is not
  // kept.
  Result<NewTask> task_again(std::int64_t id, bool all) const;
  Result<std::int64_t> add_task(const Author& author, const NewTask& task);
  // Notes that somebody wants no more of it; who drives tasks does the rest. False: it has ended.
  // Errors: not_found.
  Result<bool> cancel_task(const Author& author, std::int64_t id);
  // For who drives tasks, which is one in each store. Those with a higher id than `after`, oldest
  // first.
  Result<std::vector<ActiveTask>> active_tasks(std::int64_t after = 0) const;
  Result<std::vector<std::int64_t>> cancelled_tasks() const;  // those that have not ended
  // All or nothing. A target that has ended keeps its end, whatever comes.
  Result<void> note_targets(std::span<const TargetChange> changes,
                            std::span<const TaskEnding> endings);
  // Those that were given up and of which their hosts may know more, oldest first.
  Result<std::vector<LateTarget>> late_targets() const;
  // Beside the end that they have, which stays. What was told before stays, too.
  Result<void> note_late_outcomes(std::span<const LateOutcome> outcomes);
  // Who have not ended yet, by position: at most so many.
  Result<std::vector<TaskWaitedFor>> waited_for(std::int64_t task, std::size_t most) const;
  // Removes tasks that ended before that time; how many.
  Result<std::int64_t> forget_tasks(Time before);
  // A run, as hosts of 2014 report it: task_log(task_id, start_time, end_time, stat, redo,
  // comment). `address`: of the host that reports, which must be one of the task's when the task is
  // known; empty: anybody. Errors: not_allowed.
  Result<void> add_task_log(const Author& author, const TaskLogEntry& entry,
                            std::string_view address);
  Result<Rows> task_log(std::int64_t task, std::int64_t limit) const;  // newest first; 0: all tasks

  // --- scripts. ---
  Result<Rows> scripts() const;  // by name: name, version, bytes, digest, added, added_by
  Result<std::optional<StoredScript>> script(std::string_view name) const;
  Result<std::optional<std::string>> script_digest(std::string_view name) const;
  // The version that it got: the same one when the content is the same.
  Result<std::int64_t> add_script(const Author& author, const std::string& name,
                                  const StoredScript& script);
  Result<void> del_script(const Author& author, const std::string& name);

  // --- schedules (schedule_model.h). ---
  // By id: id, function, args (masked), type, target, time, cycle, zone, catch_up, overlap, owner,
  // door, role, address, stat, state (active, paused, done), next_due, created, last_due,
  // last_state, last_ended, last_result, task_id, missed, failed. State online: the active ones.
  Result<Rows> schedules(State state, std::int64_t limit) const;
  Result<std::optional<Row>> schedule_row(std::int64_t id) const;
  // Newest due time first: id, schedule_id, function, due, state, times, started, ended, result,
  // task_id; of one schedule, or 0: of all.
  Result<Rows> schedule_runs(std::int64_t schedule, std::int64_t limit) const;
  Result<std::optional<Schedule>> schedule(std::int64_t id) const;
  // Which one has made the task; 0: none, or its runs are forgotten.
  Result<std::int64_t> schedule_of_task(std::int64_t task) const;
  // Gives its id. Errors: refused when its owner has too many.
  Result<std::int64_t> add_schedule(const Author& author, const Schedule& schedule);
  // Replaces what may change: time, cycle, zone, catch_up, overlap, stat, next_due; what waits is
  // skipped when it is paused. Errors: not_found.
  Result<void> mod_schedule(const Author& author, const Schedule& schedule);
  // With what is known of its runs. Errors: not_found.
  Result<void> del_schedule(const Author& author, std::int64_t id);
  // For who drives schedules, which is one in each store.
  Result<std::vector<Schedule>> due_schedules(Time now) const;     // active, next_due until now
  Result<std::vector<Schedule>> coming_schedules(Time now) const;  // active, next_due after now
  Result<std::optional<Time>> next_schedule() const;               // the first next_due of all
  // Whether that due time was run, or is to be.
  Result<bool> was_run(std::int64_t schedule, Time due) const;
  // In one transaction; for each the id of its run, 0: there is none, because the schedule was
  // changed meanwhile or the due time has a run already.
  Result<std::vector<std::int64_t>> settle_schedules(const std::vector<Settling>& settlings);
  // False: it waits no more.
  Result<bool> start_run(std::int64_t run);
  Result<void> end_run(std::int64_t run, const RunEnd& end);
  // After a start: what ran is lost, what waited is due again. How many were lost.
  Result<std::int64_t> recover_runs();
  // Another next_due, unless it has changed meanwhile.
  Result<void> move_schedule(std::int64_t id, Time from, std::optional<Time> to);

  // --- writing. Errors besides those of the disk: already_exists, not_found, refused (still
  // needed), invalid_argument. ---
  Result<void> add_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> mod_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> del_server(const Author& author, const std::string& ip);
  Result<void> add_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> mod_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> del_instance(const Author& author, const std::string& ip, std::int64_t port);
  Result<void> add_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> mod_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> del_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name);
  Result<std::int64_t> add_owner(const Author& author,
                                 const Named& owner);  // id 0: the next free one; the id given out
  Result<void> mod_owner(const Author& author, std::int64_t id, const NamedChange& change);
  Result<std::int64_t> add_business(const Author& author, const Named& business);
  Result<void> mod_business(const Author& author, std::int64_t id, const NamedChange& change);
  Result<void> add_token(const Author& author, const NewToken& token);
  // Spends a token once: with the same secret and the same key it gives the same certificate again,
  // until a day after the token's end, so that a join that was cut off is finished by repeating it.
  // Errors: not_allowed for a token that is unknown, expired or spent; already_exists for a name in
  // use. What fails leaves the token unspent.
  Result<Joined> join(const Author& author, const Joining& joining, const Issue& issue);
  // Errors: not_allowed when the name's certificates were revoked meanwhile, or are for other keys.
  Result<std::string> renew_certificate(const Author& author, const Renewal& renewal,
                                        const Issue& issue);
  // Ends all certificates of the name that were issued until now; the moment from which that holds.
  // Errors: not_found for a name that the store does not know, unless `unknown` allows it.
  Result<Time> revoke(const Author& author, const std::string& name, bool unknown);
  // Whether the inventory has the host. Only what binds a name to an address is audited, and on
  // disk when this returns; the rest is written within seconds.
  Result<bool> take_heartbeat(const Author& author, const Heartbeat& heartbeat);
  // Forgets a host that is gone. Errors: not_found.
  Result<void> del_client(const Author& author, const std::string& name);
  // A row for a call that was refused. `held_back`: how many before it got none.
  Result<void> add_refusal(const Author& author, const Error& why, std::int64_t held_back = 0);
  // Moves the oldest rows, up to the first that is not older than `before`, into a new file
  // (audit_archive.h): the file is on disk before the rows go. Cut short anywhere, the same call
  // again finishes it. Errors: invalid_argument for a relative path or a time to come;
  // already_exists for a file that holds something else; findings when the chain is broken, and
  // then nothing is moved; those of the disk.
  Result<AuditArchive> archive_audit(const Author& author, Time before, const std::string& file);

  // --- mail on its way (mail_model.h). Only one thread sends. ---
  // The mail that is due first, with its first `recipients_max` waiting recipients.
  Result<std::optional<QueuedMail>> due_mail(std::int64_t recipients_max) const;
  // A waiting one whose end had been sent when the process died.
  Result<std::optional<QueuedMail>> mail_in_doubt() const;
  Result<std::optional<Time>> next_mail_due() const;
  // Empty behind the last one.
  Result<std::string> mail_part(std::int64_t id, std::int64_t number) const;
  // Newest first: id, added, state, kind, sender, recipient (the first), recipients, subject,
  // bytes, tries, due, ended, words. online: waiting and doubtful ones, offline: the others.
  Result<Rows> mails(State state, std::int64_t limit) const;
  // How many of that kind, and about that topic unless it is empty, were added since.
  Result<std::int64_t> count_mail(std::string_view kind, std::string_view topic, Time since) const;
  // The id. Errors: already_exists when there is one with that `once`; those of `next`.
  Result<std::int64_t> add_mail(const Author& author, const NewMail& mail, const MailChunks& next);
  // On disk before the line that ends the mail is sent, so that a crash leaves no mail that was
  // accepted and looks as if it never was.
  Result<void> begin_mail_end(std::int64_t id);
  // Ends the mail when nobody waits any more, else it is due again then.
  Result<MailSettled> settle_mail(std::int64_t id, const std::vector<MailVerdict>& verdicts,
                                  Time due);
  Result<void> hold_mail(std::int64_t id, const std::string& words);  // doubtful
  Result<void> fail_mail(std::int64_t id, const std::string& words);
  // No relay takes mail: noted with all that is due.
  Result<void> note_mail_trouble(const std::string& words);
  // Errors: not_found; refused for what has been sent.
  Result<void> retry_mail(const Author& author, std::int64_t id);
  Result<void> drop_mail(const Author& author, std::int64_t id);
  Result<void> forget_mail(Time before);  // what ended before

 private:
  struct Parts;
  Result<void> write_heartbeats() const;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mega
