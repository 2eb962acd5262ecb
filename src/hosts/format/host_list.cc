#include "hosts/format/host_list.h"

#include "base/text.h"
#include "value/caret.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace mega {
namespace {

constexpr std::size_t digits_max = 18;  // of a number, so that it fits 64 bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string padded(long long number, std::size_t width) {
  return fmt::format("{:0{}}", number, width);
}

// The width to which numbers of a range are padded: 0 unless `digits` has a leading zero.
std::size_t width_of(std::string_view digits) {
  return digits.size() > 1 && digits[0] == '0' ? digits.size() : 0;
}

// --- reading ---

class HostListParser {
 public:
  explicit HostListParser(std::string_view text) : text_(text) {}

  Result<std::vector<std::string>> parse() {
    for (;;) {
      while (at_ < text_.size() && separates(text_[at_])) ++at_;
      if (at_ == text_.size()) return std::move(hosts_);
      if (auto parsed = parse_name(); !parsed) return fail(parsed.error());
    }
  }

 private:
  static bool separates(char c) { return c == ',' || c == ' ' || c == '\t' || c == '\n'; }

  auto wrong(std::string_view message, std::size_t place) const {
    return fail(Errc::invalid_argument, "{}", with_caret(message, text_, place));
  }

  // One name with its brackets, expanded to all names.
  Result<void> parse_name() {
    const std::size_t start = at_;
    std::vector<std::string> names{""};
    while (at_ < text_.size() && !separates(text_[at_])) {
      const char c = text_[at_];
      if (c == ']') return wrong("']' without its '['", at_);
      if (c != '[') {
        for (std::string& name : names) name += c;
        ++at_;
        continue;
      }
      auto numbers = parse_brackets();
      if (!numbers) return fail(numbers.error());
      if (names.size() * numbers->size() + hosts_.size() > hosts_max) return too_many(start);
      names = each_with_each(names, *numbers);
    }
    for (std::string& name : names) {
      if (seen_.insert(name).second) hosts_.push_back(std::move(name));
    }
    return hosts_.size() <= hosts_max ? Result<void>() : too_many(start);
  }

  Result<void> too_many(std::size_t place) const {
    return wrong(fmt::format("these are more than {} hosts", hosts_max), place);
  }

  static std::vector<std::string> each_with_each(const std::vector<std::string>& heads,
                                                 const std::vector<std::string>& tails) {
    std::vector<std::string> all;
    all.reserve(heads.size() * tails.size());
    for (const std::string& head : heads) {
      for (const std::string& tail : tails) all.push_back(head + tail);
    }
    return all;
  }

  // The numbers between '[' and ']', expanded and padded.
  Result<std::vector<std::string>> parse_brackets() {
    const std::size_t open = at_++;
    std::vector<std::string> numbers;
    for (;;) {
      if (auto parsed = parse_range(numbers, open); !parsed) return fail(parsed.error());
      if (at_ == text_.size()) return wrong("'[' without its ']'", open);
      const char c = text_[at_];
      if (c != ',' && c != ']') return wrong("want a number, '-', ',' or ']'", at_);
      ++at_;
      if (c == ']') return numbers;
    }
  }

  Result<void> parse_range(std::vector<std::string>& numbers, std::size_t open) {
    const std::size_t place = at_;
    const auto low = parse_digits(open);
    if (!low) return fail(low.error());
    std::string_view high = *low;
    if (at_ < text_.size() && text_[at_] == '-') {
      ++at_;
      const auto end = parse_digits(open);
      if (!end) return fail(end.error());
      high = *end;
    }
    const long long first = *parse_integer(*low), last = *parse_integer(high);
    if (last < first) return wrong("the range ends before it begins", place);
    const std::string written = padded(last, width_of(*low));
    if (high != written) {
      return wrong(fmt::format("a range from {} ends in {}, not in {}", *low, written, high),
                   place);
    }
    if (last - first >= static_cast<long long>(hosts_max - numbers.size())) return too_many(open);
    for (long long n = first; n <= last; ++n) numbers.push_back(padded(n, width_of(*low)));
    return {};
  }

  Result<std::string_view> parse_digits(std::size_t open) {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    const std::string_view digits = text_.substr(start, at_ - start);
    if (digits.size() > digits_max) return wrong("the number is too long", start);
    if (!digits.empty()) return digits;
    if (at_ == text_.size()) return wrong("'[' without its ']'", open);
    return wrong("want a number", start);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> hosts_;
  std::unordered_set<std::string> seen_;
};

// --- writing ---

// The text before and behind the last number of a name; names with equal Around fold together.
struct Around {
  std::string before, behind;
  auto operator<=>(const Around&) const = default;
};

struct Number {
  long long value = 0;
  std::string digits;
  auto operator<=>(const Number&) const = default;
};

// Whether `next` continues the range that begins with `low` and ends with `last`, with the
// same padding.
bool follows(const Number& low, const Number& last, const Number& next) {
  return next.value == last.value + 1 && next.digits == padded(next.value, width_of(low.digits));
}

std::string fold_numbers(const Around& around, std::vector<Number> numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (numbers.size() == 1) return around.before + numbers[0].digits + around.behind;
  std::string text = around.before + '[';
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && follows(numbers[i], numbers[end - 1], numbers[end])) ++end;
    if (i > 0) text += ',';
    text += numbers[i].digits;
    if (end - i > 1) text += (end - i == 2 ? "," : "-") + numbers[end - 1].digits;
    i = end;
  }
  return text + ']' + around.behind;
}

}  // namespace

Result<std::vector<std::string>> parse_host_list(std::string_view text) {
  return HostListParser(text).parse();
}

std::string fold_hosts(std::span<const std::string> names) {
  std::map<Around, std::vector<Number>> groups;
  std::set<std::string> plain;
  for (const std::string& name : names) {
    std::size_t end = name.size();
    while (end > 0 && !is_digit(name[end - 1])) --end;
    std::size_t start = end;
    while (start > 0 && is_digit(name[start - 1])) --start;
    const std::string digits = name.substr(start, end - start);
    if (digits.empty() || digits.size() > digits_max) {
      plain.insert(name);
    } else {
      groups[{name.substr(0, start), name.substr(end)}].push_back({*parse_integer(digits), digits});
    }
  }
  std::string text;
  for (const auto& [around, numbers] : groups) {
    if (!text.empty()) text += ',';
    text += fold_numbers(around, numbers);
  }
  for (const std::string& name : plain) text += (text.empty() ? "" : ",") + name;
  return text;
}

}  // namespace mega
