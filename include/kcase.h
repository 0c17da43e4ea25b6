/*
 * kcase.h - cancel KarmaCheck background-check cases, and know what happened.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A first program:
 *
 *     kcase_result *error = NULL;
 *     kcase_client *client = kcase_client_new(
 *         "{\"environment\": \"stage\", \"token\": \"...\"}", &error);
 *     if (client == NULL) {
 *         fprintf(stderr, "%s\n", kcase_result_message(error));
 *         kcase_result_free(error);
 *         return 1;
 *     }
 *     kcase_result *result = kcase_cancel(client, "e074241e-36e8-444b-bf55-bb4dad6d3f3d", NULL);
 *     printf("%s: %s\n", kcase_outcome_name(kcase_result_outcome(result)),
 *            kcase_result_message(result));
 *     kcase_result_free(result);
 *     kcase_client_free(client);
 *
 * What holds for every function here, unless its comment says otherwise:
 *
 *   Text      is UTF-8 and ends with a NUL. Text that is not valid UTF-8 is refused, never repaired.
 *   Input     is read during the call and never kept: free or reuse it afterwards.
 *   NULL      is accepted everywhere; what it means is said at each function. Bad input never crashes:
 *             it gives an object, or a result whose outcome is KCASE_INVALID.
 *   Threads   Every function may be called from any thread at any time. An object is freed once, after
 *             the last call that uses it has returned.
 *   Fork      A child process may call everything with everything it inherited. The parent's
 *             connections are neither used nor closed by the child; it makes its own.
 *   Output    The library never prints, installs no signal handler and starts no thread. (A host name
 *             is looked up on a helper thread that libcurl starts for the look-up and ends after it;
 *             numeric addresses and cached names need none.)
 *   Since     Every function has been here since version 1.0.0, where no other version is named.
 *
 * The interface is the ABI: functions and constants are added, never changed or removed, as long as the
 * library's soname is libkcase.so.1.
 */
#ifndef KCASE_H
#define KCASE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. kcase_version_number() is the version of the library that is loaded. */
#define KCASE_VERSION_MAJOR 1
#define KCASE_VERSION_MINOR 1
#define KCASE_VERSION_PATCH 0
#define KCASE_VERSION_NUMBER 10100 /* 10000 * major + 100 * minor + patch */
#define KCASE_VERSION "1.1.0"

/* A client: configuration, credentials and kept-alive connections. See kcase_client_new(). */
typedef struct kcase_client kcase_client;

/* A batch: many cases, canceled side by side. See kcase_batch_new(). Since 1.1.0. */
typedef struct kcase_batch kcase_batch;

/* A result: what one call found out. Immutable. See kcase_result_free(). */
typedef struct kcase_result kcase_result;

/* ---------------------------------------------------------------------------------------------
 * Outcomes
 *
 * An outcome is a claim about the case, and a claim is never wrong: where the library cannot know,
 * it says KCASE_UNKNOWN. New numbers may be added in later versions; treat one you do not know as
 * KCASE_UNKNOWN.
 * ------------------------------------------------------------------------------------------- */

/* A reading operation (kcase_status, kcase_check) succeeded. */
#define KCASE_OK 0

/* The case is canceled, by this call: the server accepted the cancel request (any 2xx), or the case was
 * read back as Canceled after a request of this call that may have done it. */
#define KCASE_CANCELED 1

/* The case is canceled, and was so before any request of this call could have done it. */
#define KCASE_ALREADY_CANCELED 2

/* The server refuses for the case's state (409, 422): no request of this call canceled it. With evidence
 * "read_back" it was read and is not canceled. The JSON's "reason" says already_started, unable or other. */
#define KCASE_REFUSED 10

/* There is no such case for these credentials (404), and no reading says otherwise. */
#define KCASE_NOT_FOUND 11

/* The credentials are missing, wrong, revoked, or not for this case (401, 403). The documents of the
 * service leave open which of 401, 403 and 404 another group's case gives. */
