-- Cancels a case from LuaJIT: KCASE_CONFIG=config.json luajit cancel_case.lua CASE-ID
--
-- ffi reads the header without a preprocessor; KCASE_FFI_HEADER and KCASE_LIBRARY name the files if they are
-- not where `make install` puts them. ffi.gc frees each object when nobody refers to it any more.
local ffi = require("ffi")

local file = assert(io.open(os.getenv("KCASE_FFI_HEADER") or "/usr/local/include/kcase.ffi.h"))
ffi.cdef(file:read("*a"))
file:close()
local kcase = ffi.load(os.getenv("KCASE_LIBRARY") or "libkcase.so.1")

local error = ffi.new("kcase_result *[1]")
local client = kcase.kcase_client_open(os.getenv("KCASE_CONFIG") or "", error)
if client == nil then
  io.stderr:write(ffi.string(kcase.kcase_result_message(error[0])), "\n")
  kcase.kcase_result_free(error[0])
  os.exit(2)
end
client = ffi.gc(client, kcase.kcase_client_free)

-- By length: a string of Lua may hold a NUL, and what stands before it may be another case's id.
local id = arg[1] or ""
local result = ffi.gc(kcase.kcase_cancel_n(client, id, #id, nil, 0), kcase.kcase_result_free)

local words = {
  [kcase.KCASE_CANCELED] = { "canceled", 0 },
  [kcase.KCASE_ALREADY_CANCELED] = { "canceled", 0 },
  [kcase.KCASE_REFUSED] = { "not canceled", 1 },
  [kcase.KCASE_NOT_FOUND] = { "not canceled", 1 },
  [kcase.KCASE_INVALID] = { "not canceled", 1 },
}
-- Also an outcome of a later version: look at the case, or call again.
local said, status = unpack(words[kcase.kcase_result_outcome(result)] or { "not settled", 3 })
print(said .. ": " .. ffi.string(kcase.kcase_result_text(result, "message")))
os.exit(status, true)
