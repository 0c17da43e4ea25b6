/* Linked into a program, it writes each variable that is read and each file that is opened by the program's
 * libraries, but not by libc itself, to standard error. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static void tell(const char *what, const char *name)
{
    char line[1200];
    int length = snprintf(line, sizeof line, "%s %s\n", what, name);
    if (length > 0 && write(2, line, (size_t)length) < 0) _exit(3);
}

static void *original(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        tell("missing", name);
        _exit(3);
    }
    return found;
}

#define PASS(name, type) \
    __typeof__(type) real; \
    void *found = original(name); \
    memcpy(&real, &found, sizeof real)

#define WATCH_VARIABLE(function) \
    char *function(const char *name) \
    { \
        PASS(#function, char *(*)(const char *)); \
        tell("variable", name); \
        return real(name); \
    }

#define WATCH_STREAM(function) \
    FILE *function(const char *path, const char *mode) \
    { \
        PASS(#function, FILE *(*)(const char *, const char *)); \
        tell("file", path); \
        return real(path, mode); \
    }

#define WATCH_FILE(function) \
    int function(const char *path, int flags, ...) \
    { \
        mode_t mode = 0; \
        PASS(#function, int (*)(const char *, int, ...)); \
        if (flags & O_CREAT) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        tell("file", path); \
        return real(path, flags, mode); \
    }

WATCH_VARIABLE(getenv)
WATCH_VARIABLE(secure_getenv)
WATCH_STREAM(fopen)
WATCH_STREAM(fopen64)
WATCH_FILE(open)
WATCH_FILE(open64)

/* What open becomes in a library that was compiled with checks. */
int __open_2(const char *path, int flags)
{
    PASS("__open_2", int (*)(const char *, int));
    tell("file", path);
    return real(path, flags);
}
