/* Whole sequences of odd answers over kept connections, from a seed: the host must live, and under memcheck
 * no freed memory may be read. `make fuzz-answers` runs it; arguments: the seed and for how many seconds. */
#include <kcase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raw_server.h"
#include "text.h"

#define CASE_ID "00000000-0000-4000-8000-000000000001"

/* Pieces of answers, whole and broken: each answer is some of them, and then bytes are changed. */
static const char *const pieces[] = {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 404 No\r\n", "HTTP/1.1 503 Later\r\n",
    "HTTP/1.1 103 Hints\r\n\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 204 None\r\n\r\n", " folded: 1\r\n",
    "\tfolded\r\n", "X-Request-Id: 7\r\n", "X-Request-Id:\r\n", ": none\r\n", "Content-Length: 2\r\n",
    "Content-Length: 0\r\n\r\n", "Content-Length: -1\r\n", "Content-Encoding: gzip\r\n",
    "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Retry-After: 0\r\n", "Set-Cookie: a=b\r\n",
    "Content-Type: text/plain\r\n", "\r\n", "{}", "2\r\n{}\r\n0\r\n", "0\r\nX-Trailer: 1\r\n\r\n",
    "0\r\n fold\r\n\r\n",
    "{\"message\": \"no\", \"statusCode\": 404}", "\r\n\r\n"};
enum { piece_count = sizeof pieces / sizeof pieces[0] };

static uint64_t state;

static unsigned chance(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static void answer_oddly(raw_peer *peer, const raw_request *request, void *context)
{
    (void)request;
    (void)context;
    text_buffer text = {0};
    text_add(&text, pieces[chance(5)]);
    for (unsigned left = chance(8); left > 0; left--) text_add(&text, pieces[chance(piece_count)]);
    if (chance(2) == 0) text_add(&text, "Content-Length: 0\r\n\r\n");
    if (chance(4) == 0) text.bytes[chance((unsigned)text.count)] = (char)chance(256);
    raw_send(peer, text.bytes, text.count);
    text_free(&text);
    if (chance(6) == 0) raw_hang_up(peer);
}

int main(int count, char **arguments)
{
    if (count != 3) return 2;
    long seed = atol(arguments[1]);
    int64_t until = clock_ms() + 1000 * (int64_t)atol(arguments[2]);
    long calls = 0;
    for (; clock_ms() < until; seed++) {
        state = (uint64_t)seed;
        raw_server *server = raw_start(answer_oddly, NULL);
        char *config = text_format("{\"base_url\": \"http://127.0.0.1:%d\", \"token\": \"t\","
                                   " \"timeout_ms\": 200, \"max_attempts\": 2, \"backoff_base_ms\": 1}",
            raw_port(server));
        kcase_client *client = kcase_client_new(config, NULL);
        for (int number = 0; number < 40; number++, calls++) {
            kcase_result *result =
                number % 2 == 0 ? kcase_cancel(client, CASE_ID, NULL) : kcase_status(client, CASE_ID, NULL);
            if (kcase_result_json(result)[0] != '{') return 1;
            kcase_result_free(result);
        }
        kcase_client_free(client);
        raw_stop(server);
        free(config);
    }
    printf("%ld calls, up to seed %ld\n", calls, seed);
    return 0;
}
