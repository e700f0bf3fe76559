#define _GNU_SOURCE
#include "descriptor_table.h"

#include <sched.h>
#include <unistd.h>

int descriptor_table_separate(void) {
  if (unshare(CLONE_FILES) != 0) return -1;
  return close_range(STDERR_FILENO + 1, ~0U, 0);
}
