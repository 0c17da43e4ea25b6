/* The program's arguments, for CommandLine.arguments. The Swift runtime's own function of this name finds
 * them by reading /proc/self/maps, line by line, at each start. glibc hands them to every constructor. */
#include "arguments.h"

static int count;
static char **words;

__attribute__((constructor)) static void keep(int argc, char **argv)
{
    count = argc;
    words = argv;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *out_count)
{
    *out_count = count;
    return words;
}
