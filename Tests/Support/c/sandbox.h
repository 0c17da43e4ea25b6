/* A simulated KarmaCheck in a process of its own: started, told which faults to have, asked for the truth. */
#ifndef KCASE_TEST_SANDBOX_H
#define KCASE_TEST_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;
    int port;
} sandbox;

/* What it accepts. */
#define SANDBOX_TOKEN "sandbox-token"
#define SANDBOX_API_KEY "5e0c6a7e-0000-4000-8000-00000000a911"
#define SANDBOX_CLIENT_ACCESS_TOKEN "5e0c6a7e-0000-4000-8000-0000000c11e7"

/* Its fixtures, by the two digits at the end. */
#define CASE(digits) "00000000-0000-4000-8000-0000000000" digits
#define CASE_CANCELABLE CASE("01")
#define CASE_ALREADY_STARTED CASE("07")
#define CASE_UNABLE CASE("10")
#define CASE_CANCELED CASE("14")
#define CASE_OF_OTHERS CASE("15")
#define CASE_UNHEARD_OF CASE("99")

/* The id of the n-th of the cases that --cases adds; from 1. In memory from malloc. */
char *sandbox_case(int number);

/* Starts one and waits until it listens. The arguments end with NULL; --port is given already. */
sandbox sandbox_start(const char *const arguments[]);
void sandbox_stop(sandbox *box);

/* Cases, ledger and tokens as at the start, and no faults. */
void sandbox_reset(const sandbox *box);
/* Adds a rule, or an array of them: see examples/sandbox/README.md. */
void sandbox_fault(const sandbox *box, const char *rules_json);
void sandbox_clear_faults(const sandbox *box);
void sandbox_revoke_tokens(const sandbox *box);

/* What really happened to a case. */
typedef struct {
    bool known;
    bool canceled;
    long cancel_requests;
    long cancels_applied;
    long cancels_at_work; /* answered, and still to take effect */
    long reads;
} ledger_row;

ledger_row sandbox_ledger(const sandbox *box, const char *case_id);

/* What really happened to a service of a case, and the requests about the case's services. */
typedef struct {
    bool canceled;
    long cancels_applied;
    long cancel_requests;
    long reads;
} service_row;

service_row sandbox_service(const sandbox *box, const char *case_id, const char *service_id);

/* Whether a search was canceled, by the id of its record and its own. */
bool sandbox_search_canceled(const sandbox *box, const char *case_data_id, const char *search_id);

/* What really happened in all. */
typedef struct {
    long requests;
    long auth_requests;
    long cancel_requests;
    long cancels_applied;
} ledger_totals;

ledger_totals sandbox_totals(const sandbox *box);

#endif
