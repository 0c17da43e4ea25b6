*> Cancels a case from COBOL: KCASE_CONFIG=config.json cancel_case CASE-ID
*>
*> The id is a field of 40 characters: the blanks at its end are no part of it. Nothing has to be freed
*> but the client. A compiler's option decides whether the name of a called program is looked up when it
*> runs: build with  cobc -x -free -fstatic-call cancel_case.cob -lkcase
identification division.
program-id. cancel_case.

data division.
working-storage section.
copy "kcase.cpy".
01 config-path     pic x(1024).
01 config-path-z   pic x(1025).
01 case-id         pic x(40).
01 client          usage pointer.
01 problem         usage pointer.
01 text-length     usage binary-long.
01 outcome         usage binary-long.
01 what-happened   pic x(200).

procedure division.
    accept config-path from environment "KCASE_CONFIG"
    accept case-id from argument-value
    string config-path delimited by space x"00" delimited by size into config-path-z

    call "kcase_client_open" using
        by reference config-path-z by reference problem
        returning client
    if client = null
        call "kcase_result_copy" using
            by value problem by reference z"message"
            by reference what-happened by value length of what-happened
            returning text-length
        call "kcase_result_free" using by value problem returning omitted
        display function trim(what-happened) upon syserr
        move 2 to return-code
        stop run
    end-if

    call "kcase_cancel_simple" using
        by value client by reference case-id by value length of case-id
        by reference what-happened by value length of what-happened
        returning outcome
    call "kcase_client_free" using by value client returning omitted

    evaluate outcome
        when KCASE-CANCELED
        when KCASE-ALREADY-CANCELED
            display "canceled: " function trim(what-happened)
        when KCASE-REFUSED
        when KCASE-NOT-FOUND
        when KCASE-INVALID
            display "not canceled: " function trim(what-happened)
            move 1 to return-code
        when other
            *> Also an outcome of a later version: look at the case, or call again.
            display "not settled: " function trim(what-happened)
            move 3 to return-code
    end-evaluate
    stop run.
