<?php
/* Cancels a case from PHP: KCASE_CONFIG=config.json php cancel_case.php CASE-ID
 *
 * PHP runs its signal handlers between its own statements, so not during a call. A batch of one, in slices of
 * 100 ms, lets Ctrl-C end the wait. FFI reads the header without a preprocessor; KCASE_FFI_HEADER and
 * KCASE_LIBRARY name the files if they are not where `make install` puts them. */

$header = getenv("KCASE_FFI_HEADER") ?: "/usr/local/include/kcase.ffi.h";
$kcase = FFI::cdef(file_get_contents($header), getenv("KCASE_LIBRARY") ?: "libkcase.so.1");

/** What was made, or the end of the program with the words of the result that says why not. */
function made(FFI $kcase, ?FFI\CData $object, FFI\CData $error): FFI\CData
{
    if (!is_null($object)) return $object;
    fwrite(STDERR, $kcase->kcase_result_message($error) . "\n");
    $kcase->kcase_result_free($error);
    exit(2);
}

$error = $kcase->new("kcase_result *");
$client = made($kcase, $kcase->kcase_client_open(getenv("KCASE_CONFIG") ?: "", FFI::addr($error)), $error);
$batch = made($kcase, $kcase->kcase_batch_new($client, '{"max_in_flight": 1}', FFI::addr($error)), $error);
pcntl_async_signals(true);
pcntl_signal(SIGINT, function () use ($kcase, $batch) { $kcase->kcase_batch_interrupt($batch); });

$id = $argv[1] ?? "";
$kcase->kcase_batch_add_n($batch, $id, strlen($id), null, 0);
$result = $kcase->new("kcase_result *");
while ($kcase->kcase_batch_take($batch, 100, FFI::addr($result)) === $kcase->KCASE_BATCH_NONE);

$message = $kcase->kcase_result_message($result);
switch ($kcase->kcase_result_outcome($result)) {
    case $kcase->KCASE_CANCELED:
    case $kcase->KCASE_ALREADY_CANCELED:
        echo "canceled: $message\n";
        $status = 0;
        break;
    case $kcase->KCASE_REFUSED:
    case $kcase->KCASE_NOT_FOUND:
    case $kcase->KCASE_INVALID:
        echo "not canceled: $message\n";
        $status = 1;
        break;
    default: // Also an outcome of a later version: look at the case, or call again.
        echo "not settled: $message\n";
        $status = 3;
}

$kcase->kcase_result_free($result);
$kcase->kcase_batch_free($batch);
$kcase->kcase_client_free($client);
exit($status);
