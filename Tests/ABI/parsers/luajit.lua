-- Prints what LuaJIT's ffi makes of kcase.ffi.h: the library's version, and each constant.
local ffi = require("ffi")
local file = assert(io.open(arg[1]))
ffi.cdef(file:read("*a"))
file:close()
local kcase = ffi.load(arg[2])
print(ffi.string(kcase.kcase_version()))
for name in arg[3]:gmatch("[^,]+") do print(name .. " " .. kcase[name]) end
local error = ffi.new("kcase_result *[1]")
local client = kcase.kcase_client_new("{", error)
print("client " .. (client == nil and "null" or "made"))
print("outcome " .. kcase.kcase_result_outcome(error[0]))
kcase.kcase_result_free(error[0])
