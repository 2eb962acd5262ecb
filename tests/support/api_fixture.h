// An Api around a store in memory and a clock that stands still, and callers of each kind.
#pragma once

#include "api/dispatch.h"
#include "api/peers.h"
#include "api/refusals.h"
#include "hosts/server/heartbeat_settings.h"
#include "hosts/server/own_host.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace mega {

inline Caller admin_caller() {
  return {.door = Door::unix_socket, .role = Role::admin, .name = "root", .peer = "uid=0 pid=1"};
}

inline Caller operator_caller() {
  return {.door = Door::tls,
          .role = Role::operator_,
          .name = "deploy",
          .address = "10.0.0.7",
          .peer = "10.0.0.7:50001"};
}

inline Caller reader_caller() {
  return {.door = Door::tls,
          .role = Role::reader,
          .name = "graphs",
          .address = "10.0.0.8",
          .peer = "10.0.0.8:50002"};
}

inline Caller agent_caller() {
  return {.door = Door::tls,
          .role = Role::agent,
          .name = "db1",
          .address = "10.0.0.9",
          .peer = "10.0.0.9:50003"};
}

// A peer of 2014 with this role.
inline Caller legacy_caller(Role role = Role::reader) {
  return {.door = Door::legacy,
          .role = role,
          .name = "",
          .address = "127.0.0.1",
          .peer = "127.0.0.1:50004"};
}

// The first message of a reply, waiting for a later one; "(closed)" when there is none.
inline std::string payload_of(const std::optional<Reply>& reply) {
  if (reply && reply->later) {
    std::promise<std::string> payload;
    reply->later([&](const std::optional<Reply>& late) { payload.set_value(payload_of(late)); });
    return payload.get_future().get();
  }
  return reply ? reply->payload : "(closed)";
}

// Fake connections, set by the test.
struct FakePeers final : Peers {
  int end_connections(std::string_view name) override { return end(name); }
  bool present(std::string_view name) const override { return there(name); }

  std::function<int(std::string_view)> end = [](std::string_view) { return 0; };
  std::function<bool(std::string_view)> there = [](std::string_view) { return false; };
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() : store(Store::open_in_memory(clock).value()) {
    Services& services = api.services;
    services.add(*store->database);
    services.add(store->audit);
    services.add(store->inventory);
    services.add(store->access);
    services.add(store->hosts);
    services.add(store->directory);
    services.add<const HostClaims>(own_hosts);
    services.add<const HeartbeatSettings>(heartbeats);
  }

  // `args`: as between the parentheses of a call.
  Outcome outcome(const Caller& caller, std::string_view function, std::string_view args = "") {
    return dispatch(api, caller,
                    {.id = caller.door == Door::legacy ? 0 : 1,
                     .function = std::string(function),
                     .args = Value(args)});
  }

  Result<Value> call(std::string_view function, std::string_view args = "") {
    return outcome(admin_caller(), function, args).result;
  }

  // The result of a call that must succeed.
  Value value(std::string_view function, std::string_view args = "") {
    auto result = call(function, args);
    EXPECT_TRUE(result.has_value())
        << function << '(' << args << "): " << (result ? "" : result.error().message);
    return result ? *std::move(result) : Value();
  }

  // The error of a call that must fail.
  Error error(std::string_view function, std::string_view args = "") {
    const auto result = call(function, args);
    EXPECT_FALSE(result.has_value()) << function << '(' << args << ") did not fail";
    return result ? Error{} : result.error();
  }

  // Sends a payload of 2014 and returns the answer; "(closed)" when there is none.
  std::string legacy_answer(const Caller& caller, std::string_view function,
                            std::string_view args = "", std::string_view more = "") {
    const std::string payload = fmt::format(
        "{{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': {}, 'VALUE': {}, 'TIME': 0, 'TYPE': 0, "
        "'CYCLE': 1{}}}",
        args.empty() ? "0" : to_python(Value(args)), to_python(Value(function)), more);
    return payload_of(answer(api, caller, payload));
  }

  FakeClock clock;
  const std::unique_ptr<Store> store;
  const OwnHosts own_hosts{store->hosts};
  HeartbeatSettings heartbeats;
  Api api{.clock = clock,
          .refusals = std::make_shared<Refusals>(
              [this](const Author& author, const Error& why, std::int64_t held_back) {
                return store->audit.add_refusal(author, why, held_back);
              })};
};

// One cell of the first row, or of a single record.
inline Value cell(const Value& value, std::string_view column) {
  const auto* row = value.as<Row>();
  const auto* rows = value.as<Rows>();
  if (!row && (!rows || rows->size() == 0)) return Value("(no row)");
  const auto& columns = row ? *row->columns : *rows->columns;
  const auto& cells = row ? row->cells : rows->cells;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == column) return cells[i];
  }
  return Value("(no column)");
}

inline std::size_t row_count(const Value& value) {
  const auto* rows = value.as<Rows>();
  return rows ? rows->size() : 0;
}

}  // namespace mega
