#include "sql/connections.h"

namespace mega {
namespace {

// The reader this thread took last. Only a hint, so all stores share it.
thread_local std::size_t last_taken = 0;

}  // namespace

Connections::Connections(std::unique_ptr<Connection> writer,
                         std::vector<std::unique_ptr<Connection>> readers)
    : writer_(std::move(writer)), readers_(readers.size()) {
  for (std::size_t i = 0; i < readers.size(); ++i) {
    readers_[i].connection = std::move(readers[i]);
  }
}

bool Connections::take(std::size_t& index) {
  for (std::size_t tried = 0; tried < readers_.size(); ++tried) {
    const std::size_t i = (last_taken + tried) % readers_.size();
    if (readers_[i].taken.load()) continue;
    if (readers_[i].taken.exchange(true)) continue;
    index = last_taken = i;
    return true;
  }
  return false;
}

std::size_t Connections::take_reader() {
  std::size_t index = 0;
  if (take(index)) return index;
  std::unique_lock lock(wait_);
  // Increments waiting_ before calling take(), and give_back() reads waiting_ after freeing the
  // reader, so no wake-up is lost.
  ++waiting_;
  given_back_.wait(lock, [&] { return take(index); });
  --waiting_;
  return index;
}

void Connections::give_back(std::size_t index) {
  readers_[index].taken.store(false);
  if (waiting_.load() == 0) return;
  const std::lock_guard lock(wait_);
  given_back_.notify_one();
}

Connections::ReadLease::ReadLease(Connections& from) : from_(from) {
  if (from.readers_.empty()) {
    lock_ = std::unique_lock(from.writing_);
    connection_ = from.writer_.get();
  } else {
    taken_ = from.take_reader();
    connection_ = from.readers_[taken_].connection.get();
  }
}

Connections::ReadLease::~ReadLease() {
  if (!lock_.owns_lock()) from_.give_back(taken_);
}

}  // namespace mega
