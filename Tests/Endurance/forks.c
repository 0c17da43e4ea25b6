/*
 * The parent cancels, a child cancels with the inherited client and frees it, the parent cancels again; so
 * many times. What that is like on the wire, the server knows.
 *
 *     forks BASE_URL CA_FILE ROUNDS
 *
 * The cases are called before-N, child-N and after-N.
 */
#include <stdio.h>

#include "child.h"
#include "process.h"

int main(int argc, char **argv)
{
    char id[64];
    if (argc != 4) give_up("usage", "forks BASE_URL CA_FILE ROUNDS");
    long rounds = parse_count(argv[3], 1);
    kcase_client *client = make_client(argv[1], argv[2]);
    for (long round = 0; round < rounds; round++) {
        snprintf(id, sizeof id, "before-%ld", round);
        must_cancel(client, id);
        snprintf(id, sizeof id, "child-%ld", round);
        cancel_in_child(client, id);
        snprintf(id, sizeof id, "after-%ld", round);
        must_cancel(client, id);
    }
    kcase_client_free(client);
    return 0;
}
