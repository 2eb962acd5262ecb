// Literals and JSON against CPython itself: thousands of values, written by one side and read by
// the other, both ways.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "tests/support/ask_python.h"
#include "value/json.h"
#include "value/python.h"

namespace mega {
namespace {

constexpr int values = 4000;
constexpr int depth = 4;

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// The answers of CPython, line for line; python_oracle.py says which questions there are.
std::vector<std::string> ask_python(const std::vector<std::string>& questions) {
  return mega::ask_python("tests/value/python_oracle.py", questions);
}

// A value without any syntax that is under test, as python_oracle.py describes it.
std::string tokens_of(const Value& value) {
  const auto items = [](std::string_view opening, std::vector<std::string> inside,
                        std::string_view closing) {
    return fmt::format("{} {}{}{}", opening, fmt::join(inside, " "), inside.empty() ? "" : " ",
                       closing);
  };
  const auto each = [](const List& list) {
    std::vector<std::string> texts;
    for (const Value& item : list) texts.push_back(tokens_of(item));
    return texts;
  };
  if (value.is_none()) return "N";
  if (const auto* truth = value.as<bool>()) return *truth ? "T" : "F";
  if (const auto* number = value.as<std::int64_t>()) return fmt::format("i{}", *number);
  if (const auto* digits = value.as<Digits>()) return "i" + digits->text;
  if (const auto* real = value.as<double>()) {
    return fmt::format("f{:016x}", std::bit_cast<std::uint64_t>(*real));
  }
  if (const auto* text = value.as<std::string>()) return "t" + to_hex(*text);
  if (const auto* bytes = value.as<Bytes>()) return "b" + to_hex(bytes->data);
  if (const auto* list = value.as<List>()) return items("[", each(*list), "]");
  if (const auto* tuple = value.as<Tuple>()) return items("(", each(tuple->items), ")");
  if (const auto* set = value.as<Set>()) {
    auto inside = each(set->items);
    std::ranges::sort(inside);
    return items("<", std::move(inside), ">");
  }
  std::vector<std::string> inside;
  for (const auto& [key, entry] : value.as<Map>()->entries()) {
    inside.push_back(tokens_of(key));
    inside.push_back(tokens_of(entry));
  }
  return items("{", std::move(inside), "}");
}

// Random values, the same ones in each run. Keys and items of sets are of kinds that are never
// equal in Python unless they are equal here.
class ValueMaker {
 public:
  enum class Subset { python, json };

  ValueMaker(std::uint64_t seed, Subset subset) : random_(seed), subset_(subset) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  Value any(int depth_max) {
    return depth_max > 0 && below(3) > 0 ? container(depth_max) : scalar();
  }

 private:
  Value scalar();
  Value container(int depth_max);
  Value key();
  Value integer();
  double real();
  std::string text();

