/* jansson for the core. */
#ifndef KCASE_CJANSSON_SHIM_H
#define KCASE_CJANSSON_SHIM_H

#include <jansson.h>

#endif
