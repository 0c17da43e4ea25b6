/* Foundation carries 30 MB of locale data for ICU. The sandbox formats nothing for a locale, so the
 * portable build puts an empty table in the place of Swift 6.3's. With another Swift, whose table has
 * another name, the program is larger and works the same. */
#include "NoLocaleData.h"

const char icudt76_dat[64] __attribute__((aligned(16)));
