/* libc for files that several processes share: their identity, their locks, and what holds them. */
#ifndef KCASE_CSYSTEM_FILES_H
#define KCASE_CSYSTEM_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* Which file a name leads to, or a descriptor. */
typedef struct {
    uint64_t device;
    uint64_t number;
    int is_regular;
    int is_folder;
} kc_file_identity;

static inline void kc_file_identity_fill(kc_file_identity *identity, const struct stat *about)
{
    identity->device = (uint64_t)about->st_dev;
    identity->number = (uint64_t)about->st_ino;
    identity->is_regular = S_ISREG(about->st_mode);
    identity->is_folder = S_ISDIR(about->st_mode);
}

static inline int kc_stat_identity(const char *path, kc_file_identity *identity)
{
    struct stat about;
    if (stat(path, &about) != 0) return -1;
    kc_file_identity_fill(identity, &about);
    return 0;
}

static inline int kc_fstat_identity(int descriptor, kc_file_identity *identity)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0) return -1;
    kc_file_identity_fill(identity, &about);
    return 0;
}

/* The path without links and relative parts, in memory from malloc; NULL if there is no such file. */
static inline char *kc_realpath(const char *path) { return realpath(path, NULL); }

/* The folder that relative paths begin at, in memory from malloc; or NULL. */
static inline char *kc_getcwd(void) { return getcwd(NULL, 0); }

/* Makes an empty file for its owner alone, unless there is one: 0 if it was made, 1 if there was one, else
 * -1. One that is there is not opened: closing it would free the locks that the process has on it. */
static inline int kc_create_private_file(const char *path)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) return errno == EEXIST ? 1 : -1;
    return close(descriptor) == 0 ? 0 : -1;
}

static inline int kc_open_private_file(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
}

/* Whether this process may write the file. */
static inline int kc_may_write(const char *path) { return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0; }

/* Has a folder's list of names written to the disk. */
static inline int kc_fsync_folder(const char *path)
{
    int done;
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    done = fsync(descriptor);
    close(descriptor);
    return done;
}

/* Whether the file is on a file system of another machine, or on one that a program serves: locks may not
 * reach everybody there, and what is synced may not be on a disk. -1: there is no telling. (statfs(2) has the
 * numbers; not every libc names all of them.) */
static inline int kc_statfs_is_network(const char *path)
{
    static const uint32_t kinds[] = {
        0x6969,     /* NFS */
        0xFF534D42, /* CIFS */
        0xFE534D42, /* SMB2 */
        0x517B,     /* SMB */
        0x01021997, /* 9p */
        0x65735546, /* FUSE */
        0x00C36400, /* Ceph */
        0x5346414F, /* AFS */
        0x73757245, /* Coda */
        0x564C,     /* NCP */
        0x01161970, /* GFS2 */
        0x7461636F, /* OCFS2 */
        0x0BD00BD0, /* Lustre */
        0x786F4256, /* VirtualBox' shared folders */
        0xBACBACBC, /* VMware's */
    };
    struct statfs about;
    size_t index;
    if (statfs(path, &about) != 0) return -1;
    for (index = 0; index < sizeof kinds / sizeof *kinds; index++) {
        if ((uint32_t)about.f_type == kinds[index]) return 1;
    }
    return 0;
}

/* Sleeps for so many microseconds, or until a signal comes. */
static inline void kc_sleep_us(int64_t count)
{
    struct timespec time;
    time.tv_sec = (time_t)(count / 1000000);
    time.tv_nsec = (long)(count % 1000000) * 1000;
    (void)nanosleep(&time, NULL);
}

/* Linux's number for what libc declares only to those who define _GNU_SOURCE. */
#define KC_F_OFD_GETLK 36

/* Locks one byte of a file for this process (F_RDLCK, F_WRLCK), or frees it (F_UNLCK): 0; 1 if others have
 * it, and -1 for an error. The kernel frees it when the process ends; a child does not inherit it. */
static inline int kc_lock_byte(int descriptor, int64_t place, short kind)
{
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = kind;
    lock.l_whence = SEEK_SET;
    lock.l_start = (off_t)place;
    lock.l_len = 1;
    while (fcntl(descriptor, F_SETLK, &lock) != 0) {
        if (errno == EACCES || errno == EAGAIN) return 1;
        if (errno != EINTR) return -1;
    }
    return 0;
}

/* Who has locked bytes from `place` on: 0 if nobody has, 1 if somebody, of this process too, and -1 for an
 * error. `count` is how many bytes are looked at (0: all that follow); of what is found, where it begins, how
 * many bytes (0: all that follow), and the process. */
static inline int kc_locked_bytes(
    int descriptor, int64_t place, int64_t count, int64_t *start, int64_t *length, int32_t *process)
{
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = (off_t)place;
    lock.l_len = (off_t)count;
    /* Asked as for a lock of the open file, which even the locks of the own process stand against. */
    if (fcntl(descriptor, KC_F_OFD_GETLK, &lock) != 0) return -1;
    if (lock.l_type == F_UNLCK) return 0;
    *start = (int64_t)lock.l_start;
    *length = (int64_t)lock.l_len;
    *process = (int32_t)lock.l_pid;
    return 1;
}

#endif
