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
 * Rules for the whole interface:
 *
 *   Text      is UTF-8 and ends with a NUL, unless a function asks for its length. Text that is not valid
 *             UTF-8 is refused, never repaired.
 *   Input     is read during the call and never kept. Free or reuse it after the call.
 *   NULL      is accepted for every parameter. Bad input never crashes the process: it gives a result
 *             whose outcome is KCASE_INVALID.
 *   Freeing   Free each object once, after the last call that uses it has returned.
 *   Leaving   A call is never left by longjmp, an exception or the cancellation of its thread. The library
 *             holds cancellation off until the call has returned. The other two are up to the host: a signal
 *             handler returns.
 *   Output    The library prints nothing and installs no signal handler.
 *   Threads   The library starts no thread. There is one exception: libcurl may look up a host name on a
 *             helper thread, which ends with the lookup. Numeric addresses and cached names need none.
 *
 * The comment of each function ends with the same list:
 *
 *   Ownership what the caller has to free, and how long returned text is valid.
 *   NULL      what the function does if a parameter is NULL.
 *   Threads   "any": any thread may call it at any time, also while others use the same object.
 *   Fork      "safe": a child process may call it with objects that it inherited. The child never uses or
 *             closes the parent's connections. It makes its own.
 *   Blocking  "none": it never waits for the network.
 *   Since     the first version that has the function.
 *
 * The interface is the ABI. Functions and constants are added, never changed or removed, as long as the
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
#define KCASE_VERSION_MINOR 2
#define KCASE_VERSION_PATCH 0
#define KCASE_VERSION_NUMBER 10200 /* 10000 * major + 100 * minor + patch */
#define KCASE_VERSION "1.2.0"

/* A client: configuration, credentials and kept connections. See kcase_client_new(). */
typedef struct kcase_client kcase_client;

/* A batch: many cases that are canceled side by side. See kcase_batch_new(). Since 1.1.0. */
typedef struct kcase_batch kcase_batch;

/* A result: what one call found out. It never changes. See kcase_result_free(). */
typedef struct kcase_result kcase_result;

/* ---------------------------------------------------------------------------------------------
 * Outcomes
 *
 * An outcome is a claim about the case, and a claim is never wrong: if the library cannot know, the
 * outcome is KCASE_UNKNOWN. Later versions may add numbers. Treat a number that you do not know as
 * KCASE_UNKNOWN.
 * ------------------------------------------------------------------------------------------- */

/* A reading operation (kcase_status, kcase_check, kcase_list) succeeded, or the message of a webhook is
 * genuine. */
#define KCASE_OK 0

/* The server accepted this call's request, and nothing in its answer says otherwise; or the case was read
 * back as Canceled after a request of this call that may have done it. */
#define KCASE_CANCELED 1

/* The case is canceled, and no request of this call is known to have done it. */
#define KCASE_ALREADY_CANCELED 2

/* The service itself refuses because of the case's state (409, 422). No request of this call canceled it.
 * With evidence "read_back" the case was read and is not canceled: twice, settle_ms apart, unless the reason
 * is already_started. The "reason" in the JSON is already_started, unable or other. Only already_started is
 * settled: another refusal may have been for something that was at work on the case just then. With reason
 * ambiguous it is kcase_cancel_found() that refuses, and nothing was sent. */
#define KCASE_REFUSED 10

/* The service itself answered, and knows no such case for these credentials. A 404 alone, which every wrong
 * address gives, is KCASE_FAILED, reason not_the_service. */
#define KCASE_NOT_FOUND 11

/* The credentials are missing, wrong, revoked, or not for this case: the service's own word (401, 403). The
 * documents of the service do not say which of 401, 403 and 404 is the answer for a case of another group.
 * The page of a firewall or gateway is KCASE_FAILED, reason blocked. */
#define KCASE_DENIED 12

/* The server answered with an error of its own and the case, read twice, is not canceled; or somebody
 * between answered (reasons not_the_service, blocked) and nothing can have been done. With evidence
 * "response" the case was not read, and the answer itself says that the request was not carried out. */
#define KCASE_FAILED 13

/* No cancel request left this machine. Nothing changed. Reason out_of_memory says that the machine lacks
 * memory, reason local that the process lacks descriptors: call again later. */
#define KCASE_NOT_SENT 20

/* The case may or may not be canceled: a request may have arrived and nothing could settle it; or a success
 * was answered that says otherwise, such as a login page (reason contradictory). For kcase_status: the state
 * of the case could not be read. Calling again is safe. */
#define KCASE_UNKNOWN 21

/* The caller's input is wrong. Nothing was sent. The message names the key and the rule. */
#define KCASE_INVALID 30

/* ---------------------------------------------------------------------------------------------
 * Library
 * ------------------------------------------------------------------------------------------- */

/* The version of the loaded library: 10000 * major + 100 * minor + patch. A host that needs a function of
 * version 1.2.0 checks for >= 10200.
 *
 *   Ownership none.
 *   NULL      no parameter.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
int32_t kcase_version_number(void);

/* The version of the loaded library as text, "1.2.0".
 *
 *   Ownership belongs to the library and is valid as long as the process.
 *   NULL      no parameter. NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_version(void);

/* What the library is made of, as a JSON object for logs and bug reports:
 *
 *   kcase, curl, tls, jansson   versions at run time
 *   ca_file, ca_path            the machine's certificate authorities as they were found, or null
 *   runtime                     "embedded" or "full": how the Swift core was built
 *   ca_advice                   only if no authorities were found: what to do about it
 *
 *   Ownership belongs to the library and is valid as long as the process.
 *   NULL      no parameter. NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_build_info(void);

/* ---------------------------------------------------------------------------------------------
 * Client
 * ------------------------------------------------------------------------------------------- */

