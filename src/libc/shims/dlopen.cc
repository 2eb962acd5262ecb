// Refuses to load shared objects: a static binary that loads one gets a second C library with it.
//
// libc.a itself always links dlopen.o, so defining the functions does not prevent the linker's
// warning; --wrap (src/CMakeLists.txt) redirects the callers here instead.
#include <cstddef>

namespace {

char refusal[] = "mega is one static program and loads no shared objects";

}  // namespace

extern "C" {

void* __wrap_dlopen(const char* /*file*/, int /*mode*/) { return nullptr; }

void* __wrap_dlsym(void* /*handle*/, const char* /*symbol*/) { return nullptr; }

int __wrap_dlclose(void* /*handle*/) { return -1; }

char* __wrap_dlerror() { return refusal; }

}  // extern "C"
