/* A client that cancels cases one after another. Each program is linked with one of them. */
#ifndef KCASE_BENCH_CLIENT_H
#define KCASE_BENCH_CLIENT_H

/* Each function ends the program if it cannot do what it is for; `cancel` also if the case is not answered
 * for with a 2xx. `authority` is a PEM file to trust, or NULL. */
struct measured_client {
    const char *name;
    void (*open)(const char *base_url, const char *authority);
    void (*cancel)(const char *case_id);
    void (*close)(void);
};

extern const struct measured_client measured;

#endif
