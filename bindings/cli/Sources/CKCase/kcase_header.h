/* The library's one public header, as it stands in the sources. */
#include "../../../../include/kcase.h"
