#ifndef CLICKCLACK_WEBCLIENT_H
#define CLICKCLACK_WEBCLIENT_H

#include <stddef.h>

/// The version that `make build` stamped from git, or "dev".
const char *clickclack_version(void);

#endif
