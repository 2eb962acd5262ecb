#include "net/spawn.h"

#include "base/log.h"

#include <exception>
#include <utility>

namespace mega {

void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, const char* name) {
  asio::co_spawn(executor, std::move(work), [name](std::exception_ptr thrown) {
    if (!thrown) return;
    const Logger logger{name};
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      logger.error("internal error: {}", e.what());
    } catch (...) {
      logger.error("internal error: an exception of unknown type");
    }
  });
}

}  // namespace mega
