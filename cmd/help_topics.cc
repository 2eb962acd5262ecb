#include "cmd/help_topics.h"

#include <algorithm>

namespace mega {
namespace {

constexpr HelpTopic topics[] = {
    {"conditions", "How --where and inventory search select rows",
     R"page(Conditions select hosts and rows of the inventory: mega inventory search,
mega run --where, mega discover --where, the function search.

  role=slave and version~10.11 and cluster=orders
  not (stat=offline or tag.env in (test, dev)) and ip=10.1.0.0/16

Tests
  FIELD = VALUE     == means the same; != is its opposite
  FIELD ~ VALUE     contains, ignoring case; !~ is its opposite
  FIELD < VALUE     and <=, >, >=
  FIELD in (A, B)   one of the values; not in
  tag.NAME          has the tag; tag.NAME = VALUE compares it

Tests are joined by and, or, not and parentheses; and binds closer than or.
A value with blanks, commas or operators stands in '...' or "...", where \
escapes the next character. An unknown field is an error that lists the fields.

Values
  numbers    by value; role also master, slave, single; stat also online, offline
  text       * and ? are wildcards unless the value is quoted
  addresses  = also takes a network: ip=10.1.0.0/16
  versions   by numbers: 10.9 < 10.11; version~10.11 is 10.11 and 10.11.6
  times      2024-05-01 is the whole day, 2024-05-01T10:00 the minute
  tags       < and > by value when both are numbers

A value that is not set equals '' and is neither smaller nor larger than any.

Examples
  mega inventory search "version<10.11 and role!=slave"
  mega inventory search "name='db*' and tag.env in (prod, stage)" -o csv
  mega run --where 'cluster=orders and tag.rack !~ a' disk_free.sh
)page"},
};

}  // namespace

std::span<const HelpTopic> help_topics() { return topics; }

const HelpTopic* find_help_topic(std::string_view name) {
  const auto* topic = std::ranges::find(topics, name, &HelpTopic::name);
  return topic == std::end(topics) ? nullptr : topic;
}

}  // namespace mega
