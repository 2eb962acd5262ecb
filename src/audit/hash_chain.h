// A chain of records by hash: whoever changes, removes or inserts one breaks every hash behind it.
//
//   hash := hex of SHA-256( previous hash, then for each field its length as decimal text, ':', the
//   field )
//
// The hash before the first record is the empty text.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mega {

std::string chain_hash(std::string_view previous, std::span<const std::string> fields);

}  // namespace mega
