#include "mail/format/address.h"

#include "base/text.h"
#include "mail/format/idna.h"

#include <algorithm>
#include <optional>

namespace mega {
namespace {

// RFC 5321, section 4.5.3.1.
constexpr std::size_t local_part_max = 64;
constexpr std::size_t domain_max = 255;
constexpr std::size_t label_max = 63;
constexpr std::size_t name_max = 256;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Characters of an unquoted local part, except the dots.
bool is_atom_character(char c) {
  return is_alphanumeric(c) || is_beyond_ascii(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

auto wrong(std::string_view why) { return fail(Errc::invalid_argument, "{}", why); }

Result<void> check_quoted(std::string_view local) {
  if (local.size() < 2 || local.back() != '"') return wrong("the quotation is not closed");
  const std::string_view inside = local.substr(1, local.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '"') return wrong("a quote stands within quotes");
    if (inside[i] == '\\' && ++i == inside.size()) return wrong("the quotation is not closed");
  }
  return {};
}

Result<void> check_local_part(std::string_view local) {
  if (local.empty()) return wrong("nothing stands before the @");
  if (local.size() > local_part_max) {
    return fail(Errc::invalid_argument, "{} bytes stand before the @, {} are the most",
                local.size(), local_part_max);
  }
  if (local.front() == '"') return check_quoted(local);
  for (const std::string_view atom : split(local, '.')) {
    if (atom.empty()) return wrong("a dot begins it, ends it or follows another before the @");
    const auto other = std::ranges::find_if_not(atom, is_atom_character);
    if (other != atom.end()) {
      return fail(Errc::invalid_argument, "{} may not stand before the @",
                  quoted(std::string_view(&*other, 1)));
    }
  }
  return {};
}

Result<void> check_label(std::string_view label) {
  if (label.empty()) return wrong("a dot begins its domain, ends it or follows another");
  if (label.size() > label_max) {
    return fail(Errc::invalid_argument, "a part of its domain has {} bytes, {} are the most",
                label.size(), label_max);
  }
  if (label.front() == '-' || label.back() == '-') {
    return wrong("a part of its domain begins or ends with a hyphen");
  }
  for (const char c : label) {
    if (is_alphanumeric(c) || is_beyond_ascii(c) || c == '-' || c == '_') continue;
    return fail(Errc::invalid_argument, "{} may not stand in a domain",
                quoted(std::string_view(&c, 1)));
  }
  return {};
}

// "[10.0.0.1]", "[IPv6:::1]": checks the characters only; the relay checks the address.
Result<void> check_literal(std::string_view domain) {
  const std::string_view inside = domain.substr(1, domain.size() - 2);
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '.' || c == ':' || c == '-'; };
  if (domain.back() == ']' && !inside.empty() && std::ranges::all_of(inside, fits)) return {};
  return wrong("what stands in brackets is no address of a host");
}

Result<void> check_domain(std::string_view domain) {
  if (domain.empty()) return wrong("no domain stands behind the @");
  if (domain.size() > domain_max) {
    return fail(Errc::invalid_argument, "its domain has {} bytes, {} are the most", domain.size(),
                domain_max);
  }
  if (domain.front() == '[' && domain.size() > 2) return check_literal(domain);
  for (const std::string_view label : split(domain, '.')) {
    if (auto good = check_label(label); !good) return good;
  }
  return {};
}

// The display name without enclosing quotes and their backslashes.
Result<std::string> unquoted_name(std::string_view text) {
  if (!text.starts_with('"')) {
    if (text.find('"') != std::string_view::npos) return wrong("a quote stands within the name");
    return std::string(text);
  }
  if (text.size() < 2 || text.back() != '"') return wrong("the quotation is not closed");
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    name += text[i];
  }
  return name;
}

// Checks an address; returns it with its domain in ASCII.
Result<std::string> mailbox_in(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return wrong("it has no @");
  const auto domain = ascii_domain(text.substr(at + 1));
  if (!domain) return fail(domain.error());
  // An @ or a quote in full width has become one of ASCII.
  if (auto good = check_domain(*domain); !good) return fail(good.error());
  std::string address = fmt::format("{}@{}", text.substr(0, at), *domain);
  if (auto good = check_mailbox(address); !good) return fail(good.error());
  return address;
}

// The position of the < in "NAME <ADDRESS>"; skips any < within quotes.
std::size_t open_bracket(std::string_view text) {
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && in_quotes) {
      ++i;
    } else if (text[i] == '"') {
      in_quotes = !in_quotes;
    } else if (text[i] == '<' && !in_quotes) {
      return i;
    }
  }
  return text.rfind('<');  // unclosed quotation: unquoted_name() reports it
}

Result<MailAddress> parse(std::string_view text) {
  if (!is_utf8(text)) return wrong("it is no UTF-8");
  if (std::ranges::any_of(text, is_control)) return wrong("it holds a control character");
  if (text.empty()) return wrong("it is empty");
  if (text.back() != '>') {
    auto address = mailbox_in(text);
    if (!address) return fail(address.error());
    return MailAddress{.name = "", .address = *std::move(address)};
  }
  const auto open = open_bracket(text);
  if (open == std::string_view::npos) return wrong("a > stands without <");
  auto name = unquoted_name(trim(text.substr(0, open)));
  if (!name) return fail(name.error());
  if (name->size() > name_max) {
    return fail(Errc::invalid_argument, "its name has {} bytes, {} are the most", name->size(),
                name_max);
  }
  auto address = mailbox_in(text.substr(open + 1, text.size() - open - 2));
  if (!address) return fail(address.error());
  return MailAddress{.name = *std::move(name), .address = *std::move(address)};
}

// The position of the next comma outside quotes, or the end.
std::size_t end_of_first(std::string_view text) {
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && in_quotes)
      ++i;
    else if (text[i] == '"')
      in_quotes = !in_quotes;
    else if (text[i] == ',' && !in_quotes)
      return i;
  }
  return text.size();
}

}  // namespace

Result<void> check_mailbox(std::string_view address) {
  if (!is_utf8(address)) return wrong("it is no UTF-8");
  if (std::ranges::any_of(address, is_control)) return wrong("it holds a control character");
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return wrong("it has no @");
  if (auto good = check_local_part(address.substr(0, at)); !good) return good;
  return check_domain(address.substr(at + 1));
}

Result<MailAddress> parse_mail_address(std::string_view text) {
  auto parsed = parse(trim(text));
  if (parsed) return parsed;
  return fail(Errc::invalid_argument, "{} is no address of mail: {}", quoted(text),
              parsed.error().message);
}

Result<std::vector<MailAddress>> parse_mail_addresses(std::string_view text) {
  std::vector<MailAddress> all;
  for (;;) {
    const std::size_t end = end_of_first(text);
    const std::string_view one = trim(text.substr(0, end));
    if (!one.empty()) {
      auto address = parse_mail_address(one);
      if (!address) return fail(address.error());
      all.push_back(*std::move(address));
    }
    if (end == text.size()) return all;
    text.remove_prefix(end + 1);
  }
}

bool needs_smtputf8(std::string_view address) {
  return std::ranges::any_of(address, is_beyond_ascii);
}

std::string to_text(const MailAddress& address) {
  if (address.name.empty()) return address.address;
  return fmt::format("{} <{}>", address.name, address.address);
}

}  // namespace mega
