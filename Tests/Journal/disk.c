/* Preloaded before libc: writes down what a process does to the files of one folder and what it sends, in
 * order, or has one of these calls fail.
 *
 *   KCASE_FOLDER   the folder, without a slash at its end
 *   KCASE_TRACE    the file to which what is done is appended, record by record: kind (1 byte), the lengths
 *                  of path and data (4 bytes each), a place in the file (8 bytes), path, data
 *   KCASE_FAULT    "sync:N" (the Nth fsync or fdatasync gives EIO) or "full:N" (from the Nth write on there
 *                  is no room, as long as the file KCASE_FOLDER/full is there) or "network:1" (every file
 *                  system is NFS) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

static int count_of(const char *kind)
{
    const char *fault = getenv("KCASE_FAULT");
    size_t length = strlen(kind);
    return fault != NULL && strncmp(fault, kind, length) == 0 ? atoi(fault + length) : 0;
}

/* The name within the folder of what a descriptor is open on; 0 if it is elsewhere. */
static int name_of(int descriptor, char *name, size_t room)
{
    const char *folder = getenv("KCASE_FOLDER");
    char link[64], path[4096];
    ssize_t length;
    size_t folder_length;
    if (folder == NULL) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    folder_length = strlen(folder);
    if (strncmp(path, folder, folder_length) != 0) return 0;
    if (path[folder_length] == '\0') {
        snprintf(name, room, ".");
        return 1;
    }
    if (path[folder_length] != '/') return 0;
    snprintf(name, room, "%s", path + folder_length + 1);
    return 1;
}

static void trace(char kind, const char *name, uint64_t place, const void *data, size_t count)
{
    const char *path = getenv("KCASE_TRACE");
    uint32_t lengths[2];
    size_t room = 1 + sizeof lengths + sizeof place + strlen(name) + count;
    char *record;
    int file;
    if (path == NULL || (record = malloc(room)) == NULL) return;
    lengths[0] = (uint32_t)strlen(name);
    lengths[1] = (uint32_t)count;
    record[0] = kind;
    memcpy(record + 1, lengths, sizeof lengths);
    memcpy(record + 1 + sizeof lengths, &place, sizeof place);
    memcpy(record + 1 + sizeof lengths + sizeof place, name, lengths[0]);
    if (count > 0) memcpy(record + room - count, data, count);
    file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file >= 0) {
        if (syscall(SYS_write, file, record, room) != (long)room) abort();
        syscall(SYS_close, file);
    }
    free(record);
}

static int is_full(void)
{
    static int writes;
    const char *folder = getenv("KCASE_FOLDER");
    int limit = count_of("full:");
    char mark[4096];
    if (limit == 0 || folder == NULL || ++writes < limit) return 0;
    snprintf(mark, sizeof mark, "%s/full", folder);
    return access(mark, F_OK) == 0;
}

ssize_t pwrite64(int descriptor, const void *data, size_t count, off64_t place)
{
    char name[4096];
    int is_ours = name_of(descriptor, name, sizeof name);
    long written;
    if (is_ours && is_full()) {
        errno = ENOSPC;
        return -1;
    }
    written = syscall(SYS_pwrite64, descriptor, data, count, place);
    if (is_ours && written > 0) trace('w', name, (uint64_t)place, data, (size_t)written);
    return written;
}

ssize_t pwrite(int descriptor, const void *data, size_t count, off_t place)
{
    return pwrite64(descriptor, data, count, place);
}

ssize_t write(int descriptor, const void *data, size_t count)
{
    char name[4096];
    long written = syscall(SYS_write, descriptor, data, count);
    if (written > 0 && name_of(descriptor, name, sizeof name)) trace('n', name, 0, data, (size_t)written);
    return written;
}

static int sync_with(long call, int descriptor)
{
    static int syncs;
    char name[4096];
    int is_ours = name_of(descriptor, name, sizeof name), failing = count_of("sync:");
    if (is_ours && failing > 0 && ++syncs == failing) {
        trace('f', name, 0, NULL, 0);
        errno = EIO;
        return -1;
    }
    if (syscall(call, descriptor) != 0) return -1;
    if (is_ours) trace('s', name, 0, NULL, 0);
    return 0;
}

int fsync(int descriptor) { return sync_with(SYS_fsync, descriptor); }

int fdatasync(int descriptor) { return sync_with(SYS_fdatasync, descriptor); }

int ftruncate64(int descriptor, off64_t size)
{
    char name[4096];
    if (syscall(SYS_ftruncate, descriptor, size) != 0) return -1;
    if (name_of(descriptor, name, sizeof name)) trace('t', name, (uint64_t)size, NULL, 0);
    return 0;
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int statfs(const char *path, struct statfs *about)
{
    long done = syscall(SYS_statfs, path, about);
    if (done == 0 && count_of("network:") > 0) about->f_type = 0x6969;
    return (int)done;
}

ssize_t send(int descriptor, const void *data, size_t count, int flags)
{
    trace('o', "", 0, data, count < 200 ? count : 200);
    return syscall(SYS_sendto, descriptor, data, count, flags, NULL, 0);
}
