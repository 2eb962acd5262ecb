// Makes the first throw cheap.
//
// The start-up file of a plain static link (crtbeginT.o) registers all unwind tables, and then the
// first exception of the process sorts them, which takes 4 ms. Without the registration the
// unwinder uses the table that the linker has sorted already (--eh-frame-hdr), as in a dynamic
// program. Both options are in src/CMakeLists.txt; without --eh-frame-hdr the first throw would
// abort.

extern "C" {

void __wrap___register_frame_info(const void* /*begin*/, void* /*object*/) {}

void* __wrap___deregister_frame_info(const void* /*begin*/) { return nullptr; }

}  // extern "C"
