// TestSite: a CA, and credentials for any name and role.
#pragma once

#include "base/clock.h"
#include "trust/certificate.h"

#include <chrono>
#include <string>

namespace mega {

class TestSite {
 public:
  explicit TestSite(Time now = system_clock().now())
      : now_(now), key_(make_key().value()), ca_(make_ca(key_, "test", now).value()) {}

  const std::string& ca() const { return ca_; }
  std::string pin() const { return pin_of(ca_).value(); }

  // `now`: when the certificate is issued.
  Credentials holder(const std::string& name, const std::string& role, Time now,
                     std::chrono::hours lifetime = std::chrono::hours(24 * 90)) const {
    const std::string key = make_key().value();
    const std::string request = make_request(key, name).value();
    const Grant grant{
        .name = name, .role = role, .now = now, .lifetime = lifetime, .hosts = {"127.0.0.1"}};
    return {ca_, issue(ca_, key_, request, grant).value(), key};
  }
  Credentials holder(const std::string& name, const std::string& role) const {
    return holder(name, role, now_);
  }
  Credentials server() const { return holder("server1", "server"); }

 private:
  Time now_;
  std::string key_;
  std::string ca_;
};

}  // namespace mega
