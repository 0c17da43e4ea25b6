#include "journals.h"

#include <kcase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "text.h"

static char folder[64];
static char path[96];

const char *journal_path(void)
{
    if (*path != '\0') return path;
    snprintf(folder, sizeof folder, "/tmp/kcase-memory-XXXXXX");
    if (mkdtemp(folder) == NULL) give_up("journal", "no folder");
    snprintf(path, sizeof path, "%s/journal", folder);
    return path;
}

void journal_remove(void)
{
    static const char *const endings[] = {"", "-lock", "-journal"};
    for (size_t index = 0; *path != '\0' && index < sizeof endings / sizeof *endings; index++) {
        char *name = text_format("%s%s", path, endings[index]);
        unlink(name);
        free(name);
    }
}

void journal_remove_all(void)
{
    journal_remove();
    if (*folder != '\0') rmdir(folder);
}

void journal_leave_unfinished(const char *config, const char *case_id)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        kcase_batch *batch = kcase_batch_new(kcase_client_new(config, NULL), NULL, NULL);
        if (batch == NULL || kcase_batch_add(batch, case_id, NULL) != KCASE_BATCH_ADDED) _exit(1);
        /* Its first moment writes the intent. */
        kcase_result_free(kcase_batch_next(batch, 0));
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) give_up("journal", "no intent");
}

journal_record journal_read(const char *case_id)
{
    journal_record record = {0};
    kcase_result *result = kcase_journal_verify(path, NULL);
    record.is_intact = kcase_result_outcome(result) == KCASE_OK;
    kcase_result_free(result);
    char *filter = text_format("{\"case_id\": \"%s\"}", case_id);
    result = kcase_history(path, filter);
    free(filter);
    /* Pages begin with the oldest; there is one intent of a case in a trial. */
    record.has_intent = *kcase_result_text(result, "records.0.case_id") != '\0';
    snprintf(record.outcome, sizeof record.outcome, "%s", kcase_result_text(result, "records.0.outcome"));
    kcase_result_free(result);
    return record;
}
