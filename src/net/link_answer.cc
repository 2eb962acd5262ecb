#include "net/link_answer.h"

#include "value/json.h"
#include "wire/frame.h"
#include "wire/reply.h"

#include <utility>

namespace mega {

Answering::~Answering() {
  if (!ended_) end(fail(Errc::internal, "the request was dropped"));
}

bool Answering::part(Value items) {
  std::string payload = fmt::format(R"({{"ID":{},"MORE":true,"RESULT":)", id_);
  write_json(items, payload);
  payload += '}';
  return connection_->send(encode_frame(payload)).has_value();
}

bool Answering::end(const Result<Value>& result) {
  ended_ = true;
  return connection_->send(encode_frame(our_reply(id_, result))).has_value();
}

}  // namespace mega