#define KCASE_DENIED 12

/* The server answered with an error: no request of this call canceled the case. With evidence "read_back"
 * it was read and is not canceled. */
#define KCASE_FAILED 13

/* No cancel request left this machine: nothing changed. */
#define KCASE_NOT_SENT 20

/* The case may or may not be canceled: a request may have arrived and nothing could settle it, or, for
 * kcase_status, its state could not be read. Calling again is safe. */
#define KCASE_UNKNOWN 21

/* The caller's input is wrong; nothing was sent. The message names the key and the rule. */
#define KCASE_INVALID 30

/* ---------------------------------------------------------------------------------------------
 * Library
 * ------------------------------------------------------------------------------------------- */

/* The version of the loaded library: 10000 * major + 100 * minor + patch. Never blocks.
 * A host that needs a function of version 1.2.0 checks for >= 10200. */
int32_t kcase_version_number(void);

/* The same as text, "1.1.0". Never NULL; belongs to the library and lives as long as the process. */
const char *kcase_version(void);

/* What the library is made of, as a JSON object for logs and bug reports: "kcase", "curl", "tls",
 * "jansson" (versions at run time), "ca_file" and "ca_path" (the machine's certificate authorities as they were
 * found, or null), "runtime" ("embedded" or "full": how the Swift core was built) and, where no authorities were
 * found, "ca_advice" (what to do about it). Never NULL; belongs to the library and lives as long as the
 * process. */
const char *kcase_build_info(void);

/* ---------------------------------------------------------------------------------------------
 * Client
 * ------------------------------------------------------------------------------------------- */

/* Makes a client from a configuration, a JSON object of at most 1 MiB. Sends nothing.
 *
 *   environment            "stage" or "production". No default: the host alone decides which world.
 *   base_url               instead of environment: "https://host[:port][/path]", or "http://" on a
 *                          loopback address, for tests. Exactly one of the two is required.
 *   token                  a KarmaCheck JSON Web Token; or
 *   api_key,
 *   client_access_token    the pair from which the library mints a token when it first needs one.
 *   timeout_ms             bound on a whole operation: every attempt, wait and look-up. 1 to 3600000;
 *                          default 30000. One request gets at most half of the time that is left, so
 *                          that a lost answer can still be read back.
 *   connect_timeout_ms     bound on name look-up, connection and TLS together, per request.
 *                          1 to 3600000; default 5000.
 *   max_attempts           how often one operation sends the request that it is for. 1 to 20; default 4.
 *                          (Once more, with a new token, if the server rejects one that was minted.) A client
 *                          as a whole repeats about 100 requests at once, and after that one a second, and
 *                          one for every ten calls that end well.
 *   backoff_base_ms        waits between attempts are random between 0 and base * 2^n ("full jitter"),
 *   backoff_max_ms         at most max. 1 to 3600000; defaults 250 and 10000. Where the server asks for a
 *                          time (Retry-After) it is that and up to a quarter more. A wait that would not end
 *                          before timeout_ms is not begun: the call ends now. A case that must be read
 *                          twice is read again after 4 * base at least.
 *   confirm                when a cancel is read back: "ambiguous" (default: when the answer leaves a
 *                          doubt), "always" (a 2xx too), "never" (claims rest on answers alone).
 *   max_connections        connections at once, and kept: further callers wait. 1 to 256; default 8. (A batch
 *                          has as many of its own.)
 *   rate_per_second        the most requests of every kind that the client begins in a second, all threads and
 *                          batches together, evenly spread. 1 to 100000; default none. Since 1.1.0.
 *   proxy                  a proxy's URL; or "environment", to obey https_proxy and its kin; default none.
 *                          Not with an http:// base_url.
 *   ca_file                a PEM file of certificate authorities instead of the system's; or "environment", to
 *                          obey SSL_CERT_FILE.
 *   client_cert,
 *   client_key             PEM files of a client certificate and its key.
 *   user_agent             appended to the library's own User-Agent, "kcase/1.1.0".
 *   max_response_bytes     an answer larger than this counts as no answer. 1024 to 1073741824; default
 *                          8388608 (8 MiB).
 *
 * A member that is null counts as not given. An unknown key, a wrong type, a value out of range, a key
 * given twice: each is refused with a message that names it. The library reads no variable of the environment, but for proxy: "environment"; libcurl
 * and its TLS library read some of their own when they are loaded (SECURITY.md names them).
 *
 * Returns a client to be freed with kcase_client_free(); or NULL, and then *error (if error is not NULL)
 * is a result with outcome KCASE_INVALID to be freed with kcase_result_free(). On success *error is NULL.
 * NULL as config_json is invalid. Does not block. */
