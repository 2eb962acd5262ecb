// docs/PROTOCOL.md says what the code does: its frames, JSON lines, literals and tables are read
// here as test rows.
#include "base/text.h"
#include "tests/wire/captured.h"
#include "value/json.h"
#include "value/python.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"
#include "wire/message.h"
#include "wire/reply.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

namespace mega {
namespace {

std::string document() {
  std::ifstream file(MEGA_SOURCE_DIR "/docs/PROTOCOL.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The lines between "## `title`" and the next heading.
std::vector<std::string> section(std::string_view title) {
  std::istringstream lines(document());
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) {
      inside = line.substr(3) == title;
    } else if (inside) {
      found.push_back(line);
    }
  }
  EXPECT_FALSE(found.empty()) << "there is no section " << title;
  return found;
}

// The cells of the table rows that have so many; of a cell in backticks what stands between them.
std::vector<std::vector<std::string>> rows(std::string_view title, std::size_t cells) {
  std::vector<std::vector<std::string>> found;
  for (const auto& line : section(title)) {
    if (!line.starts_with("| ") || line.starts_with("| ---")) continue;
    std::vector<std::string> row;
    for (auto cell : split(std::string_view(line).substr(1, line.size() - 2), '|')) {
      cell = trim(cell);
      if (cell.size() > 1 && cell.starts_with('`') && cell.ends_with('`')) {
        cell = cell.substr(1, cell.size() - 2);
      }
      row.emplace_back(cell);
    }
    if (row.size() == cells) found.push_back(std::move(row));
  }
  if (!found.empty()) found.erase(found.begin());  // the heads of the columns
  return found;
}

TEST(ProtocolDocument, ShowsFramesThatAreWholeAndEveryCapturedOne) {
  std::vector<std::string> shown;
  for (const auto& line : section("Frames")) {
    if (!line.starts_with("0000")) continue;
    SCOPED_TRACE(line);
    shown.push_back(line);
    FrameReader strict;
    strict.feed(line);
    const auto payload = strict.next();
    ASSERT_TRUE(payload && *payload);
    EXPECT_TRUE(strict.empty());
    LegacyFrameReader legacy;
    legacy.feed(line);
    EXPECT_EQ(legacy.next().value(), **payload);
    if ((*payload)->starts_with('{')) {
      const auto envelope = parse_envelope(**payload);
      ASSERT_TRUE(envelope) << envelope.error().message;
      EXPECT_EQ(write_envelope(*envelope, Dialect::legacy), **payload);
    }
  }
  for (const auto& captured : captured_requests) {
    EXPECT_THAT(shown, testing::Contains(captured.frame)) << captured.name;
  }
  for (const auto& captured : captured_answers) {
    EXPECT_THAT(shown, testing::Contains(captured.frame)) << captured.name;
  }
}

TEST(ProtocolDocument, ShowsLiteralsAsTheyAreRead) {
  const auto literals = rows("Payload text", 2);
  EXPECT_GT(literals.size(), 10u);
  for (const auto& row : literals) {
    SCOPED_TRACE(row[0]);
    const auto value = parse_python(row[0]);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(to_json(*value), row[1]);
  }
}

TEST(ProtocolDocument, ShowsArgumentsThatAreRead) {
  int shown = 0;
  for (const auto& line : section("Envelope")) {
    if (!line.starts_with("    ")) continue;
    SCOPED_TRACE(line);
    const auto arguments = parse_call_arguments(line);
    EXPECT_TRUE(arguments) << arguments.error().message;
    ++shown;
  }
  EXPECT_GT(shown, 2);
}

TEST(ProtocolDocument, ShowsRequestsAndAnswersThatAreRead) {
  int requests = 0;
  int answers = 0;
  auto lines = section("Our dialect");
  for (auto& line : section("What a daemon answers")) lines.push_back(std::move(line));
  for (const auto& line : lines) {
    if (!line.starts_with("{\"")) continue;
    SCOPED_TRACE(line);
    EXPECT_EQ(dialect_of(line), Dialect::ours);
    if (line.find("\"VALUE\"") != line.npos) {
      const auto envelope = parse_envelope(line);
      EXPECT_TRUE(envelope) << envelope.error().message;
      ++requests;
    } else {
      const auto answer = parse_reply(line);
      EXPECT_TRUE(answer) << answer.error().message;
      ++answers;
    }
  }
  EXPECT_GT(requests, 2);
  EXPECT_GT(answers, 3);
}

TEST(ProtocolDocument, ShowsWhatAConnectionAnswersItself) {
  std::vector<std::string> shown;
  for (const auto& line : section("Asking both ways")) {
    if (line.starts_with("{\"")) shown.push_back(line);
  }
  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(read_courtesy(shown[0]).kind, Courtesy::attend);
  EXPECT_EQ(read_courtesy(shown[1]).kind, Courtesy::ping);
  EXPECT_TRUE(is_answer(shown[2]));
}

TEST(ProtocolDocument, HasEveryFailureOfTheLegacyDialect) {
  std::map<std::string, std::vector<std::string>> table;
  for (const auto& row : rows("Failures", 4)) table[row[0]] = row;
  ASSERT_TRUE(table.contains("anything else"));
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
    const auto code = static_cast<Errc>(i);
    SCOPED_TRACE(kind(code));
    const auto found = table.find(std::string(kind(code)));
    const auto& row = found == table.end() ? table["anything else"] : found->second;
    const auto said = [&](Shape shape) {
      return legacy_reply(fail(code, "why"), shape).value_or("closes");
    };
    EXPECT_EQ(said(Shape::data_and_code), row[1]);
    EXPECT_EQ(said(Shape::code), row[2]);
    EXPECT_EQ(said(Shape::value), row[3]);
  }
}

TEST(ProtocolDocument, HasEveryKindWithItsCode) {
  std::map<std::string, std::string> codes;
  for (const auto& row : rows("Failures", 3)) codes[row[1]] = row[0];
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
    const auto code = static_cast<Errc>(i);
    EXPECT_EQ(codes[std::string(kind(code))], std::to_string(exit_code(code))) << kind(code);
  }
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(Errc::internal) + 1);
}

}  // namespace
}  // namespace mega
