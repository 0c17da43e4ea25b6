function __kcase_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __kcase_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __kcase_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __kcase_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __kcase_parse_tokens -S
    set -l unparsed_tokens (__kcase_tokens -pc)
    switch $unparsed_tokens[1]
    case 'kcase'
        __kcase_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'cancel'
            __kcase_parse_subcommand -r 1 'from=' 'column=' 'separator=' 'positions=' 'format=' 'any-id' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'y/yes' 'confirm=' 'tracking-code=' 'dry-run' 'tag=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'report=' 'journal=' 'no-journal' 'version' 'h/help'
        case 'resume'
            __kcase_parse_subcommand 1 'show' 'forget' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'y/yes' 'confirm=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'report=' 'journal=' 'no-journal' 'version' 'h/help'
        case 'status'
            __kcase_parse_subcommand -r 1 'from=' 'column=' 'separator=' 'positions=' 'format=' 'any-id' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'version' 'h/help'
        case 'list'
            __kcase_parse_subcommand 0 'tracking-code=' 'tracking-user=' 'candidate-email=' 'invitation-email=' 'case-status=' 'secondary-status=' 'result=' 'ordered-before=' 'ordered-after=' 'cancelable' 'archived' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'o/output=' 'q/quiet' 'progress=' 'version' 'h/help'
        case 'await'
            __kcase_parse_subcommand -r 1 'until=' 'from=' 'column=' 'separator=' 'positions=' 'format=' 'any-id' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'version' 'h/help'
        case 'check'
            __kcase_parse_subcommand 0 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'o/output=' 'version' 'h/help'
        case 'outcomes'
            __kcase_parse_subcommand 0 'o/output=' 'version' 'h/help'
        case 'config'
            __kcase_parse_subcommand 0 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'o/output=' 'version' 'h/help'
        case 'history'
            __kcase_parse_subcommand 0 'case=' 'tag=' 'outcome=' 'since=' 'until=' 'journal=' 'o/output=' 'version' 'h/help'
        case 'journal'
            __kcase_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'head'
                __kcase_parse_subcommand 0 'journal=' 'version' 'h/help'
            case 'verify'
                __kcase_parse_subcommand 0 'journal=' 'head=' 'version' 'h/help'
            end
        case 'help'
            __kcase_parse_subcommand -r 1 'version'
        end
    end
end

