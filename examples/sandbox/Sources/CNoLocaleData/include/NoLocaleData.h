extern const char icudt76_dat[64];