/* Makes a client from a configuration: a JSON object of at most 1 MiB. Sends nothing.
 *
 *   environment            "stage" or "production". Required, unless base_url is given.
 *   base_url               instead of environment: "https://host[:port][/path]", or "http://" with a
 *                          loopback address, for tests. 1 to 2048 bytes.
 *   token                  a KarmaCheck JSON Web Token. Required, unless api_key and client_access_token are
 *                          given. 1 to 16384 bytes.
 *   api_key                with client_access_token: the pair from which the library obtains a token when it
 *                          first needs one. 1 to 1024 bytes.
 *   client_access_token    see api_key. 1 to 1024 bytes.
 *   timeout_ms             limit of a whole operation: every attempt, wait and lookup. One request gets at
 *                          most half of the time that is left, so that a lost answer can still be read back.
 *                          1 to 3600000; default 30000.
 *   connect_timeout_ms     limit of name lookup, connection and TLS together, for one request.
 *                          1 to 3600000; default 5000.
 *   max_attempts           how often one operation sends its request. If the service rejects a token that the
 *                          library obtained, it sends the request once more with a new one; after a 403 at
 *                          most every five minutes, since that may be about the case. The repetitions
 *                          of a client are limited to about 100 at once; after that, to one a second and one
 *                          for every ten calls that end well. 1 to 20; default 4.
 *   backoff_base_ms        waits between attempts are random between 0 and base * 2^n ("full jitter"). If the
 *                          server asks for a time (Retry-After), the wait is that time and up to a quarter
 *                          more. A wait that would not end before timeout_ms is not started: the call ends
 *                          at once. 1 to 3600000; default 250.
 *   backoff_max_ms         the longest of these waits. 1 to 3600000; default 10000.
 *   settle_ms              that a case is not canceled is claimed only after two readings that are at least
 *                          so far apart: it is the longest lag of the service's readings behind what it did
 *                          that is allowed for. 1 to 3600000; default 1000.
 *   confirm                when a cancel is read back: "ambiguous" (if the answer leaves a doubt), "always"
 *                          (after a 2xx too) or "never" (claims rest on answers alone; a success that says
 *                          that the work is not done yet is KCASE_CANCELED then, and not settled). Default
 *                          "ambiguous".
 *   max_connections        connections that are open at once; further callers wait. A batch has as many of
 *                          its own, unless it is a batch of one. 1 to 256; default 8.
 *   rate_per_second        the most requests of every kind that the client begins in a second, evenly
 *                          spaced, all threads and batches together. 1 to 100000; no default. Since 1.1.0.
 *   proxy                  the URL of a proxy, or "environment" to obey https_proxy and similar variables,
 *                          which are read when the client is made. Not with an http:// base_url. 1 to 2048
 *                          bytes.
 *   ca_file                a PEM file of certificate authorities instead of the system's, or "environment"
 *                          to obey SSL_CERT_FILE. 1 to 4096 bytes.
 *   client_cert            a PEM file of a client certificate. 1 to 4096 bytes.
 *   client_key             a PEM file of the key of client_cert; without one, the key is in that file, too.
 *                          The files are checked when the client is made. 1 to 4096 bytes.
 *   client_key_password    the password of the key, if it is encrypted. 1 to 1023 bytes.
 *   user_agent             appended to the library's own User-Agent, "kcase/1.2.0". 1 to 256 bytes.
 *   max_response_bytes     an answer larger than this counts as no answer. 1024 to 1073741824;
 *                          default 8388608 (8 MiB).
 *   journal                the path of a file that keeps what was to be canceled and what came of it, see
 *                          "Journal" below. It is made if it is not there. 1 to 4096 bytes. Since 1.2.0.
 *   journal_on_network_fs  true: take a journal on a network's or a program's file system (NFS, SMB, 9p,
 *                          FUSE and others), which is refused otherwise: for processes of one machine only.
 *                          Default false. Since 1.2.0.
 *
 * A member that is null counts as not given. An unknown key, a wrong type, a value out of range and a key
 * that is given twice are refused, with a message that names the key. Unless proxy or ca_file is
 * "environment", the library reads no environment variable. libcurl and its TLS library read some when they
 * are loaded; SECURITY.md lists them.
 *
 *   Ownership free the client with kcase_client_free(). On failure the function returns NULL and *error is a
 *             result, to be freed with kcase_result_free(): KCASE_INVALID for bad input, KCASE_NOT_SENT if
 *             the machine is out of memory or descriptors. On success *error is NULL.
 *   NULL      config_json: invalid. error: no result is given.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
kcase_client *kcase_client_new(const char *config_json, kcase_result **error);

/* Makes a client from a configuration in a file: what kcase_client_new() takes, so that credentials stay out
 * of sources, arguments and the environment. The file is read once, during the call.
 *
 * It must be a regular file of at most 1 MiB; a symbolic link to one will do. Who else may read it is not
 * checked: containers mount secrets readable by all. Elsewhere, have the file belong to the account that runs
 * the host, with mode 0600.
 *
 *   Ownership free the client with kcase_client_free(). On failure the function returns NULL and *error is a
 *             result, to be freed with kcase_result_free(): KCASE_INVALID for bad input, KCASE_NOT_SENT if
 *             the machine is out of memory or descriptors. On success *error is NULL.
 *   NULL      path: invalid. error: no result is given.
 *   Threads   any. Fork: safe. Blocking: as long as the file system takes. Since 1.2.0. */
kcase_client *kcase_client_open(const char *path, kcase_result **error);

/* Frees a client. Closes its connections and wipes its credentials from the library's memory. Results of
 * the client stay valid.
 *
 *   Ownership the client must not be used any more.
 *   NULL      does nothing.
 *   Threads   any, once, after the last call that uses the client has returned.
 *   Fork      safe: the parent's connections stay open. Blocking: none. Since 1.0.0. */
void kcase_client_free(kcase_client *client);

/* Ends every operation of the client that is in progress, in whatever phase. Each returns at once with what
 * is known then: KCASE_NOT_SENT or KCASE_UNKNOWN, if nothing is settled yet. Operations that start later
 * are not affected. A cancel that reached the server is not undone.
 *
 *   Ownership none.
 *   NULL      does nothing.
 *   Threads   any, and from a signal handler, any number of times.
 *   Fork      safe. Blocking: none. Since 1.0.0. */
void kcase_client_interrupt(kcase_client *client);

/* ---------------------------------------------------------------------------------------------
 * Operations
 *
 * options_json is a JSON object of at most 64 KiB, or NULL. A text of blanks alone counts as NULL.
 *
 *   timeout_ms             as in the configuration, for this call only. 1 to 3600000.
 *   max_attempts           as in the configuration, for this call only. 1 to 20.
 *   confirm                as in the configuration, for this call only: "ambiguous", "always" or "never".
 *   tag                    text that is returned unchanged in the result's JSON. 1 to 256 bytes.
 *   personal_data          true: if the case was read, the result's JSON also has the candidate's names and
 *                          e-mail address. Default false.
 *   headers                an object: what goes with each request about the case, for tracing. Its members
 *                          are traceparent, tracestate and x-request-id, in any letter case, and no others.
 *                          A value is a text of 1 to 512 bytes of printable ASCII, without a blank at an
 *                          end. No value gets into a result, a message or a journal, unless the service
 *                          quotes it in a text of its own. Since 1.2.0.
 *   intent_key             with a journal: what the host knows this wish by, a job's id say. A job that is
 *                          delivered again joins its own intent; the key of an intent for another case is
 *                          KCASE_INVALID. 1 to 256 bytes. Since 1.2.0.
 *   use_journal            with a journal, true: a case that it has as canceled, and settled, is
 *                          KCASE_ALREADY_CANCELED, evidence "journal", without a request. Default false.
 *                          Since 1.2.0.
 *
 * A case id is an opaque text of 1 to 256 bytes. It becomes one percent-encoded segment of the URL. Refused
 * is what a server between could read as another address: "." and "..", and any of / \ ? # %; and what no id
 * has, but lists, spreadsheets and mails have around one: control characters, spaces of any kind and place,
 * characters that nobody sees (a byte-order mark, say), quotation marks, brackets of any kind, commas,
 * semicolons and bars, dashes other than "-", private and damaged characters. The message names the
 * character and its place.
 * ------------------------------------------------------------------------------------------- */

