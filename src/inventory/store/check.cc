// Checks the fields of the inventory's records.
#include "base/text.h"
#include "inventory/store/rules.h"

#include <arpa/inet.h>

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t text_bytes_max = 255;
constexpr std::size_t comment_bytes_max = 1000;
constexpr std::size_t tag_name_bytes_max = 64;
constexpr std::size_t tags_max = 64;

// Text of callers of 2014 may be in any encoding.
Result<void> check_text(std::string_view field, const std::string& text,
                        std::size_t bytes_max = text_bytes_max) {
  if (text.size() > bytes_max) {
    return fail(Errc::invalid_argument, "{} takes at most {} bytes, not {}", field, bytes_max,
                text.size());
  }
  if (text.find('\0') != std::string::npos) {
    return fail(Errc::invalid_argument, "{} must be text without zero bytes, not {}", field,
                quoted(text));
  }
  return {};
}

Result<void> check_name(std::string_view field, const std::string& text) {
  if (trim(text).empty()) return fail(Errc::invalid_argument, "{} must not be empty", field);
  return check_text(field, text);
}

Result<void> check_stat(std::int64_t stat) {
  if (stat == 0 || stat == 1) return {};
  return fail(Errc::invalid_argument, "stat must be 0 (offline) or 1 (online), not {}", stat);
}

Result<void> check_address(const std::string& ip) {
  unsigned char bytes[16];
  if (::inet_pton(AF_INET, ip.c_str(), bytes) == 1) return {};
  if (::inet_pton(AF_INET6, ip.c_str(), bytes) == 1) return {};
  return fail(Errc::invalid_argument, "{} is no IPv4 or IPv6 address", quoted(ip));
}

bool is_tag_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

Result<void> check_tags(const Tags& tags) {
  if (tags.size() > tags_max) {
    return fail(Errc::invalid_argument, "at most {} tags, not {}", tags_max, tags.size());
  }
  for (const auto& [name, value] : tags) {
    if (name.empty() || name.size() > tag_name_bytes_max ||
        !std::ranges::all_of(name, is_tag_letter)) {
      return fail(Errc::invalid_argument, "tag {} must be 1 to {} of the characters a-z 0-9 _ . -",
                  quoted(name), tag_name_bytes_max);
    }
    if (auto checked = check_text("tag " + name, value); !checked) return checked;
    if (!is_utf8(value)) {
      return fail(Errc::invalid_argument, "tag {} must be text in UTF-8, not {}", name,
                  quoted(value));
    }
  }
  return {};
}

Result<void> check_texts(std::initializer_list<std::pair<std::string_view, const std::string*>> l) {
  for (const auto& [field, text] : l) {
    if (auto checked = check_text(field, *text); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<void> check(const ServerRecord& s) {
  if (auto checked = check_address(s.ip); !checked) return checked;
  if (auto checked = check_stat(s.stat); !checked) return checked;
  if (auto checked = check_tags(s.tags); !checked) return checked;
  return check_texts({{"name", &s.name},
                      {"os", &s.os},
                      {"plant", &s.plant},
                      {"cluster", &s.cluster},
                      {"site", &s.site}});
}

Result<void> check(const InstanceRecord& i) {
  if (i.port < 1 || i.port > 65535) {
    return fail(Errc::invalid_argument, "port must be 1 to 65535, not {}", i.port);
  }
  if (i.role < 1 || i.role > 3) {
    return fail(Errc::invalid_argument, "role must be 1 (master), 2 (slave) or 3 (single), not {}",
                i.role);
  }
  if (auto checked = check_stat(i.stat); !checked) return checked;
  if (auto checked = check_tags(i.tags); !checked) return checked;
  return check_texts({{"name", &i.name},
                      {"db_type", &i.db_type},
                      {"ha_type", &i.ha_type},
                      {"version", &i.version},
                      {"cluster", &i.cluster},
                      {"site", &i.site}});
}

Result<void> check(const DatabaseRecord& d) {
  if (auto checked = check_stat(d.stat); !checked) return checked;
  return check_name("name", d.name);
}

Result<void> check(const Named& n) {
  if (n.id < 0) return fail(Errc::invalid_argument, "id must be 0 or more, not {}", n.id);
  if (auto checked = check_stat(n.stat); !checked) return checked;
  if (auto checked = check_name("name", n.name); !checked) return checked;
  return check_text("comment", n.comment, comment_bytes_max);
}

}  // namespace mega
