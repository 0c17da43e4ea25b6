/* ask CONFIGURATION CASE_ID: cancels a case and prints what became of it; exit code 0 if it is canceled. */
#include <kcase.h>
#include <stdio.h>

int main(int count, char **words)
{
    kcase_result *error = NULL;
    kcase_client *client;
    kcase_result *result;
    int32_t outcome;

    if (count != 3) return 2;
    client = kcase_client_new(words[1], &error);
    if (client == NULL) {
        printf("%s\n", kcase_result_message(error));
        kcase_result_free(error);
        return 2;
    }
    result = kcase_cancel(client, words[2], NULL);
    outcome = kcase_result_outcome(result);
    printf("%s: %s\n", kcase_outcome_name(outcome), kcase_result_message(result));
    kcase_result_free(result);
    kcase_client_free(client);
    return outcome == KCASE_CANCELED ? 0 : 1;
}
