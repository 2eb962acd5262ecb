// The names and services of <netdb.h> in place of libc.a's: the linker finds these first.
#include "libc/addresses.h"
#include "libc/services.h"

#include <arpa/inet.h>

#include <new>

namespace {

char* no_aliases[] = {nullptr};

servent entry_of(const mega::NetService& service) {
  return {.s_name = const_cast<char*>(service.name),
          .s_aliases = no_aliases,
          .s_port = htons(service.port),
          .s_proto = const_cast<char*>(service.protocol)};
}

std::string_view text_or_empty(const char* text) { return text ? text : ""; }

// Fills the entry and points `found` to it, or to nothing. Always 0, as the functions require.
int answer(const mega::NetService* service, servent* entry, servent** found) {
  *found = service ? entry : nullptr;
  if (service) *entry = entry_of(*service);
  return 0;
}

}  // namespace

extern "C" {

int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** list) try {
  return mega::find_addresses(host, service, hints, list);
} catch (const std::bad_alloc&) {
  return EAI_MEMORY;
}

void freeaddrinfo(addrinfo* list) noexcept { mega::free_addresses(list); }

int getnameinfo(const sockaddr* address, socklen_t address_bytes, char* host, socklen_t host_bytes,
                char* service, socklen_t service_bytes, int flags) try {
  return mega::print_address(address, address_bytes, host, host_bytes, service, service_bytes,
                             flags);
} catch (const std::bad_alloc&) {
  return EAI_MEMORY;
}

// Only a function of libcrypto that is never called refers to it: mega resolves with getaddrinfo().
hostent* gethostbyname(const char* /*host*/) {
  h_errno = HOST_NOT_FOUND;
  return nullptr;
}

int getservbyname_r(const char* name, const char* protocol, servent* entry, char* /*buffer*/,
                    size_t /*buffer_bytes*/, servent** found) {
  return answer(mega::service_named(name, text_or_empty(protocol)), entry, found);
}

int getservbyport_r(int port, const char* protocol, servent* entry, char* /*buffer*/,
                    size_t /*buffer_bytes*/, servent** found) {
  const auto number = ntohs(static_cast<std::uint16_t>(port));
  return answer(mega::service_on(number, text_or_empty(protocol)), entry, found);
}

servent* getservbyname(const char* name, const char* protocol) {
  static thread_local servent entry;
  servent* found = nullptr;
  getservbyname_r(name, protocol, &entry, nullptr, 0, &found);
  return found;
}

servent* getservbyport(int port, const char* protocol) {
  static thread_local servent entry;
  servent* found = nullptr;
  getservbyport_r(port, protocol, &entry, nullptr, 0, &found);
  return found;
}

}  // extern "C"