kcase_client *kcase_client_new(const char *config_json, kcase_result **error);

/* Frees a client: its connections are closed and its credentials wiped from the library's memory.
 * NULL is nothing. Call it once, after the last call that uses the client has returned; results live on. */
void kcase_client_free(kcase_client *client);

/* Ends every operation of the client that is under way, in whatever phase: each returns at once with what
 * is then known (KCASE_NOT_SENT or KCASE_UNKNOWN, where nothing is settled yet). Operations that start
 * later are not affected; neither is a cancel that reached the server undone. May be called from any
 * thread and from a signal handler, any number of times; returns at once. NULL is nothing. */
void kcase_client_interrupt(kcase_client *client);

/* ---------------------------------------------------------------------------------------------
 * Operations
 *
 * Each blocks for at most timeout_ms and returns a result, never NULL, to be freed with
 * kcase_result_free(). options_json is NULL or a JSON object of at most 64 KiB:
 *
 *   timeout_ms, max_attempts, confirm    as in the configuration, for this call alone.
 *   tag                                  text of at most 256 bytes, handed back in the result's JSON.
 *   personal_data                        true: the result's JSON also has the candidate's names and
 *                                        e-mail address where the case was read. Default false.
 *
 * A case id is an opaque text of 1 to 256 bytes; it becomes one percent-encoded segment of the URL. Refused
 * are: "." and "..", control characters, a space at either end, and any of / \ ? # %, since an
 * intermediary could read another address from them.
 * ------------------------------------------------------------------------------------------- */

/* Cancels a case: POST /case/id/{caseId}/cancel, read back and sent again where that is needed to know.
 * Every outcome but KCASE_OK is possible. NULL as client or case_id is KCASE_INVALID. */
kcase_result *kcase_cancel(kcase_client *client, const char *case_id, const char *options_json);

/* Reads a case: GET /case/id/{caseId}. KCASE_OK: the JSON's "case" has its state, "canceled" among it.
 * KCASE_NOT_FOUND, KCASE_DENIED (the service answers 403 for an unknown id, too), KCASE_NOT_SENT,
 * KCASE_UNKNOWN, KCASE_INVALID otherwise. */
kcase_result *kcase_status(kcase_client *client, const char *case_id, const char *options_json);

/* Asks whether the service can be reached and accepts the credentials, without touching a case.
 * KCASE_OK, KCASE_DENIED, KCASE_FAILED (it answers with an error), KCASE_NOT_SENT (it cannot be reached;
 * the message says how far it got), KCASE_UNKNOWN (no usable answer), KCASE_INVALID. */
kcase_result *kcase_check(kcase_client *client);

