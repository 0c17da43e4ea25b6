/* SQLite, bound as the libraries of libraries.c are, and by the bundle, too: it is opened with the first
 * journal, and never without one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

#include "binding.h"

#ifdef JUMP

#define SQLITE_FUNCTIONS(F)                                                                           \
    F(sqlite3_bind_blob) F(sqlite3_bind_int64) F(sqlite3_bind_null) F(sqlite3_bind_text)              \
    F(sqlite3_busy_timeout) F(sqlite3_changes) F(sqlite3_close_v2) F(sqlite3_column_blob)             \
    F(sqlite3_column_bytes) F(sqlite3_column_int64) F(sqlite3_column_type)                            \
    F(sqlite3_extended_errcode) F(sqlite3_extended_result_codes) F(sqlite3_finalize)                  \
    F(sqlite3_get_autocommit) F(sqlite3_libversion) F(sqlite3_open_v2) F(sqlite3_prepare_v2)          \
    F(sqlite3_reset) F(sqlite3_step)

SQLITE_FUNCTIONS(FUNCTION)

static const entry entries[] = {SQLITE_FUNCTIONS(ENTRY)};

int kc_bind_sqlite(void);

/* Any number of threads may call it at once. Whether SQLite is there. */
__attribute__((visibility("hidden"))) int kc_bind_sqlite(void)
{
    static int is_open;
    return open_once(&is_open, "libsqlite3.so.0", entries, sizeof entries / sizeof *entries);
}

#endif
