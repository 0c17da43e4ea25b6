/* SQLite's interface, as much of it as the journal uses. Declared here, so that a build needs no header of
 * SQLite's: its functions and numbers never change (sqlite.org/versionnumbers.html). Sources/CLibraries opens
 * the library. */
#ifndef KCASE_CSQLITE_SHIM_H
#define KCASE_CSQLITE_SHIM_H

#include <stdint.h>
#include <stdlib.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

/* Results. The lowest byte of an extended one is one of these. */
static const int32_t SQLITE_OK = 0;
static const int32_t SQLITE_PERM = 3;
static const int32_t SQLITE_BUSY = 5;
static const int32_t SQLITE_LOCKED = 6;
static const int32_t SQLITE_NOMEM = 7;
static const int32_t SQLITE_READONLY = 8;
static const int32_t SQLITE_IOERR = 10;
static const int32_t SQLITE_IOERR_NOMEM = 3082;
static const int32_t SQLITE_CORRUPT = 11;
static const int32_t SQLITE_FULL = 13;
static const int32_t SQLITE_CANTOPEN = 14;
static const int32_t SQLITE_AUTH = 23;
static const int32_t SQLITE_NOTADB = 26;
static const int32_t SQLITE_ROW = 100;
static const int32_t SQLITE_DONE = 101;

/* How a file is opened. */
static const int32_t SQLITE_OPEN_READWRITE = 0x00000002;
static const int32_t SQLITE_OPEN_NOMUTEX = 0x00008000;
static const int32_t SQLITE_OPEN_PRIVATECACHE = 0x00040000;

/* The type of a column that has no value. */
static const int32_t SQLITE_NULL = 5;

extern const char *sqlite3_libversion(void);
extern int sqlite3_open_v2(const char *path, sqlite3 **database, int flags, const char *vfs);
extern int sqlite3_close_v2(sqlite3 *database);
extern int sqlite3_busy_timeout(sqlite3 *database, int milliseconds);
extern int sqlite3_changes(sqlite3 *database);
extern int sqlite3_extended_errcode(sqlite3 *database);
extern int sqlite3_extended_result_codes(sqlite3 *database, int is_on);
extern int sqlite3_get_autocommit(sqlite3 *database);

extern int sqlite3_prepare_v2(
    sqlite3 *database, const char *sql, int bytes, sqlite3_stmt **statement, const char **rest);
extern int sqlite3_finalize(sqlite3_stmt *statement);
extern int sqlite3_step(sqlite3_stmt *statement);
extern int sqlite3_reset(sqlite3_stmt *statement);

typedef void (*kc_sqlite_destructor)(void *value);

extern int sqlite3_bind_blob(
    sqlite3_stmt *statement, int place, const void *bytes, int count, kc_sqlite_destructor destructor);
extern int sqlite3_bind_int64(sqlite3_stmt *statement, int place, long long int number);
extern int sqlite3_bind_null(sqlite3_stmt *statement, int place);
extern int sqlite3_bind_text(
    sqlite3_stmt *statement, int place, const char *text, int count, kc_sqlite_destructor destructor);

extern const void *sqlite3_column_blob(sqlite3_stmt *statement, int column);
extern int sqlite3_column_bytes(sqlite3_stmt *statement, int column);
extern long long int sqlite3_column_int64(sqlite3_stmt *statement, int column);
extern int sqlite3_column_type(sqlite3_stmt *statement, int column);

/* Opens SQLite when it is called first; whether it could. Absent where SQLite is linked. */
extern int kc_bind_sqlite(void) __attribute__((weak));

static inline int kc_sqlite_is_there(void) { return kc_bind_sqlite == NULL || kc_bind_sqlite() != 0; }

/* SQLITE_TRANSIENT: the value is copied. */
static inline kc_sqlite_destructor kc_sqlite_copied(void) { return (kc_sqlite_destructor)(intptr_t)-1; }

static inline int kc_sqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, int count)
{
    return sqlite3_bind_text(statement, place, text, count, kc_sqlite_copied());
}

static inline int kc_sqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count)
{
    return sqlite3_bind_blob(statement, place, bytes, count, kc_sqlite_copied());
}

#endif