/* Cancels a case: POST /case/id/{caseId}/cancel. Reads the case back and sends the request again if that is
 * needed to know what happened. Every outcome but KCASE_OK is possible.
 *
 * One client cancels a case once at a time, batches included; the letter case of the id does not count. A
 * second call waits for the first, for half of its time at most, and reports KCASE_ALREADY_CANCELED, without
 * a request, if the first found the case canceled. Otherwise it goes on by itself.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client or case_id: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.0.0. */
kcase_result *kcase_cancel(kcase_client *client, const char *case_id, const char *options_json);

/* Cancels a case as kcase_cancel() does, for hosts whose texts have a length instead of a NUL: COBOL,
 * Fortran, Pascal, Go, Rust and others. The lengths are in bytes. Blanks and NULs at the end of a text fill
 * up a field of a fixed length and are no part of the text. Every other blank or NUL in an id is refused, as
 * kcase_cancel() refuses a blank.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client or case_id: KCASE_INVALID. options_json of length 0: no options. A length that is
 *             negative, and NULL with another length than 0: KCASE_INVALID.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_cancel_n(kcase_client *client, const char *case_id, int32_t case_id_bytes,
                             const char *options_json, int32_t options_bytes);

/* Cancels a case as kcase_cancel_n() does, without options, and with nothing to free. Returns the outcome,
 * and writes the message into the memory that is given: UTF-8 without a NUL, cut between two characters if
 * there is no more room, and filled up with blanks.
 *
 *   Ownership none.
 *   NULL      client or case_id: KCASE_INVALID. message, or a length of it that is not positive: no message.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
int32_t kcase_cancel_simple(kcase_client *client, const char *case_id, int32_t case_id_bytes, char *message,
                            int32_t message_bytes);

/* Reads a case: GET /case/id/{caseId}. KCASE_OK: "case" in the result's JSON is the state of the case, with
 * "canceled" in it. Other outcomes: KCASE_NOT_FOUND (the service itself answers, and its answer holds no such
 * case), KCASE_DENIED (the service answers 403 for an unknown id too), KCASE_FAILED (what answers is not the
 * service: reasons blocked, not_the_service), KCASE_NOT_SENT, KCASE_UNKNOWN and KCASE_INVALID.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client or case_id: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.0.0. */
kcase_result *kcase_status(kcase_client *client, const char *case_id, const char *options_json);

/* Reads a case until it is seen in a state, with waits in between that grow from backoff_base_ms to
 * backoff_max_ms, or until timeout_ms is over. options_json is as for kcase_status(), without intent_key and
 * use_journal, and has to have
 *
 *   until                  "canceled"; "started": its processing has begun, as beginProcessingStamp says; or
 *                          "finished": the service is done with it, because it is complete, adjudicated or
 *                          canceled.
 *
 * KCASE_OK: it was seen so, and "case" in the result's JSON is what was seen. (A case may leave the state
 * again: a complete one when a screening is added or reviewed.) KCASE_ALREADY_CANCELED: it is canceled, and
 * so will not start. KCASE_UNKNOWN: it was not seen so before the end of timeout_ms, or before an interrupt;
 * "case" is what was seen last. KCASE_NOT_SENT: the service was never reached. Otherwise as kcase_status():
 * KCASE_NOT_FOUND, KCASE_DENIED, KCASE_FAILED, KCASE_INVALID. What may pass does not end the call. Between
 * two readings it has no connection.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client, case_id or options_json: KCASE_INVALID.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_await(kcase_client *client, const char *case_id, const char *options_json);

/* Cancels services of a case: POST /case/id/{caseId}/services/cancel. service_ids_json is a JSON array of 1
 * to 64 service ids, none of them twice; each follows the rules of a case id. options_json is as for
 * kcase_cancel(), without intent_key and use_journal (a journal knows such a cancel by the case and the ids),
 * and may have
 *
 *   service_type_id        the type under which the services are read (GET
 *                          /case/id/{caseId}/data/{serviceTypeId}). Default: that of screenings.
 *
 * The services are read first: those that are canceled already are left out of the request. Whether the
 * service carries out a list as a whole or in part is not documented, so that nothing is concluded from one
 * service to another: after a request for several, each is read by itself, and what readings do not settle
 * is KCASE_UNKNOWN. For one service the rules are those of kcase_cancel().
 *
 * "services" in the result's JSON is [{id, outcome, evidence}], in the order of the ids; an outcome is that
 * of the one service: "canceled", "already_canceled", "refused", "unknown" and so on. The outcome of the
 * result is the least certain of them, in the order unknown, failed, denied, not_found, not_sent, refused,
 * canceled, already_canceled. KCASE_REFUSED is never settled here. With "confirm": "never" nothing is read,
 * and the acceptance of several is KCASE_UNKNOWN, as is a 404.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client, case_id or service_ids_json: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_cancel_services(
    kcase_client *client, const char *case_id, const char *service_ids_json, const char *options_json);

/* Cancels one search of an education or employment screening: POST
 * /case/data/id/{caseDataId}/search/id/{searchId}/cancel. No reading shows what became of a search, so that
 * its answers alone must do: what kcase_cancel() would read back is KCASE_UNKNOWN here, and "confirm" does
 * not count. options_json is as for kcase_cancel_services(), without service_type_id. A KCASE_NOT_FOUND is
 * never settled. kcase_result_case_id() is the case_data_id; "search_id" is in the result's JSON.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client, case_data_id or search_id: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_cancel_search(
    kcase_client *client, const char *case_data_id, const char *search_id, const char *options_json);

/* Checks whether the service can be reached and accepts the credentials. Touches no case. Outcomes:
 * KCASE_OK (it answers JSON in which nothing says otherwise), KCASE_DENIED, KCASE_FAILED (it answers with an
 * error, or somebody else answers: reasons blocked, not_the_service), KCASE_NOT_SENT (it cannot be reached;
 * the message says which step failed), KCASE_UNKNOWN (no usable answer) and KCASE_INVALID.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      KCASE_INVALID.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.0.0. */
kcase_result *kcase_check(kcase_client *client);

#define KCASE_PENDING -1 /* The call is not over: it goes on in *rest. */

/* Cancels a case as kcase_cancel() does, and comes back after wait_ms milliseconds even if the call is not
 * over (0: does only what needs no waiting; negative: no limit). For a host that has to look after its
 * signals or other tasks in between. Returns
 *
 *   the outcome            *out is the result, and *rest is NULL. *out is written before the function returns
 *                          and before any cancellation of its thread takes effect: an interpreter that a
 *                          signal interrupts does not lose the result.
 *   KCASE_PENDING          *rest is a batch of one in which the call goes on, and *out is NULL:
 *                          kcase_batch_take() has the result, and kcase_batch_interrupt() ends the call.
 *
 *     kcase_batch *rest = NULL;
 *     kcase_result *result = NULL;
 *     if (kcase_cancel_take(client, case_id, NULL, 50, &rest, &result) == KCASE_PENDING) {
 *         while (kcase_batch_take(rest, 50, &result) == KCASE_BATCH_NONE) ... look after signals
 *         kcase_batch_free(rest);
 *     }
 *
 *   Ownership free *out with kcase_result_free() and *rest with kcase_batch_free(). The client may be freed
 *             before *rest.
 *   NULL      client or case_id: KCASE_INVALID. options_json: no options. rest: no limit. out: KCASE_INVALID,
 *             and nothing is sent.
 *   Threads   any. Fork: safe; *rest belongs to the process that made the call.
 *   Blocking  at most wait_ms, and at most timeout_ms. Since 1.2.0. */
