"""Prints what cffi makes of kcase.ffi.h: the library's version, and each constant."""

import sys
from pathlib import Path

from cffi import FFI

header, library, names = sys.argv[1:]
ffi = FFI()
ffi.cdef(Path(header).read_text(encoding="utf-8"))
kcase = ffi.dlopen(library)
print(ffi.string(kcase.kcase_version()).decode())
for name in names.split(","):
    print(name, getattr(kcase, name))
error = ffi.new("kcase_result **")
client = kcase.kcase_client_new(b"{", error)
print("client", "null" if client == ffi.NULL else "made")
print("outcome", kcase.kcase_result_outcome(error[0]))
kcase.kcase_result_free(error[0])
