// Asio is headers only: with ASIO_SEPARATE_COMPILATION its implementation is compiled once, here.
#include <asio/impl/src.hpp>