/* ---------------------------------------------------------------------------------------------
 * Many at once
 *
 * A batch cancels many cases side by side on the caller's thread. Cases are added, and results fetched in the order
 * in which they are found out:
 *
 *     kcase_batch *batch = kcase_batch_new(client, NULL, &error);
 *     size_t next = 0;
 *     for (;;) {
 *         while (next < count && kcase_batch_add(batch, ids[next], NULL) == KCASE_BATCH_ADDED) next++;
 *         if (kcase_batch_pending(batch) == 0) break;
 *         kcase_result *result = kcase_batch_next(batch, -1);
 *         if (result == NULL) continue;
 *         ...
 *         kcase_result_free(result);
 *     }
 *     kcase_batch_free(batch);
 *
 * Each case is treated with the same care as by kcase_cancel(), and its result makes the same claims. Requests
 * go over one HTTP/2 connection where the server offers that (over TLS), else over up to max_connections
 * connections, all of the batch's own.
 *
 * Pace. A client begins requests as fast as rate_per_second allows. When the server asks to be left alone (429, or 503 with
 * Retry-After), or its answers come ever later, the pace of the whole client is cut to half of what it was; while
 * all goes well it rises again, step by step. kcase_batch_stats() shows it.
 *
 * Threads. A batch is for one thread at a time: a call waits until the one before has returned. Only
 * kcase_batch_interrupt() does not wait. Work is done inside kcase_batch_next() and nowhere else.
 * Fork. A batch belongs to the process that made it. In a child it is empty, takes no cases and has no
 * descriptor; freeing it there leaves the parent's alone.
 * Since 1.1.0, all of it.
 * ------------------------------------------------------------------------------------------- */

#define KCASE_BATCH_ADDED 1   /* Taken: its result will come, exactly once. */
#define KCASE_BATCH_FULL 0    /* Not taken: max_pending cases are pending. Fetch a result, then add it again. */
#define KCASE_BATCH_CLOSED -1 /* Not taken, and never will be: no batch, or one of the parent process. */

/* Makes a batch. options_json is NULL or a JSON object of at most 64 KiB:
 *
 *   max_in_flight     cases being worked on at a time. 1 to 1024; default 64. Over HTTP/1.1 the client's
 *                     max_connections is a bound, too.
 *   max_pending       cases that the batch holds at most: waiting, in flight, or finished and not yet fetched.
 *                     It bounds the memory, whatever the number of cases. 1 to 1000000; default 1024.
 *   http2             false: HTTP/1.1 only. Default true.
 *
 * Returns a batch to be freed with kcase_batch_free(); or NULL, and then *error (if error is not NULL) is a
 * result to be freed with kcase_result_free(): KCASE_INVALID for bad input, KCASE_NOT_SENT where the machine
 * lacks memory or descriptors. On success *error is NULL. The client may be freed before the batch. Does not block. */
kcase_batch *kcase_batch_new(kcase_client *client, const char *options_json, kcase_result **error);

/* Adds a case; options_json as for kcase_cancel(), "tag" to tell results apart. timeout_ms begins when the case's turn
 * comes, not while it waits. Input that is wrong is taken, too: its result is KCASE_INVALID.
 * Returns KCASE_BATCH_ADDED, KCASE_BATCH_FULL or KCASE_BATCH_CLOSED. Sends nothing and does not block; may be called
 * at any time, before and between calls of kcase_batch_next(). The same id may be added more than once. */
int32_t kcase_batch_add(kcase_batch *batch, const char *case_id, const char *options_json);

/* Works on the batch until a result is there, and returns it, to be freed with kcase_result_free(). NULL if
 * none came within timeout_ms milliseconds (0: do what can be done without waiting; negative: no limit), or if
 * nothing is pending. */
kcase_result *kcase_batch_next(kcase_batch *batch, int32_t timeout_ms);

/* How many cases were added whose results have not been fetched. 0 for NULL. */
int64_t kcase_batch_pending(const kcase_batch *batch);

/* A descriptor for select, poll, epoll and every event loop. When it is readable, call
 * kcase_batch_next(batch, 0) until it returns NULL; after that it is not readable until there is something to do
 * again: data, a wait that is over, a case that was added (and now and then a wait that is not needed any more). Poll it for reading only, level-triggered; never read from
 * it, write to it or close it. It belongs to the batch and stays the same for its life. -1 for NULL, or for want of
 * a descriptor. */
int32_t kcase_batch_fd(kcase_batch *batch);

