/* What a stretch of a program's work costs. Every program measured here counts and reports alike. */
#ifndef KCASE_BENCH_COST_H
#define KCASE_BENCH_COST_H

/* Microseconds: CPU time of the whole process, and the clock on the wall. */
struct cost {
    double user;
    double system;
    double wall;
};

/* Since the process started; `wall` since some fixed moment, the same for all processes. */
struct cost spent(void);

/* `wall` alone, which is cheaper. */
double wall_us(void);

struct cost difference(struct cost after, struct cost before);

/* Prints the members that a report begins with, without the braces: what one of `cancels` cost, and how
 * many requests were sent in all. */
void print_cost_of_each(const char *name, struct cost all, long cancels, long requests);

/* A count between 1 and `most`, or 0. */
long parse_count(const char *text, long most);

/* A case that could not be canceled leaves nothing to compare: says so and ends the program. */
void fail(const char *what, const char *why);
void fail_by_status(const char *case_id, long status);

enum { case_id_room = 64 };

/* A different id for each number, in the form that the service's ids have. */
void write_case_id(char *text, long number);

#define TOKEN "header.payload.signature"

#endif
