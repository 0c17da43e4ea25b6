/* Journals of trials: one for each, and what it has to say afterwards. */
#ifndef KCASE_ENDURANCE_JOURNALS_H
#define KCASE_ENDURANCE_JOURNALS_H

#include <stdbool.h>

/* Where the journal of a trial is; a folder of its own is made for the process. Gives up without one. */
const char *journal_path(void);

/* Removes the journal and the files beside it. */
void journal_remove(void);
/* Removes the folder, too. */
void journal_remove_all(void);

/* Has a process of its own end with the case's intent unfinished. The client of the configuration has the
 * journal. */
void journal_leave_unfinished(const char *config, const char *case_id);

/* What the journal says of a case's newest intent, as the library reads it. */
typedef struct {
    bool is_intact;
    bool has_intent;
    char outcome[32]; /* "" if it is unfinished */
} journal_record;

journal_record journal_read(const char *case_id);

#endif