function __kcase_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __kcase_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __kcase_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __kcase_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__kcase_tokens -p)
    if test -z "$(__kcase_tokens -t)"
        set -l index (count (__kcase_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'kcase' -f
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'cancel' -d 'Cancel cases.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'resume' -d 'Take up a run that was stopped or killed.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'status' -d 'Read cases and show their state.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'list' -d 'Find cases by what you know of them.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'await' -d 'Wait until cases are seen in a state.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'check' -d 'Find out whether the service can be reached and accepts the credentials.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'outcomes' -d 'List the outcomes, what each one claims, and the exit codes.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'config' -d 'Show the settings, and where each one comes from.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'history' -d 'Show what the journal has.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'journal' -d 'Hold the journal against a head that was kept elsewhere.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" from' -l 'from' -d 'A list of case ids; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" column' -l 'column' -d 'The list has columns: the heading of the one with the ids, or its number if there are none.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" separator' -l 'separator' -d 'Between the columns: comma, semicolon, tab or bar. Found out if not given.' -rfka 'comma semicolon tab bar'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" positions' -l 'positions' -d 'The ids stand at these places of each line: 1-36.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" format' -l 'format' -d 'How the list is written. Found out if not given.' -rfka 'plain csv ndjson'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" any-id' -l 'any-id' -d 'Take ids that are no UUIDs.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" y yes' -l 'yes' -s 'y' -d 'Do not ask, even in production.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" confirm' -l 'confirm' -d 'Act only if this is the environment and the number of cases: production:1234.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" tracking-code' -l 'tracking-code' -d 'Instead of ids: the one case that was ordered with this tracking code.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" dry-run' -l 'dry-run' -d 'Cancel nothing: read the cases and guess what a cancel would meet.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" tag' -l 'tag' -d 'A text that goes with every result of this run.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" concurrency' -l 'concurrency' -d 'Cases in progress at a time, 1 to 256.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" rate' -l 'rate' -d 'The most requests in a second.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" report' -l 'report' -d 'Write a report, and a CSV file beside it.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'html\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" journal' -l 'journal' -d 'The journal\'s file. Runs over lists have one in ~/.local/state/kcase.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" no-journal' -l 'no-journal' -d 'Keep no journal, and no note by which kcase resume takes the run up.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" show' -l 'show' -d 'Show the unfinished runs; send nothing.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" forget' -l 'forget' -d 'Forget the run instead; send nothing.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" y yes' -l 'yes' -s 'y' -d 'Do not ask, even in production.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" confirm' -l 'confirm' -d 'Act only if this is the environment and the number of cases: production:1234.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" concurrency' -l 'concurrency' -d 'Cases in progress at a time, 1 to 256.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" rate' -l 'rate' -d 'The most requests in a second.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" report' -l 'report' -d 'Write a report, and a CSV file beside it.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'html\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" journal' -l 'journal' -d 'The journal\'s file. Runs over lists have one in ~/.local/state/kcase.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" no-journal' -l 'no-journal' -d 'Keep no journal, and no note by which kcase resume takes the run up.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase resume" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" from' -l 'from' -d 'A list of case ids; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" column' -l 'column' -d 'The list has columns: the heading of the one with the ids, or its number if there are none.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" separator' -l 'separator' -d 'Between the columns: comma, semicolon, tab or bar. Found out if not given.' -rfka 'comma semicolon tab bar'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" positions' -l 'positions' -d 'The ids stand at these places of each line: 1-36.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" format' -l 'format' -d 'How the list is written. Found out if not given.' -rfka 'plain csv ndjson'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" any-id' -l 'any-id' -d 'Take ids that are no UUIDs.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" concurrency' -l 'concurrency' -d 'Cases in progress at a time, 1 to 256.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" rate' -l 'rate' -d 'The most requests in a second.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" tracking-code' -l 'tracking-code' -d 'Ordered with this tracking code.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" tracking-user' -l 'tracking-user' -d 'Ordered by this tracking user.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" candidate-email' -l 'candidate-email' -d 'The candidate\'s address.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" invitation-email' -l 'invitation-email' -d 'The address that was invited.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" case-status' -l 'case-status' -d 'Pending, Blocked, Complete or Adjudicated.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" secondary-status' -l 'secondary-status' -d 'Such as "Reviewing Order", or none.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" result' -l 'result' -d 'Such as Open or Placed.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" ordered-before' -l 'ordered-before' -d 'Ordered before: 2026-01-31.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" ordered-after' -l 'ordered-after' -d 'Ordered then or later: 2026-01-01.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" cancelable' -l 'cancelable' -d 'Nothing that is known speaks against canceling it.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" archived' -l 'archived' -d 'Archived cases, too.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" until' -l 'until' -d 'The state to wait for.' -rfka 'canceled started finished'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" from' -l 'from' -d 'A list of case ids; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" column' -l 'column' -d 'The list has columns: the heading of the one with the ids, or its number if there are none.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" separator' -l 'separator' -d 'Between the columns: comma, semicolon, tab or bar. Found out if not given.' -rfka 'comma semicolon tab bar'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" positions' -l 'positions' -d 'The ids stand at these places of each line: 1-36.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" format' -l 'format' -d 'How the list is written. Found out if not given.' -rfka 'plain csv ndjson'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" any-id' -l 'any-id' -d 'Take ids that are no UUIDs.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" concurrency' -l 'concurrency' -d 'Cases in progress at a time, 1 to 256.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" rate' -l 'rate' -d 'The most requests in a second.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase await" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase outcomes" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase outcomes" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase outcomes" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" environment' -l 'environment' -d 'stage or production. No default: it is never guessed.' -rfka 'stage production'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" base-url' -l 'base-url' -d 'Another address instead of an environment, such as the sandbox\'s.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" token-file' -l 'token-file' -d 'The file with the KarmaCheck token; - is standard input.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" config' -l 'config' -d 'Settings as JSON instead of ~/.config/kcase/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" timeout' -l 'timeout' -d 'The most time for one case: 30, 30s, 500ms or 2m.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" proxy' -l 'proxy' -d 'A proxy\'s URL, or environment to obey https_proxy.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" ca-file' -l 'ca-file' -d 'Certificate authorities in PEM form.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase config" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" case' -l 'case' -d 'This case alone.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" tag' -l 'tag' -d 'Runs with this tag.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" outcome' -l 'outcome' -d 'An outcome\'s name, or unfinished.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" since' -l 'since' -d 'Begun then or later: 2026-06-01.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" until' -l 'until' -d 'Begun before: 2026-07-01.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" journal' -l 'journal' -d 'The journal\'s file instead of ~/.local/state/kcase/journal.db.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase history" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase journal" -eq 1' -fa 'head' -d 'Print the head of the journal\'s trail, as JSON.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase journal" -eq 1' -fa 'verify' -d 'Look at every entry of the journal. Exit code 1: it was changed.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal head" journal' -l 'journal' -d 'The journal\'s file instead of ~/.local/state/kcase/journal.db.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal head" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal head" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal verify" journal' -l 'journal' -d 'The journal\'s file instead of ~/.local/state/kcase/journal.db.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal verify" head' -l 'head' -d 'A head that kcase journal head printed.' -rF
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal verify" version' -l 'version' -d 'Show the version.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase journal verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase help" version' -l 'version' -d 'Show the version.'