int32_t kcase_cancel_take(kcase_client *client, const char *case_id, const char *options_json,
                          int32_t wait_ms, kcase_batch **rest, kcase_result **out);

/* Reads a case as kcase_status() does, and comes back as kcase_cancel_take() does.
 *
 *   Ownership as of kcase_cancel_take().
 *   NULL      as for kcase_cancel_take().
 *   Threads   any. Fork: safe; *rest belongs to the process that made the call.
 *   Blocking  at most wait_ms, and at most timeout_ms. Since 1.2.0. */
int32_t kcase_status_take(kcase_client *client, const char *case_id, const char *options_json,
                          int32_t wait_ms, kcase_batch **rest, kcase_result **out);

/* Reads a case until it is seen in a state, as kcase_await() does, and comes back as kcase_cancel_take()
 * does.
 *
 *   Ownership as of kcase_cancel_take().
 *   NULL      as for kcase_cancel_take(). options_json: KCASE_INVALID.
 *   Threads   any. Fork: safe; *rest belongs to the process that made the call.
 *   Blocking  at most wait_ms, and at most timeout_ms. Since 1.2.0. */
int32_t kcase_await_take(kcase_client *client, const char *case_id, const char *options_json,
                         int32_t wait_ms, kcase_batch **rest, kcase_result **out);

/* ---------------------------------------------------------------------------------------------
 * Batches
 *
 * A batch cancels many cases side by side on the caller's thread. The caller adds cases and fetches
 * results, in the order in which they are found:
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
 * Each case is treated with the same care as by kcase_cancel(), and its result makes the same claims.
 * Requests share one HTTP/2 connection if the server offers HTTP/2 over TLS. Otherwise they use up to
 * max_connections connections. All of these connections belong to the batch, unless it is a batch of one:
 *
 * A batch of one ("max_in_flight": 1) works on one case after another, and is what a host that must look
 * after its signals makes in place of kcase_cancel(). It uses the connections of the client, as single calls
 * do: they are kept for the next call or batch of one, and max_connections is a limit for all of these
 * together. It has one while a request is under way: do not leave it alone then for long. A request that
 * finds all of them taken waits for one, as long as the case has time. A batch of one whose kcase_batch_fd()
 * was asked for has a connection of its own from then on.
 *
 * Pace: a client begins requests as fast as rate_per_second allows. If requests are being
 * limited (429, a 5xx with Retry-After, a 401 or 403 of a firewall), or if answers take longer and longer,
 * the rate of the whole client is halved. While all goes well it rises again, step by step.
 * kcase_batch_stats() reports it.
 *
 * Threads: any thread may use a batch, but one at a time. A call waits until the one before has returned;
 * only kcase_batch_interrupt() does not wait. All work is done inside kcase_batch_next().
 *
 * Fork: a batch belongs to the process that made it. In a child it is empty, takes no cases and has no
 * descriptor. Freeing it in the child does not affect the parent.
 * ------------------------------------------------------------------------------------------- */

#define KCASE_BATCH_ADDED 1   /* Accepted: its result will come, exactly once. */
#define KCASE_BATCH_FULL 0    /* Not accepted: max_pending cases are pending, or some and memory is lacking.
                               * Fetch a result, add it again. */
#define KCASE_BATCH_CLOSED -1 /* Never accepted: batch is NULL, or belongs to the parent process. */

/* Makes a batch. Sends nothing. The client may be freed before the batch. options_json is a JSON object
 * of at most 64 KiB, or NULL. A text of blanks alone counts as NULL.
 *
 *   max_in_flight          cases in progress at a time. Over HTTP/1.1 the client's max_connections is a limit
 *                          too. 1: over the client's own connections, see above. 1 to 1024; default 64.
 *   max_pending            cases that the batch holds: waiting, in progress, or finished and not yet fetched.
 *                          This limits the memory, whatever the number of cases. 1 to 1000000; default 1024.
 *   http2                  false: HTTP/1.1 only. Default true.
 *
 *   Ownership free the batch with kcase_batch_free(). On failure the function returns NULL and *error is a
 *             result, to be freed with kcase_result_free(): KCASE_INVALID for bad input, KCASE_NOT_SENT if
 *             the machine is out of memory or descriptors. On success *error is NULL.
 *   NULL      client: invalid. options_json: no options. error: no result is given.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.1.0. */
kcase_batch *kcase_batch_new(kcase_client *client, const char *options_json, kcase_result **error);

/* Adds a case. options_json is as for kcase_cancel(); "tag" tells results apart. timeout_ms starts when the
 * work on the case starts, not while it waits. The same id may be added more than once. A case whose input
 * is wrong is accepted too: its result is KCASE_INVALID. Sends nothing. Returns KCASE_BATCH_ADDED,
 * KCASE_BATCH_FULL or KCASE_BATCH_CLOSED.
 *
 *   Ownership none.
 *   NULL      batch: KCASE_BATCH_CLOSED. case_id: the result is KCASE_INVALID. options_json: no options.
 *   Threads   any, one at a time, before and between calls of kcase_batch_next().
 *   Fork      KCASE_BATCH_CLOSED in a child. Blocking: none. Since 1.1.0. */
int32_t kcase_batch_add(kcase_batch *batch, const char *case_id, const char *options_json);

/* Adds a case as kcase_batch_add() does, for hosts whose texts have a length instead of a NUL. The texts are
 * as for kcase_cancel_n().
 *
 *   Ownership none.
 *   NULL      batch: KCASE_BATCH_CLOSED. case_id, a length that is negative, and NULL with another length
 *             than 0: the result is KCASE_INVALID. options_json of length 0: no options.
 *   Threads   any, one at a time, before and between calls of kcase_batch_next().
 *   Fork      KCASE_BATCH_CLOSED in a child. Blocking: none. Since 1.2.0. */
int32_t kcase_batch_add_n(kcase_batch *batch, const char *case_id, int32_t case_id_bytes,
                          const char *options_json, int32_t options_bytes);

/* Adds a case that is to be read, as by kcase_status(). Everything else is as for kcase_batch_add(): a batch
 * holds cancels and readings side by side.
 *
 *   Ownership none.
 *   NULL      batch: KCASE_BATCH_CLOSED. case_id: the result is KCASE_INVALID. options_json: no options.
 *   Threads   any, one at a time, before and between calls of kcase_batch_next().
 *   Fork      KCASE_BATCH_CLOSED in a child. Blocking: none. Since 1.2.0. */
