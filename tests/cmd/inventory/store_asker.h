// An Asker whose server is a store in memory and the real dispatch, without a socket between them.
#pragma once

#include "api/dispatch.h"
#include "net/client.h"
#include "tests/support/store.h"
#include "wire/envelope.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mega {

class StoreAsker : public Asker {
 public:
  explicit StoreAsker(Dialect dialect = Dialect::ours) : dialect_(dialect) {
    caller_.door = dialect == Dialect::ours ? Door::unix_socket : Door::legacy;
    caller_.role = dialect == Dialect::ours ? Role::admin : Role::operator_;
    caller_.name = "test";
    caller_.address = dialect == Dialect::ours ? "" : "127.0.0.1";
  }

  Dialect dialect() const override { return dialect_; }

  Result<std::string> exchange(const Envelope& request) override {
    Envelope numbered = request;
    numbered.id = dialect_ == Dialect::ours ? ++id_ : 0;
    asked.push_back(request.function);
    if (request.function == refuse) return fail(Errc::unavailable, "the connection broke");
    auto reply = answer(api_, caller_, write_envelope(numbered, dialect_));
    if (!reply) return fail(Errc::failed, "closed without an answer");
    return std::move(reply->payload);  // tests have no rows for a second part
  }

  std::vector<std::string> asked;  // functions, in order
  std::string refuse;              // a call of this function does not come through

 private:
  static Api api_over(Store& store) {
    Api api{.clock = system_clock()};
    api.services.add(*store.database);
    api.services.add(store.audit);
    api.services.add(store.inventory);
    return api;
  }

  Dialect dialect_;
  Caller caller_;
  std::int64_t id_ = 0;
  std::unique_ptr<Store> store_ = std::move(Store::open_in_memory(system_clock()).value());
  Api api_ = api_over(*store_);
};

}  // namespace mega
