/* A child process that does one thing. */
#ifndef KCASE_ENDURANCE_CHILD_H
#define KCASE_ENDURANCE_CHILD_H

#include <kcase.h>

/* Forks; the child cancels the case with the inherited client, frees the client and ends. Gives up unless it
 * claims that the case is canceled; a child that hangs is killed by its alarm, and that is a reason, too. */
void cancel_in_child(kcase_client *client, const char *case_id);

/* Cancels, or gives up. */
void must_cancel(kcase_client *client, const char *case_id);

/* A client, or gives up. `ca_file` may be NULL. */
kcase_client *make_client(const char *base_url, const char *ca_file);

#endif