int32_t kcase_batch_add_status(kcase_batch *batch, const char *case_id, const char *options_json);

/* Adds a case that is to be awaited, as by kcase_await(). Everything else is as for kcase_batch_add(). It is
 * in progress until it was seen, or its time is over: max_in_flight is how many are watched at a time.
 *
 *   Ownership none.
 *   NULL      batch: KCASE_BATCH_CLOSED. case_id or options_json: the result is KCASE_INVALID.
 *   Threads   any, one at a time, before and between calls of kcase_batch_next().
 *   Fork      KCASE_BATCH_CLOSED in a child. Blocking: none. Since 1.2.0. */
int32_t kcase_batch_add_await(kcase_batch *batch, const char *case_id, const char *options_json);

/* Works on the batch until there is a result, and returns it. Returns NULL if there was none within
 * timeout_ms milliseconds (0: do only what needs no waiting; negative: no limit), or if nothing is pending.
 *
 *   Ownership free the result with kcase_result_free().
 *   NULL      returns NULL.
 *   Threads   any, one at a time.
 *   Fork      returns NULL in a child. Blocking: at most timeout_ms. Since 1.1.0. */
kcase_result *kcase_batch_next(kcase_batch *batch, int32_t timeout_ms);

#define KCASE_BATCH_TAKEN 1 /* *out is a result. */
#define KCASE_BATCH_NONE 0  /* There was no result within the time, or nothing is pending. */

/* Works on the batch until there is a result, and puts it into *out, before the function returns and before
 * any cancellation of its thread takes effect: whoever looks at *out finds it. For a host that may stop
 * between a call and what it does with the call's value, because of a signal or an exception. timeout_ms is
 * as for kcase_batch_next(). *out is NULL unless the function returns KCASE_BATCH_TAKEN. KCASE_BATCH_CLOSED
 * means that no result will ever come.
 *
 *   Ownership free the result with kcase_result_free().
 *   NULL      batch or out: KCASE_BATCH_CLOSED, and no result is taken.
 *   Threads   any, one at a time.
 *   Fork      KCASE_BATCH_CLOSED in a child. Blocking: at most timeout_ms. Since 1.2.0. */
int32_t kcase_batch_take(kcase_batch *batch, int32_t timeout_ms, kcase_result **out);

/* How many cases were added and their results not yet fetched.
 *
 *   Ownership none.
 *   NULL      0.
 *   Threads   any, one at a time. Fork: 0 in a child. Blocking: none. Since 1.1.0. */
int64_t kcase_batch_pending(const kcase_batch *batch);

/* A descriptor for select, poll, epoll and every event loop. Poll it for reading only, level-triggered.
 * When it is readable, call kcase_batch_next(batch, 0) until it returns NULL. After that it is not readable
 * until there is something to do again: data, the end of a wait, a case that was added. Sometimes it is
 * readable although there is nothing to do. Never read from it, write to it or close it.
 *
 *   Ownership belongs to the batch, and stays the same until the batch is freed. -1 if none is available.
 *   NULL      -1.
 *   Threads   any, one at a time. Fork: -1 in a child. Blocking: none. Since 1.1.0. */
int32_t kcase_batch_fd(kcase_batch *batch);

/* Ends every case that is pending. Cases in progress end with what is known then: KCASE_NOT_SENT or
 * KCASE_UNKNOWN, if nothing is settled yet. Cases that wait end with KCASE_NOT_SENT. All results can still
 * be fetched. Cases that are added later are not affected.
 *
 *   Ownership none.
 *   NULL      does nothing.
 *   Threads   any, and from a signal handler.
 *   Fork      does nothing in a child. Blocking: none. Since 1.1.0. */
void kcase_batch_interrupt(kcase_batch *batch);

/* The progress of the batch, as a JSON object (schema: bindings/schema/stats.schema.json):
 *
 *   added, waiting, in_flight, ready (to be fetched), fetched    numbers of cases
 *   outcomes         {name: number of results, fetched or ready}, every name that occurred
 *   requests         HTTP requests; retries: cancel requests sent again; readings: cases read
 *   slowdowns        how often the pace was cut
 *   connections      made so far; http_version: "2", "1.1", or null before the first answer
 *   rate_limit       requests per second that are allowed now, or null: no limit
 *   cases_per_second recent results per second
 *   elapsed_ms       since the first case was added
 *   eta_ms           until all cases that were added are finished, at that speed; null if not known
 *
 *   Ownership belongs to the batch. Valid until the next call of this function for the batch, or until the
 *             batch is freed.
 *   NULL      "{}". NULL is never returned.
 *   Threads   any, one at a time. Fork: "{}" in a child. Blocking: none. Since 1.1.0. */
const char *kcase_batch_stats(kcase_batch *batch);

/* Frees a batch. Stops what is in progress, and its results are lost. To learn what became of each case,
 * interrupt the batch and fetch the results first.
 *
 *   Ownership the batch must not be used any more.
 *   NULL      does nothing.
 *   Threads   any, once, after the last call that uses the batch has returned.
 *   Fork      safe: the parent's batch is not affected.
 *   Blocking  none; with a journal, for the disk and for other processes' transactions. Since 1.1.0. */
void kcase_batch_free(kcase_batch *batch);

/* ---------------------------------------------------------------------------------------------
 * Journal
 *
 * With "journal" in its configuration a client writes down each cancel before its request leaves (an intent),
 * and the outcome, with its evidence and its attempts, before the caller has the result. Both are on the disk
 * then: whatever happens to the process or the machine, the file tells which cancels were asked for, and what
 * came of each. If the intent cannot be written, nothing is sent: KCASE_NOT_SENT, reason journal (or
 * out_of_memory). If the outcome cannot be written, the result tells it all the same, with "journaled": false
 * and "journal_error", and the intent stays unfinished.
 *
 * Any number of clients, threads and processes of one machine may use one file. A case that is canceled by
 * one of them is not canceled by a second at the same time: that call waits, and ends with
 * KCASE_ALREADY_CANCELED, evidence "journal", if the first found the case canceled, and with KCASE_UNKNOWN,
 * reason in_progress, if its time is over before. An intent whose process has ended is taken over by the next
 * call for the same case, or by kcase_resume().
 *
 * Cancels of services and of searches are kept as well; other services of a case are another wish.
 *
 * Calls wait for the disk and for each other's transactions, beside timeout_ms: as a rule for milliseconds.
 * If others keep the file, an intent waits until timeout_ms is over, and an outcome for 30 s; an interrupt
 * ends the one wait at once, and the other in a second.
 * The file is readable by its owner alone and holds case ids, tags and intent keys as they were given, what
 * the service answered in words, and no token. docs/journal.md describes it.
 * ------------------------------------------------------------------------------------------- */

