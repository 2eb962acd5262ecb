#include "wire/parted_reply.h"

#include "value/json.h"
#include "wire/reply.h"

#include <gtest/gtest.h>

#include <memory>

namespace mega {
namespace {

Value rows_of(std::size_t count) {
  const auto columns =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"n", "text"});
  Rows rows{columns, {}};
  for (std::size_t i = 0; i < count; ++i) {
    rows.cells.emplace_back(static_cast<std::int64_t>(i));
    rows.cells.emplace_back("x");
  }
  return rows;
}

constexpr std::size_t rows_in_a_part = part_cells_max / 2;

TEST(PartedReply, IsForRowsThatAreMoreThanOnePart) {
  EXPECT_FALSE(PartedReply::is_for(Value("text")));
  EXPECT_FALSE(PartedReply::is_for(List(part_cells_max * 2, Value(1))));
  EXPECT_FALSE(PartedReply::is_for(rows_of(0)));
  EXPECT_FALSE(PartedReply::is_for(rows_of(rows_in_a_part)));
  EXPECT_TRUE(PartedReply::is_for(rows_of(rows_in_a_part + 1)));
}

TEST(PartedReply, GivesTheSameRowsAsOneMessageWould) {
  for (const std::size_t count : {rows_in_a_part + 1, rows_in_a_part * 2, rows_in_a_part * 2 + 1}) {
    SCOPED_TRACE(count);
    const Value whole = rows_of(count);
    PartedReply parts(7, whole);
    List joined;
    bool ended = false;
    while (const auto payload = parts.next()) {
      EXPECT_FALSE(ended) << "nothing comes behind the message with CODE";
      const auto message = parse_reply(*payload);
      ASSERT_TRUE(message) << message.error().message;
      EXPECT_EQ(message->id, 7);
      ended = !message->more;
      const List& items = *message->result->as<List>();
      EXPECT_LE(items.size(), rows_in_a_part);
      joined.insert(joined.end(), items.begin(), items.end());
    }
    EXPECT_TRUE(ended);
    EXPECT_EQ(parts.next(), std::nullopt);
    EXPECT_EQ(to_json(Value(std::move(joined))), to_json(whole));
  }
}

}  // namespace
}  // namespace mega
