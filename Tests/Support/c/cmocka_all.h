/* cmocka wants these before it. */
#ifndef KCASE_TEST_CMOCKA_ALL_H
#define KCASE_TEST_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

/* Runs the statements, or only those that the pattern in KCASE_TESTS names. */
#define run_statements(name, statements, open, close)        \
    (cmocka_set_test_filter(getenv("KCASE_TESTS")),          \
        cmocka_run_group_tests_name(name, statements, open, close))

#endif
