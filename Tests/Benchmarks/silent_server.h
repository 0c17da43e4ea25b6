/* Servers that keep a caller waiting, on the loopback. They live as long as the program. */
#ifndef KCASE_BENCH_SILENT_SERVER_H
#define KCASE_BENCH_SILENT_SERVER_H

/* Accepts connections and reads from them. To each piece that arrives it says `reply`, or nothing if that
 * is NULL. Returns the port. */
int silent_server(const char *reply);

/* How many pieces have arrived so far. */
long silent_server_heard(void);

/* A port where connections are neither accepted nor refused. */
int port_that_does_not_answer(void);

/* A port where connections are refused. */
int port_that_refuses(void);

#endif