/* Makes a batch of the intents in the client's journal that are unfinished and whose process has ended, for
 * the client's service. Each case is read before anything is sent: it is KCASE_ALREADY_CANCELED if it is
 * canceled. Two such batches at a time share the cases. kcase_batch_pending() counts what is left as one case
 * for as long as there may be more. options_json is NULL or a JSON object of at most 64 KiB, with the members
 * of kcase_batch_new() and:
 *
 *   mode                   "finish": a case that is not canceled is canceled. "verify": no cancel request is
 *                          sent; a case that is not canceled is KCASE_OK, and its intent stays unfinished.
 *                          Default "finish".
 *
 * An intent stays unfinished, too, if nothing was sent or the credentials were refused. Of what
 * kcase_cancel_services() began, the services are read before anything is sent; what kcase_cancel_search()
 * began cannot be read, and is sent again. Neither can be verified: it is KCASE_UNKNOWN then, reason
 * unconfirmed, and its intent stays unfinished.
 *
 *   Ownership free the batch with kcase_batch_free(). On failure the function returns NULL and *error is a
 *             result, to be freed with kcase_result_free(): KCASE_INVALID for bad input, for a client without
 *             a journal, and if the journal cannot be read; KCASE_NOT_SENT if the machine is out of memory or
 *             descriptors. On success *error is NULL.
 *   NULL      client: invalid. options_json: no options. error: no result is given.
 *   Threads   any. Fork: safe. Blocking: for the disk. Since 1.2.0. */
kcase_batch *kcase_resume(kcase_client *client, const char *options_json, kcase_result **error);

/* What a journal has, the oldest first. filter_json is NULL or a JSON object of at most 64 KiB:
 *
 *   case_id, tag           intents for this case (its ASCII letters in any case), or with this tag. 1 to 256
 *                          bytes.
 *   outcome                the name of an outcome, or "unfinished".
 *   since, until           when the intent began: from the one time on, and before the other, as
 *                          "2026-11-23T15:04:05Z" or "2026-11-23".
 *   limit                  how many records at most. 1 to 1000; default 100.
 *   after                  "next" of the page before.
 *
 * KCASE_OK: "records" in the result's JSON is an array of them, and "next" is what the next page begins
 * after, or null. A record has id, case_id, part (null: the whole case; or an object with service_ids and
 * service_type_id, or with search_id, whose case_id is the case_data_id), service, intent_key, tag, at,
 * epoch, state ("finished", "in_progress": its process works on it, or "unfinished"), outcome, settled,
 * finished_at and result: what the outcome rests on.
 * KCASE_FAILED, reason journal: the file is not there, or cannot be read.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      journal: KCASE_INVALID. filter_json: everything.
 *   Threads   any. Fork: safe. Blocking: for the disk. Since 1.2.0. */
kcase_result *kcase_history(const char *journal, const char *filter_json);

/* The head of a journal's trail: "head" in the result's JSON has count, the number of entries ever written;
 * hash, SHA-256 over all of them, in hexadecimal digits; and at, the time. Kept where those who can write the
 * journal cannot, it shows later whether the journal was changed. KCASE_OK, or KCASE_FAILED, reason journal.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      KCASE_INVALID.
 *   Threads   any. Fork: safe. Blocking: for the disk. Since 1.2.0. */
kcase_result *kcase_journal_head(const char *journal);

/* Looks at every entry of a journal. expected_head_json is NULL or a "head" that kcase_journal_head() gave.
 *
 * KCASE_OK: the entries are those that were written, up to the head that was given; and each later one fits
 * the one before. KCASE_FAILED, reason journal: they are not, or the file cannot be read. "verification" in
 * the result's JSON has intact, first and last (entries), expected_head ("matches", "differs", "missing",
 * "pruned" or null), anchored_to (up to which entry the head that was given holds), findings, each with from,
 * to and what ("altered", "missing", "cut_off", "rewritten", "index_differs"), more_findings, and
 * not_detected: what this cannot have found. "head" is the present one.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      journal: KCASE_INVALID. expected_head_json: no head.
 *   Threads   any. Fork: safe. Blocking: for the disk. Since 1.2.0. */
kcase_result *kcase_journal_verify(const char *journal, const char *expected_head_json);

/* Removes the oldest entries of a journal: all before the first intent that is unfinished, or was finished at
 * the given time or later. What stays can still be verified; heads from before what was removed no longer say
 * anything. options_json is a JSON object of at most 4 KiB:
 *
 *   before                 the time, as "2026-11-23T15:04:05Z" or "2026-11-23". Required.
 *
 * KCASE_OK: "pruned" in the result's JSON is the number of entries that were removed, and "head" the new
 * head. KCASE_FAILED, reason journal: the file is not there, or cannot be written.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      KCASE_INVALID.
 *   Threads   any. Fork: safe. Blocking: for the disk. Since 1.2.0. */
kcase_result *kcase_journal_prune(const char *journal, const char *options_json);

/* ---------------------------------------------------------------------------------------------
 * Lists: cases that are found by what the host knows of them
 *
 * The service has no search. It gives all cases of the token's group in one answer, of whatever length. The
 * library reads that answer as it comes, keeps the cases that are meant, and needs a few megabytes however
 * long it is. filter_json is NULL (every case that is not archived) or a JSON object of at most 64 KiB. A
 * case is meant if it meets every criterion that is given:
 *
 *   api_tracking_code      the text that the case was ordered with, byte by byte. 1 to 1024 bytes.
 *   api_tracking_user      the same of that text. 1 to 1024 bytes.
 *   candidate_email        the candidate's address, but for the letter case of A to Z. What follows a plus
 *                          sign counts. 1 to 1024 bytes.
 *   invitation_email       the same of the address that the invitation went to. 1 to 1024 bytes.
 *   case_status            "Pending", "Blocked", "Complete" or "Adjudicated".
 *   secondary_status       "Waiting for Authorization", "Authorization in Progress", "Waiting for Parental
 *                          Consent", "Verifying Candidate Input", "Reviewing Order", "Consider", "Canceled",
 *                          or "none" for a case without one.
 *   result                 "Open", "Placed", "Pre-Adverse Action", "Dispute Adverse Action" or "Adverse
 *                          Action".
 *   ordered_before         a moment like "2026-01-05T09:00:00Z", or the beginning of a day in UTC like
 *                          "2026-01-05": the case was ordered earlier.
 *   ordered_after          the same: the case was ordered at that moment or later.
 *   cancelable             "likely": nothing that the service says of the case speaks against canceling it.
 *                          It is not canceled, complete or adjudicated, its screenings have not begun, and no
 *                          adverse action has. Only the service knows; to learn it, cancel the case.
 *
 * and how it is looked for:
 *
 *   archived               true: archived cases are looked at, too. Default false.
 *   limit                  how many cases a result holds. 1 to 10000; default 1000.
 *   personal_data          true: a case has the candidate's names and e-mail addresses, too. Default false.
 *   max_response_bytes     a list larger than this counts as no list. 1024 to 1099511627776;
 *                          default 1073741824 (1 GiB).
 *   timeout_ms, max_attempts, tag, headers    as for kcase_cancel().
 *
 * A criterion that is empty, blank or null is refused, and never means every case.
 * ------------------------------------------------------------------------------------------- */

