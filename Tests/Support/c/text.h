/* Small texts: made, compared, looked into. */
#ifndef KCASE_TEST_TEXT_H
#define KCASE_TEST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A formatted text in memory from malloc. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `count` times the piece, in memory from malloc. */
char *text_repeat(const char *piece, size_t count);

/* A text that grows; all zero at the start. */
typedef struct {
    char *bytes;
    size_t count;
} text_buffer;

void text_append(text_buffer *buffer, const void *bytes, size_t count);
void text_add(text_buffer *buffer, const char *text);
void text_free(text_buffer *buffer);

bool text_has(const char *text, const char *part);
bool text_equal(const char *one, const char *other); /* NULL equals NULL only */

/* Milliseconds on the clock that nobody sets. */
int64_t clock_ms(void);
void sleep_ms(int64_t time_ms);

#endif
