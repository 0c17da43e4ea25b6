/* The start of the command line in the bundle, and what its parts ask of a glibc newer than 2.17. */

int kcase_main(int count, char **words);

/* libstdc++: whether this process is known to have one thread only. It is not. */
char __libc_single_threaded = 0;

int main(int count, char **words)
{
    return kcase_main(count, words);
}