/* Ends every case that is pending: those in flight with what is then known (KCASE_NOT_SENT or KCASE_UNKNOWN,
 * where nothing is settled yet), those waiting with KCASE_NOT_SENT. Their results are there to be fetched. Cases that
 * are added later are not affected. May be called from any thread and from a signal handler; returns at once. NULL is
 * nothing. */
void kcase_batch_interrupt(kcase_batch *batch);

/* How far the batch is, as a JSON object:
 *
 *   added, waiting, in_flight, ready (to be fetched), fetched    cases
 *   outcomes         {name: how many results, fetched or ready}, every name that occurred
 *   requests         HTTP requests begun; retries: cancel requests sent again; readings: cases read
 *   slowdowns        how often the pace was cut
 *   connections      made so far; http_version: "2", "1.1", or null before the first answer
 *   rate_limit       requests per second that are allowed now, or null: no limit
 *   cases_per_second results per second, lately
 *   elapsed_ms       since the first case was added
 *   eta_ms           until all that was added will be finished, at that speed; null if not known
 *
 * A schema of it is bindings/schema/stats.schema.json. Belongs to the batch; valid until the next call of this
 * function for the batch, or until it is freed. "{}" for NULL. */
const char *kcase_batch_stats(kcase_batch *batch);

/* Frees a batch: what is under way is broken off, and its results are lost with it. To learn what became of each
 * case, interrupt it and fetch the results first. NULL is nothing. Does not block. */
void kcase_batch_free(kcase_batch *batch);

/* ---------------------------------------------------------------------------------------------
 * Results
 *
 * Nothing here blocks. Text belongs to the result, is never NULL, and is valid until the result is freed.
 * A NULL result reads as KCASE_UNKNOWN, with empty text ("{}" for the JSON) and 0 for every number.
 * ------------------------------------------------------------------------------------------- */

/* The outcome: one of the KCASE_ constants above. */
int32_t kcase_result_outcome(const kcase_result *result);

/* The outcome's name, "already_canceled" for 2; "unrecognized" for a number that is none.
 * Belongs to the library and lives as long as the process. */
const char *kcase_outcome_name(int32_t outcome);

/* The HTTP status of the answer to the request that the call is for: the last cancel request, reading or
 * check (or, where no token could be had, the request for one). 0 if that request had no whole answer, or
 * was never sent. A reading that settled a cancel is in the JSON's "attempts". */
int32_t kcase_result_http_status(const kcase_result *result);

/* 1 if the matter is closed: calling again with the same input would find the same. 0 for KCASE_DENIED,
 * KCASE_FAILED, KCASE_NOT_SENT and KCASE_UNKNOWN: the case still waits to be canceled or looked at. */
int32_t kcase_result_is_settled(const kcase_result *result);

/* 1 if the same call may well succeed later (no connection, a busy or faulty server, an interrupt); then
 * repeating it is safe. 0 otherwise. */
int32_t kcase_result_is_retriable(const kcase_result *result);

/* The case id that the call was given; "" for kcase_check, and where the id itself was refused. */
const char *kcase_result_case_id(const kcase_result *result);

/* One sentence for people: the server's own words where its answer decided, else the library's. */
const char *kcase_result_message(const kcase_result *result);

/* Everything, as one JSON object:
 *
 *   case_id, outcome (its name), settled, retriable, http_status, reason (a stable word for programs),
 *   message, error (the server's or the transport's label), evidence ("response", "read_back" or "none":
 *   what the claim rests on), environment, tag, elapsed_ms;
 *   attempts: [{request, at, duration_ms, sent, http_status, error, request_ids}], one for each HTTP
 *   request that was begun, in order; "sent" says whether any of it can have left this machine;
 *   case: what was read of the case, or null.
 *
 * Members that do not apply are null. A schema of it is bindings/schema/result.schema.json. */
const char *kcase_result_json(const kcase_result *result);

/* Frees a result. NULL is nothing. */
void kcase_result_free(kcase_result *result);

#ifdef __cplusplus
}
#endif

#endif /* KCASE_H */
