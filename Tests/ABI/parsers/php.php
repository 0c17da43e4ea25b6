<?php
/* Prints what PHP's FFI makes of kcase.ffi.h: the library's version, and each constant. */
[, $header, $library, $names] = $argv;
$kcase = FFI::cdef(file_get_contents($header), $library);
echo $kcase->kcase_version(), "\n";
foreach (explode(",", $names) as $name) echo "$name ", $kcase->$name, "\n";
$error = $kcase->new("kcase_result *");
$client = $kcase->kcase_client_new("{", FFI::addr($error));
echo "client ", is_null($client) ? "null" : "made", "\n";
echo "outcome ", $kcase->kcase_result_outcome($error), "\n";
$kcase->kcase_result_free($error);
