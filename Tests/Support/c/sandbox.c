#include "sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "text.h"

static const int64_t start_ms_max = 20000;
static const int64_t stop_ms_max = 5000;
static const int control_seconds_max = 20;

char *sandbox_case(int number) { return text_format("10000000-0000-4000-8000-%012d", number); }

/* The first line that arrives, or what came of it in the time. */
static void read_line(int descriptor, char *line, size_t room)
{
    int64_t until = clock_ms() + start_ms_max;
    size_t count = 0;
    line[0] = '\0';
    while (count + 1 < room && strchr(line, '\n') == NULL) {
        struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
        int64_t left = until - clock_ms();
        if (left <= 0 || poll(&waiting, 1, (int)left) <= 0) return;
        ssize_t got = read(descriptor, line + count, room - 1 - count);
        if (got <= 0) return;
        count += (size_t)got;
        line[count] = '\0';
    }
}

static void become(const char *program, const char *const arguments[], int output)
{
    const char *all[32] = {program, "--port", "0"};
    for (size_t index = 0; arguments != NULL && arguments[index] != NULL && index < 28; index++) {
        all[3 + index] = arguments[index];
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(output, STDOUT_FILENO);
    execv(program, (char *const *)all);
    perror(program);
    _exit(127);
}

sandbox sandbox_start(const char *const arguments[])
{
    const char *program = getenv("KCASE_SANDBOX");
    if (program == NULL) fail_msg("KCASE_SANDBOX must name the sandbox's program");
    int ends[2];
    assert_return_code(pipe(ends), errno);
    pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid == 0) become(program, arguments, ends[1]);
    close(ends[1]);
    char line[256];
    read_line(ends[0], line, sizeof line);
    close(ends[0]);
    sandbox box = {.pid = pid, .port = 0};
    if (sscanf(line, "listening on http://127.0.0.1:%d", &box.port) != 1) {
        sandbox_stop(&box);
        fail_msg("the sandbox did not start: \"%s\"", line);
    }
    return box;
}

void sandbox_stop(sandbox *box)
{
    if (box->pid <= 0) return;
    kill(box->pid, SIGTERM);
    int64_t until = clock_ms() + stop_ms_max;
    while (waitpid(box->pid, NULL, WNOHANG) == 0) {
        if (clock_ms() > until) kill(box->pid, SIGKILL);
        sleep_ms(5);
    }
    box->pid = 0;
}

/* One request on a connection of its own, without the library under test or any of its parts. */
static char *exchange(int port, const char *method, const char *path, const char *body)
{
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(descriptor, errno);
    struct timeval limit = {.tv_sec = control_seconds_max};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_return_code(connect(descriptor, (struct sockaddr *)&address, sizeof address), errno);
    char *request = text_format(
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\n\r\n%s",
        method, path, strlen(body), body);
    assert_int_equal(send(descriptor, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    free(request);
    text_buffer answer = {0};
    char piece[4096];
    ssize_t got;
    while ((got = recv(descriptor, piece, sizeof piece, 0)) > 0) text_append(&answer, piece, (size_t)got);
    close(descriptor);
    text_append(&answer, "", 0);
    return answer.bytes;
}

/* The answer's body, which must be there with a 2xx. */
static json_t *control(const sandbox *box, const char *method, const char *path, const char *body)
{
    char *answer = exchange(box->port, method, path, body);
    if (strncmp(answer, "HTTP/1.1 2", 10) != 0) fail_msg("%s %s: %s", method, path, answer);
    const char *content = strstr(answer, "\r\n\r\n");
    json_t *json = content == NULL ? NULL : json_loads(content + 4, 0, NULL);
    free(answer);
    return json;
}

void sandbox_reset(const sandbox *box) { json_decref(control(box, "POST", "/sandbox/reset", "")); }

void sandbox_fault(const sandbox *box, const char *rules_json)
{
    json_decref(control(box, "POST", "/sandbox/faults", rules_json));
}

void sandbox_clear_faults(const sandbox *box) { json_decref(control(box, "DELETE", "/sandbox/faults", "")); }

void sandbox_revoke_tokens(const sandbox *box)
{
    json_decref(control(box, "POST", "/sandbox/tokens/revoke", ""));
}

static long number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value)) fail_msg("the ledger has no number \"%s\"", key);
    return (long)json_integer_value(value);
}

ledger_row sandbox_ledger(const sandbox *box, const char *case_id)
{
    char *path = text_format("/sandbox/ledger/%s", case_id);
    json_t *json = control(box, "GET", path, "");
    free(path);
    assert_non_null(json);
    ledger_row row = {
        .known = json_is_true(json_object_get(json, "known")),
        .canceled = json_is_true(json_object_get(json, "canceled")),
        .cancel_requests = number(json, "cancel_requests"),
        .cancels_applied = number(json, "cancels_applied"),
        .cancels_at_work = number(json, "cancels_at_work"),
        .reads = number(json, "reads"),
    };
    json_decref(json);
    return row;
}

/* The element of an array that has this member. */
static const json_t *find(const json_t *array, const char *key, const char *value)
{
    size_t index;
    const json_t *element;
    json_array_foreach(array, index, element) {
        const char *found = json_string_value(json_object_get(element, key));
        if (found != NULL && strcmp(found, value) == 0) return element;
    }
    fail_msg("nothing has \"%s\": \"%s\"", key, value);
    return NULL;
}

service_row sandbox_service(const sandbox *box, const char *case_id, const char *service_id)
{
    char *path = text_format("/sandbox/services/%s", case_id);
    json_t *json = control(box, "GET", path, "");
    free(path);
    const json_t *service = find(json_object_get(json, "services"), "id", service_id);
    service_row row = {
        .canceled = json_is_true(json_object_get(service, "canceled")),
        .cancels_applied = number(service, "cancels_applied"),
        .cancel_requests = number(json, "cancel_requests"),
        .reads = number(json, "reads"),
    };
    json_decref(json);
    return row;
}

bool sandbox_search_canceled(const sandbox *box, const char *case_data_id, const char *search_id)
{
    char *path = text_format("/sandbox/services/%.36s", case_data_id);
    json_t *json = control(box, "GET", path, "");
    free(path);
    const json_t *service = find(json_object_get(json, "services"), "case_data_id", case_data_id);
    const json_t *search = find(json_object_get(service, "searches"), "id", search_id);
    bool is_canceled = json_is_true(json_object_get(search, "canceled"));
    json_decref(json);
    return is_canceled;
}

ledger_totals sandbox_totals(const sandbox *box)
{
    json_t *json = control(box, "GET", "/sandbox/ledger?limit=0", "");
    const json_t *totals = json_object_get(json, "totals");
    ledger_totals all = {
        .requests = number(totals, "requests"),
        .auth_requests = number(totals, "auth_requests"),
        .cancel_requests = number(totals, "cancel_requests"),
        .cancels_applied = number(totals, "cancels_applied"),
    };
    json_decref(json);
    return all;
}
