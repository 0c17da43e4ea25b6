/* SQLite for the journal: what is a macro, or is not to be called before the library is there. */
#ifndef KCASE_CSQLITE_SHIM_H
#define KCASE_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stddef.h>

/* Sources/CLibraries opens SQLite when this is called first; whether it could. Absent where it is linked. */
extern int kc_bind_sqlite(void) __attribute__((weak));

static inline int kc_sqlite_is_there(void) { return kc_bind_sqlite == NULL || kc_bind_sqlite() != 0; }

/* The text is copied. */
static inline int kc_sqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, int count)
{
    return sqlite3_bind_text(statement, place, text, count, SQLITE_TRANSIENT);
}

/* The bytes are copied. */
static inline int kc_sqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count)
{
    return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}

#endif
