// The connections of a Store: one that writes, several that read at once.
#pragma once

#include "base/result.h"
#include "sql/sqlite.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace mega {

class Connections {
 public:
  // No readers: reading takes turns with writing (a store in memory).
  Connections(std::unique_ptr<SqliteConnection> writer,
              std::vector<std::unique_ptr<SqliteConnection>> readers);

  // The one that writes, for as long as the lease lives.
  class WriteLease {
   public:
    explicit WriteLease(Connections& from) : lock_(from.writing_), connection_(*from.writer_) {}
    SqliteConnection& operator*() const { return connection_; }
    SqliteConnection* operator->() const { return &connection_; }

   private:
    std::unique_lock<std::mutex> lock_;
    SqliteConnection& connection_;
  };
  WriteLease write() { return WriteLease(*this); }

  // One that reads; waits when all are taken. Taking one costs an atomic exchange: a thread finds
  // the one that it had before, with the statements and pages that it used.
  class ReadLease {
   public:
    explicit ReadLease(Connections& from);
    ~ReadLease();
    ReadLease(const ReadLease&) = delete;
    SqliteConnection& operator*() const { return *connection_; }
    SqliteConnection* operator->() const { return connection_; }

   private:
    Connections& from_;
    std::unique_lock<std::mutex> lock_;  // on the writer, when there are no readers
    std::size_t taken_ = 0;
    SqliteConnection* connection_ = nullptr;
  };
  ReadLease read() { return ReadLease(*this); }

 private:
  struct alignas(64) Reader {
    std::atomic<bool> taken = false;
    std::unique_ptr<SqliteConnection> connection;
  };

  bool take(std::size_t& index);
  std::size_t take_reader();
  void give_back(std::size_t index);

  std::unique_ptr<SqliteConnection> writer_;
  std::mutex writing_;
  std::vector<Reader> readers_;
  std::atomic<int> waiting_ = 0;
  std::mutex wait_;
  std::condition_variable given_back_;
};

}  // namespace mega
