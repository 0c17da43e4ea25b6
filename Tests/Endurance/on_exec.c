/*
 * Lists the descriptors that the library opened and that a program started by the host would inherit: after
 * a client was made, and after it has canceled and keeps its connection.
 *
 *     on_exec BASE_URL [CA_FILE]
 *
 * Prints a line for each, "after a cancel: 4 socket:[1234]", and how many were looked at.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "process.h"

enum { descriptors_max = 1024 };

static bool was_open[descriptors_max];
static int looked_at;

static void show(const char *when, int descriptor)
{
    char path[64];
    char target[256] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (readlink(path, target, sizeof target - 1) < 0) give_up(path, "cannot be read");
    printf("%s: %d %s\n", when, descriptor, target);
}

static void look(const char *when)
{
    for (int descriptor = 0; descriptor < descriptors_max; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags < 0 || was_open[descriptor]) continue;
        looked_at++;
        if ((flags & FD_CLOEXEC) == 0) show(when, descriptor);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) give_up("usage", "on_exec BASE_URL [CA_FILE]");
    for (int descriptor = 0; descriptor < descriptors_max; descriptor++) {
        was_open[descriptor] = fcntl(descriptor, F_GETFD) >= 0;
    }
    kcase_client *client = make_client(argv[1], argc == 3 ? argv[2] : NULL);
    look("after kcase_client_new");
    must_cancel(client, "case");
    look("after a cancel");
    kcase_client_free(client);
    printf("looked at %d\n", looked_at);
    return 0;
}
