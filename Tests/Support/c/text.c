#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *solid(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

char *text_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) abort();
    va_end(arguments);
    return text;
}

char *text_repeat(const char *piece, size_t count)
{
    size_t length = strlen(piece);
    char *text = solid(malloc(length * count + 1));
    for (size_t index = 0; index < count; index++) memcpy(text + index * length, piece, length);
    text[length * count] = '\0';
    return text;
}

void text_append(text_buffer *buffer, const void *bytes, size_t count)
{
    buffer->bytes = solid(realloc(buffer->bytes, buffer->count + count + 1));
    if (count > 0) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    buffer->bytes[buffer->count] = '\0';
}

void text_add(text_buffer *buffer, const char *text) { text_append(buffer, text, strlen(text)); }

void text_free(text_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (text_buffer){0};
}

bool text_has(const char *text, const char *part) { return strstr(text, part) != NULL; }

bool text_equal(const char *one, const char *other)
{
    if (one == NULL || other == NULL) return one == other;
    return strcmp(one, other) == 0;
}

int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int64_t time_ms)
{
    struct timespec left = {.tv_sec = time_ms / 1000, .tv_nsec = time_ms % 1000 * 1000000};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
}
