/* The function of the Swift runtime that arguments.c takes the place of. */
char **_swift_stdlib_getUnsafeArgvArgc(int *out_count);
