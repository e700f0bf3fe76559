#include "webclient.h"

#if __has_include("version_stamp.h")
#include "version_stamp.h"
#else
#define CLICKCLACK_VERSION "dev"
#endif

const char *clickclack_version(void) { return CLICKCLACK_VERSION; }
