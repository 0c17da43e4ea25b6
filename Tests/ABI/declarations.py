"""Prints the declarations that the Python package makes of the library's functions, as ctypes has them."""

import ctypes
import json

from kcase import _library


def kind(declared: object) -> str:
    if declared is None:
        return "nothing"
    if declared is ctypes.c_char_p:
        return "text"
    if declared in (ctypes.c_int32, ctypes.c_int64):
        return f"int{8 * ctypes.sizeof(declared)}"
    assert isinstance(declared, type)
    assert issubclass(declared, (ctypes.c_void_p, ctypes._Pointer)), declared
    return "pointer"


functions = {name: found for name, found in vars(_library._library).items() if name.startswith("kcase_")}
print(json.dumps({name: [kind(one) for one in (found.restype, *found.argtypes)]
                  for name, found in functions.items()}))