/* Finds cases: GET /case/list, or /case/list/all with "archived". KCASE_OK: the list came whole and each of
 * its cases could be read. The result's JSON has
 *
 *   cases      what is meant: for each case its id, its state and its stamps, as in "case" of kcase_status();
 *   listing    {seen: the cases of the list; found: how many are meant; truncated: whether they are more than
 *              "cases" holds}.
 *
 * No case found is KCASE_OK with "found": 0. A list that is cut short, too long, or not to be read in every
 * case is KCASE_UNKNOWN. Other outcomes are those of kcase_check().
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client: KCASE_INVALID. filter_json: every case that is not archived.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_list(kcase_client *client, const char *filter_json);

/* The cases of a list, one after another, for as many as there are:
 *
 *     kcase_listing *listing = kcase_listing_new(client, "{\"cancelable\": \"likely\"}", &error);
 *     kcase_result *result = NULL;
 *     int32_t found;
 *     while ((found = kcase_listing_next(listing, -1, &result)) == KCASE_LISTING_CASE) {
 *         ...
 *         kcase_result_free(result);
 *     }
 *     if (kcase_result_outcome(result) != KCASE_OK) ... the list was not read to its end
 *     kcase_result_free(result);
 *     kcase_listing_free(listing);
 *
 * A case is handed out while the rest of the list still comes. As long as nobody takes the cases that were
 * found, the list is not read on, so the memory is bounded. The server may not wait for ever, though. */
typedef struct kcase_listing kcase_listing;

#define KCASE_LISTING_CASE 1  /* *out is a case. */
#define KCASE_LISTING_NONE 0  /* None was found within the time. */
#define KCASE_LISTING_OVER -1 /* The list is over: *out says whether it was read to its end. */

/* Begins a listing. Sends nothing yet. filter_json is as for kcase_list(), but: limit means nothing, the list
 * is asked for once whatever max_attempts is, and timeout_ms is the time for the whole listing, what the host
 * takes between two calls included; default 3600000, an hour.
 *
 *   Ownership free the listing with kcase_listing_free(). On failure the function returns NULL and *error is
 *             a result, to be freed with kcase_result_free(): KCASE_INVALID for bad input, KCASE_NOT_SENT if
 *             the machine is out of memory or descriptors. On success *error is NULL. The client may be freed
 *             before the listing.
 *   NULL      client: invalid. filter_json: every case that is not archived. error: no result is given.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.2.0. */
kcase_listing *kcase_listing_new(kcase_client *client, const char *filter_json, kcase_result **error);

/* Works on the list until a case is found, for timeout_ms milliseconds at most (0: do only what needs no
 * waiting; negative: no limit). Returns
 *
 *   KCASE_LISTING_CASE     *out is a case: KCASE_OK, with the case's id and "case" in its JSON.
 *   KCASE_LISTING_NONE     *out is NULL: none was found within the time.
 *   KCASE_LISTING_OVER     *out is the listing's result, with the outcomes of kcase_list() and without
 *                          "cases": only KCASE_OK means that no case was left out. After that, *out is NULL.
 *
 * *out is written before the function returns, so that an interpreter that a signal interrupts does not lose
 * the result. kcase_client_interrupt() ends a listing.
 *
 *   Ownership free *out with kcase_result_free().
 *   NULL      listing, out: KCASE_LISTING_OVER.
 *   Threads   any, one at a time.
 *   Fork      KCASE_LISTING_OVER in a child. Blocking: at most timeout_ms. Since 1.2.0. */
int32_t kcase_listing_next(kcase_listing *listing, int32_t timeout_ms, kcase_result **out);

/* Frees a listing, wherever it is. Cases that were handed out stay valid.
 *
 *   Ownership the listing must not be used any more.
 *   NULL      does nothing.
 *   Threads   any, once, after the last call that uses the listing has returned.
 *   Fork      safe: the parent's listing is not affected. Blocking: none. Since 1.2.0. */
void kcase_listing_free(kcase_listing *listing);

/* Finds a case by what the host knows of it, and cancels it. filter_json is a JSON object of at most 64 KiB
 * with just one of api_tracking_code, api_tracking_user, candidate_email and invitation_email, as for
 * kcase_list(); and
 *
 *   archived               true: archived cases are looked at, too. Default false.
 *   all                    true: all cases that are found are canceled, if they are as many as expected.
 *                          Default false: only one is, if there is only one.
 *   expected               with all: how many. 1 to 1000.
 *   max_response_bytes     as for kcase_list().
 *
 * A case that was found is read by its id before it is canceled, and has to show the same again; so has every
 * reading that a claim rests on. Outcomes are those of kcase_cancel() for the case that was found, with its
 * id, and besides:
 *
 *   KCASE_NOT_FOUND   the list came whole and holds no such case. Not settled: one may be on its way into it.
 *   KCASE_REFUSED     reason ambiguous: more cases were found than one, or not as many as expected. "cases"
 *                     are those that were found, as from kcase_list(). None was canceled.
 *   KCASE_NOT_SENT    also if the list did not come whole, or the case does not show the same by its id.
 *
 * "cases" in the result's JSON says for each case that was tried: id, outcome, settled, retriable, reason,
 * message. With "all" the outcome is what holds for all of them: KCASE_CANCELED also if some were canceled
 * before; KCASE_UNKNOWN, reason partial, if they differ. They are canceled one after another, and not
 * together or not at all.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      client or filter_json: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: at most timeout_ms. Since 1.2.0. */
kcase_result *kcase_cancel_found(kcase_client *client, const char *filter_json, const char *options_json);

/* ---------------------------------------------------------------------------------------------
 * Webhooks: messages that the service posts to the host
 * ------------------------------------------------------------------------------------------- */

/* Finds out whether a webhook's message is genuine, and what it says. Sends nothing, and needs no client.
 *
 * body is the request's body, byte by byte as it came: at most 4 MiB. headers_json is a JSON object of the
 * request's headers, {"name": "value"}, of at most 256 KiB; the letter case of names does not count, and what
 * came more than once is an array of values. All of them may be given.
 *
 * secrets_json is a JSON object of at most 64 KiB with what the message must prove. Everything that is given
 * is demanded, and null is refused:
 *
 *   signing_secrets        1 to 16 texts like "whsec_...", each the base64 of 24 to 64 bytes: the message has
 *                          a signature by one of them (webhook-id, webhook-timestamp, webhook-signature).
 *   username, password     the message carries both, in its Authorization header (Basic) or in its body. 1 to
 *                          1024 bytes each.
 *
 * options_json is NULL or a JSON object of at most 64 KiB:
 *
 *   tolerance_s            seconds between webhook-timestamp and the time at which the message was received,
 *                          either way. 1 to 86400; default 300.
 *   received_at            that time, in seconds since 1970, if the message waited in a queue. Default: now.
 *   tag                    text that is returned unchanged in the result's JSON. 1 to 256 bytes.
 *
 * Outcomes:
 *
 *   KCASE_OK       the message is genuine. "event" in the result's JSON is what it says:
 *                  id (the same for every delivery of a message: keep it, to know a message again), type,
 *                  timestamp (seconds since 1970, or null), case_id, means_canceled (true, false, or
 *                  "unknown"), and state: what it tells of the case or of the screening. Nothing in it
 *                  names a person. Messages come late, twice and in any order: read the case for its
 *                  present state.
 *   KCASE_DENIED   it is not proven to be genuine: reasons signature, timestamp, credentials.
 *   KCASE_INVALID  an argument is wrong.
 *   KCASE_UNKNOWN  the machine has no libcrypto.so.3 to compute the signature with.
 *
 * Neither secrets nor signatures appear in the result.
 *
 *   Ownership free the result with kcase_result_free(). It is never NULL.
 *   NULL      body, headers_json or secrets_json: KCASE_INVALID. options_json: no options.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.2.0. */
