#include "mail/format/smtp_reply.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// 0: the line does not begin with a code.
int code_of(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5') return 0;
  const auto number = parse_integer(line.substr(0, 3));
  if (!number || *number < 200 || *number > 599) return 0;
  return static_cast<int>(*number);
}

}  // namespace

std::string SmtpReply::text() const {
  std::string all = std::to_string(code);
  for (const std::string& line : lines) {
    if (!line.empty()) all += " " + one_line(line);
  }
  return all;
}

Result<std::optional<SmtpReply>> ReplyReader::next() {
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end == std::string::npos ? buffer_.size() > smtp_line_max : end > smtp_line_max) {
      return fail(Errc::corrupt, "a line of the relay has more than {} bytes", smtp_line_max);
    }
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    const auto last = take_line(line);
    if (!last) return fail(last.error());
    if (*last) return std::exchange(reply_, {});
  }
}

Result<bool> ReplyReader::take_line(std::string_view line) {
  const int code = code_of(line);
  const char mark = line.size() > 3 ? line[3] : ' ';
  const bool has_code = code != 0 && (mark == ' ' || mark == '-');
  const bool goes_on = !reply_.lines.empty();
  if (!has_code && !goes_on) {
    return fail(Errc::corrupt, "the relay answers {}, which is not SMTP", quoted(line));
  }
  if (has_code && goes_on && code != reply_.code) {
    return fail(Errc::corrupt, "an answer of the relay begins with {} and goes on with {}",
                reply_.code, code);
  }
  if (reply_.lines.size() == smtp_lines_max) {
    return fail(Errc::corrupt, "an answer of the relay has more than {} lines", smtp_lines_max);
  }
  if (!has_code) {
    reply_.lines.emplace_back(line);
    return false;
  }
  reply_.code = code;
  reply_.lines.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
  return mark == ' ';
}

SmtpOffer offer_of(const SmtpReply& ehlo) {
  SmtpOffer offer;
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {
    std::string line = to_upper(ehlo.lines[i]);
    std::ranges::replace(line, '=', ' ');  // "AUTH=LOGIN", as some old relays write it
    const auto words = split(line, ' ');
    if (words[0] == "STARTTLS") offer.starttls = true;
    if (words[0] == "PIPELINING") offer.pipelining = true;
    if (words[0] == "8BITMIME") offer.eight_bit = true;
    if (words[0] == "SMTPUTF8") offer.utf8 = true;
    if (words[0] == "DSN") offer.dsn = true;
    if (words[0] == "SIZE") {
      offer.size = true;
      if (words.size() > 1) offer.size_max = std::max(0LL, parse_integer(words[1]).value_or(0));
    }
    if (words[0] == "AUTH") {
      for (const auto word : words) {
        if (!word.empty() && word != "AUTH") offer.auth.emplace_back(word);
      }
    }
  }
  return offer;
}

}  // namespace mega