  std::mt19937_64 random_;
  Subset subset_;
};

Value ValueMaker::scalar() {
  switch (below(7)) {
    case 0:
      return nullptr;
    case 1:
      return below(2) == 0;
    case 2:
      return integer();
    case 3:
      return real();
    case 4:
      if (subset_ == Subset::python) return Bytes{text() + '\xff'};  // never text
      [[fallthrough]];
    default:
      return text();
  }
}

Value ValueMaker::integer() {
  const bool negative = below(2) == 0;
  if (below(4) > 0) {
    const auto number = static_cast<std::int64_t>(random_() >> below(64));
    return negative ? -(number & INT64_MAX) : (number & INT64_MAX);
  }
  std::string digits = negative ? "-" : "";
  digits += static_cast<char>('1' + below(9));
  for (std::size_t more = 19 + below(200); more > 0; --more) {
    digits += static_cast<char>('0' + below(10));
  }
  return Digits{digits};
}

double ValueMaker::real() {
  if (below(2) == 0) {
    const auto number = std::bit_cast<double>(static_cast<std::uint64_t>(random_()));
    return std::isfinite(number) ? number : 0.0;
  }
  const double exponent = static_cast<double>(below(40)) - 20;
  return std::round(static_cast<double>(below(100'000)) * std::pow(10, exponent)) *
         (below(2) == 0 ? 1 : -0.001);
}

std::string ValueMaker::text() {
  static constexpr std::string_view pieces[] = {"a",
                                                "Z",
                                                "0",
                                                " ",
                                                "'",
                                                "\"",
                                                "\\",
                                                "\n",
                                                "\t",
                                                "\r",
                                                "\x01",
                                                "\x7f",
                                                "EOF",
                                                "E",
                                                "x41",
                                                "u4e2d",
                                                "{",
                                                "}",
                                                "[",
                                                ",",
                                                "\xc2\x85",
                                                "\xc3\xa9",
                                                "\xe4\xb8\xad",
                                                "\xe2\x80\xa8",
                                                "\xf0\x9f\x98\x80",
                                                "#",
                                                "/"};
  std::string made;
  for (std::size_t left = below(12); left > 0; --left) made += pieces[below(std::size(pieces))];
  if (below(8) == 0) made += '\0';
  return made;
}

Value ValueMaker::key() {
  if (subset_ == Subset::json || below(2) == 0) return text() + "k";
  switch (below(3)) {
    case 0:
      return integer();
    case 1:
      return nullptr;
    default:
      return Tuple{{integer(), text()}};
  }
}

Value ValueMaker::container(int depth_max) {
  const std::size_t kind = below(subset_ == Subset::python ? 5 : 3);
  const std::size_t count = below(5);
  List items;
  if (kind == 4) {
    for (std::size_t i = 0; i < count; ++i) items.push_back(key());
    return Set{distinct(std::move(items))};
  }
  if (kind >= 3 || kind == 0) {
    for (std::size_t i = 0; i < count; ++i) items.push_back(any(depth_max - 1));
    return kind == 3 ? Value(Tuple{std::move(items)}) : Value(std::move(items));
  }
  Map map;
  for (std::size_t i = 0; i < count; ++i) map.set(key(), any(depth_max - 1));
  return map;
}

std::vector<Value> make_values(std::uint64_t seed, ValueMaker::Subset subset) {
  ValueMaker maker(seed, subset);
  std::vector<Value> made;
  for (int i = 0; i < values; ++i) made.push_back(maker.any(i % (depth + 1)));
  return made;
}

TEST(PythonOracle, ReadsWhatWeWrite) {
  const auto made = make_values(2014, ValueMaker::Subset::python);
  std::vector<std::string> questions;
  for (const Value& value : made) {
    // The legacy form's \xNN are bytes to Python 2; to Python 3 they are the characters of those
    // numbers, which the oracle turns into bytes.
    questions.push_back("bytes " + to_hex(to_python(value)));
    questions.push_back("eval " + to_hex(to_python(value, {.ascii = false})));
  }
  const auto answers = ask_python(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_EQ(answers[i], tokens_of(made[i / 2])) << from_hex(questions[i].substr(6));
  }
}

TEST(PythonOracle, WritesWhatWeRead) {
  const auto made = make_values(731, ValueMaker::Subset::python);
  std::vector<std::string> questions;
  for (const Value& value : made) questions.push_back("repr " + tokens_of(value));
  const auto answers = ask_python(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string text = from_hex(answers[i]);
    // To Python 3 the character U+0085, which does not print; to Python 2, which is meant, a byte.
    if (text.find("\\x85") != std::string::npos) continue;
    SCOPED_TRACE(text);
    const auto value = parse_python(text);
    ASSERT_TRUE(value) << value.error().message;
    ASSERT_EQ(tokens_of(*value), tokens_of(made[i]));
    const auto again = parse_python(to_python(*value));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_TRUE(*again == *value);
  }
}

TEST(PythonOracle, WritesTheLettersThatWeWrite) {
  // Sets have no order in Python, and characters that do not print are escapes in its repr.
  const auto same_letters = [](const std::string& text) {
    return text.find_first_of("{\xc2\xe2") == std::string::npos;
  };
  std::vector<std::string> questions, ours;
  for (const Value& value : make_values(7, ValueMaker::Subset::python)) {
    std::string text = to_python(value, {.ascii = false, .hide_terminator = false});
    if (!same_letters(text)) continue;
    questions.push_back("repr " + tokens_of(value));
    ours.push_back(std::move(text));
  }
  ASSERT_GT(ours.size(), 1000U);
  const auto answers = ask_python(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) ASSERT_EQ(ours[i], from_hex(answers[i]));
}

TEST(PythonOracle, TakesNothingThatWeRefuse) {
  // Literals with some letters changed, without backslashes, whose meaning differs.
  static constexpr std::string_view letters = "0123456789_.eExXoObB+-()[]{},: '\"aurTN#\n";
  ValueMaker maker(99, ValueMaker::Subset::python);
  std::vector<std::string> texts, questions;
  for (const Value& value : make_values(98, ValueMaker::Subset::python)) {
    std::string text = to_python(value, {.ascii = false});
    if (text.find('\\') != std::string::npos || text.size() > 200) continue;
    for (std::size_t changes = 1 + maker.below(2); changes > 0 && !text.empty(); --changes) {
      const std::size_t at = maker.below(text.size());
      if (static_cast<signed char>(text[at]) < 0) continue;  // no halves of characters
      const std::string letter(maker.below(3), letters[maker.below(letters.size())]);
      text.replace(at, maker.below(2), letter);
    }
    texts.push_back("(" + text + "\n)");  // where a line break means nothing
    questions.push_back("eval " + to_hex(texts.back()));
  }
  ASSERT_GT(texts.size(), 1000U);
  const auto answers = ask_python(questions);
  int taken = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] == "refused" || answers[i].find("other") != std::string::npos) continue;
    ++taken;
    const auto value = parse_python(texts[i]);
    ASSERT_TRUE(value) << value.error().message << "\n" << texts[i];
    ASSERT_EQ(tokens_of(*value), answers[i]) << texts[i];
  }
  EXPECT_GT(taken, 300);
}

TEST(JsonOracle, ReadsWhatWeWrite) {
  const auto made = make_values(2014, ValueMaker::Subset::json);
  std::vector<std::string> questions;
  for (const Value& value : made) {
    questions.push_back("loads " + to_hex(to_json(value)));
    questions.push_back("loads " + to_hex(to_pretty_json(value)));
  }
  const auto answers = ask_python(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_EQ(answers[i], tokens_of(made[i / 2])) << from_hex(questions[i].substr(6));
  }
}

TEST(JsonOracle, WritesWhatWeRead) {
  const auto made = make_values(731, ValueMaker::Subset::json);
  std::vector<std::string> questions;
  for (const Value& value : made) questions.push_back("dumps " + tokens_of(value));
  const auto answers = ask_python(questions);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string text = from_hex(answers[i]);
    SCOPED_TRACE(text);
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << value.error().message;
    ASSERT_EQ(tokens_of(*value), tokens_of(made[i]));
    const auto again = parse_json(to_json(*value));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_TRUE(*again == *value);
  }
}

}  // namespace
}  // namespace mega