kcase_result *kcase_webhook_parse(const char *body, int32_t body_bytes, const char *headers_json,
    const char *secrets_json, const char *options_json);

/* ---------------------------------------------------------------------------------------------
 * Results
 *
 * A NULL result reads as KCASE_UNKNOWN, with empty text ("{}" for the JSON) and 0 for every number.
 * ------------------------------------------------------------------------------------------- */

/* The outcome: one of the KCASE_ constants above.
 *
 *   Ownership none.
 *   NULL      KCASE_UNKNOWN.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
int32_t kcase_result_outcome(const kcase_result *result);

/* The name of an outcome, "already_canceled" for 2; "unrecognized" for a number that is no outcome.
 *
 *   Ownership belongs to the library and is valid as long as the process.
 *   NULL      no parameter that can be NULL. NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_outcome_name(int32_t outcome);

/* The outcomes, to list them: kcase_outcome_at(0), kcase_outcome_at(1) and so on, in the order of their
 * numbers. -1 for an index beyond the last, and for a negative one.
 *
 *   Ownership none.
 *   NULL      no parameter that can be NULL.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.2.0. */
int32_t kcase_outcome_at(int32_t index);

/* The HTTP status of the answer to the last cancel request, reading or check of the call; or, if the
 * library could not obtain a token, to the request for one. 0 if that request had no whole answer or was
 * never sent. A reading that settled a cancel is in the JSON's "attempts".
 *
 *   Ownership none.
 *   NULL      0.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
int32_t kcase_result_http_status(const kcase_result *result);

/* 1 if the matter is closed: calling again with the same input finds the same, unless somebody changes the
 * case. It does not follow from the outcome alone:
 *
 *   always    KCASE_OK, KCASE_ALREADY_CANCELED, KCASE_INVALID.
 *   usually   KCASE_CANCELED: not if all there is is a success that says that the work is not done yet (202,
 *             with "confirm": "never"). KCASE_NOT_FOUND of a cancel: not if the case was not read back.
 *   seldom    KCASE_REFUSED: if the service says in a 422 that the case has already started, and the case was
 *             read back.
 *   never     KCASE_DENIED, KCASE_FAILED, KCASE_NOT_SENT, KCASE_UNKNOWN: the case still has to be canceled or
 *             looked at.
 *
 *   Ownership none.
 *   NULL      0.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
int32_t kcase_result_is_settled(const kcase_result *result);

/* 1 if the same call may well succeed later (no connection, a busy or faulty server, an interrupt).
 * Repeating it is safe then. 0 otherwise.
 *
 *   Ownership none.
 *   NULL      0.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
int32_t kcase_result_is_retriable(const kcase_result *result);

/* The case id that was given to the call; "" for kcase_check, and for NULL. An id that was refused is given
 * back to find its row again: its first 256 bytes, then an ellipsis; what cannot be seen in it as \u{200B};
 * U+FFFD for what is not UTF-8; *** for a secret of the client's.
 *
 *   Ownership belongs to the result and is valid until the result is freed.
 *   NULL      "". NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_result_case_id(const kcase_result *result);

/* One sentence for people: the server's own words if its answer decided, otherwise the library's.
 *
 *   Ownership belongs to the result and is valid until the result is freed.
 *   NULL      "". NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_result_message(const kcase_result *result);

/* Everything that the result has, as one JSON object (schema: bindings/schema/result.schema.json):
 *
 *   case_id, outcome (its name), settled, retriable, http_status, reason (a stable word for programs),
 *   message, error (the label that the server or the transport gave), evidence (what the claim rests on:
 *   "response", "read_back" or "none"), environment, tag, elapsed_ms, retry_after_ms (how long the last
 *   answer asked to wait before the call is repeated, counted from that answer; only of a call that is
 *   retriable; since 1.2.0);
 *   attempts: [{request, at, duration_ms, sent, http_status, error, request_ids}], one for each HTTP
 *   request that was begun, in order; "sent" says whether any of it can have left this machine;
 *   case: what was read of the case, or null;
 *   cases, listing (of kcase_list and kcase_cancel_found), event (of kcase_webhook_parse). Since 1.2.0.
 *
 * Members that do not apply are null.
 *
 *   Ownership belongs to the result and is valid until the result is freed. "{}" where memory is lacking; a
 *             later call may have the text.
 *   NULL      "{}". NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.0.0. */
const char *kcase_result_json(const kcase_result *result);

/* One member of the result's JSON as text, for hosts that would rather not parse it: "reason", "tag",
 * "case.caseStatus", "attempts.0.request". Names of members and places in lists, from 0 on, are joined by
 * dots. A string is its characters, a number is decimal, a truth value is "true" or "false", null is "".
 * "attempts" is the number of attempts. Every other list or object is its JSON.
 *
 * "" if there is no such member, or if memory is lacking. Then the function may succeed later.
 *
 *   Ownership belongs to the result and is valid until the result is freed.
 *   NULL      "". NULL is never returned.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.2.0. */
const char *kcase_result_text(const kcase_result *result, const char *member);

/* The same, written into the memory that is given: UTF-8 without a NUL, cut between two characters if there
 * is no more room, and filled up with blanks. Returns the length of the whole text in bytes; -1, with a field
 * of blanks, if there is no such member or if memory is lacking.
 *
 *   Ownership none. Nothing is kept with the result.
 *   NULL      result: a field of blanks, and 0. member: a field of blanks, and -1. field, or a length of it
 *             that is not positive: nothing is written.
 *   Threads   any. Fork: safe. Blocking: none. Since 1.2.0. */
int32_t kcase_result_copy(const kcase_result *result, const char *member, char *field, int32_t field_bytes);

/* Frees a result.
 *
 *   Ownership the result and the text that belongs to it must not be used any more.
 *   NULL      does nothing.
 *   Threads   any, once, after the last call that uses the result has returned.
 *   Fork      safe. Blocking: none. Since 1.0.0. */
void kcase_result_free(kcase_result *result);

#ifdef __cplusplus
}
#endif

#endif /* KCASE_H */
