#include <sqlite3.h>

/* Variadic functions, which Swift does not import. */

/* Turns off SQLite's memory statistics (sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus), and URIs
   in the place of paths, which distributions turn on: what begins with "file:" is a path like any other. */
static inline int clickclack_sqlite_configure(void) {
  int status = sqlite3_config(SQLITE_CONFIG_URI, 0);
  return status == SQLITE_OK ? sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) : status;
}

/* Gives a connection a pool for its small allocations (sqlite.org/malloc.html#lookaside). */
static inline int clickclack_sqlite_lookaside(sqlite3 *handle, int slot_bytes, int slots) {
  return sqlite3_db_config(handle, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, slot_bytes, slots);
}
