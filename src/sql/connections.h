// The connections of a Database: one for writing, several for concurrent reading.
#pragma once

#include "base/result.h"
#include "sql/connection.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace mega {

class Connections {
 public:
  // With no `readers`, reads and writes share the writer and wait for each other (in-memory store).
  Connections(std::unique_ptr<Connection> writer, std::vector<std::unique_ptr<Connection>> readers);

  // The writer connection, locked for the lifetime of the lease.
  class WriteLease {
   public:
    explicit WriteLease(Connections& from) : lock_(from.writing_), connection_(*from.writer_) {}
    Connection& operator*() const { return connection_; }
    Connection* operator->() const { return &connection_; }

   private:
    std::unique_lock<std::mutex> lock_;
    Connection& connection_;
  };
  WriteLease write() { return WriteLease(*this); }

  // A reader connection; waits when all are taken. Taking one costs an atomic exchange. A thread
  // gets the same one as before when possible, because its statements and pages are cached.
  class ReadLease {
   public:
    explicit ReadLease(Connections& from);
    ~ReadLease();
    ReadLease(const ReadLease&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_; }

   private:
    Connections& from_;
    std::unique_lock<std::mutex> lock_;  // locks the writer when there are no readers
    std::size_t taken_ = 0;
    Connection* connection_ = nullptr;
  };
  ReadLease read() { return ReadLease(*this); }

 private:
  struct alignas(64) Reader {
    std::atomic<bool> taken = false;
    std::unique_ptr<Connection> connection;
  };

  bool take(std::size_t& index);
  std::size_t take_reader();
  void give_back(std::size_t index);

  std::unique_ptr<Connection> writer_;
  std::mutex writing_;
  std::vector<Reader> readers_;
  std::atomic<int> waiting_ = 0;
  std::mutex wait_;
  std::condition_variable given_back_;
};

}  // namespace mega
