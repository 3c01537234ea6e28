#ifndef LORIKEET_CNGHTTP2_SHIM_H
#define LORIKEET_CNGHTTP2_SHIM_H

// nghttp2.h uses ssize_t without including the header that declares it.
#include <sys/types.h>
#include <nghttp2/nghttp2.h>

#endif
