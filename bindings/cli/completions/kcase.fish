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
            __kcase_parse_subcommand -r 1 'from=' 'column=' 'separator=' 'positions=' 'format=' 'any-id' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'y/yes' 'confirm=' 'dry-run' 'tag=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'report=' 'no-journal' 'version' 'h/help'
        case 'resume'
            __kcase_parse_subcommand 1 'show' 'forget' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'y/yes' 'confirm=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'report=' 'version' 'h/help'
        case 'status'
            __kcase_parse_subcommand -r 1 'from=' 'column=' 'separator=' 'positions=' 'format=' 'any-id' 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'concurrency=' 'rate=' 'o/output=' 'q/quiet' 'progress=' 'version' 'h/help'
        case 'check'
            __kcase_parse_subcommand 0 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'o/output=' 'version' 'h/help'
        case 'outcomes'
            __kcase_parse_subcommand 0 'o/output=' 'version' 'h/help'
        case 'config'
            __kcase_parse_subcommand 0 'environment=' 'base-url=' 'token-file=' 'config=' 'timeout=' 'proxy=' 'ca-file=' 'o/output=' 'version' 'h/help'
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
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'check' -d 'Find out whether the service can be reached and accepts the credentials.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'outcomes' -d 'List the outcomes, what each one claims, and the exit codes.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_positional "kcase" -eq 1' -fa 'config' -d 'Show the settings, and where each one comes from.'
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
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" dry-run' -l 'dry-run' -d 'Cancel nothing: read the cases and guess what a cancel would meet.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" tag' -l 'tag' -d 'A text that goes with every result of this run.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" concurrency' -l 'concurrency' -d 'Cases in progress at a time, 1 to 256.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" rate' -l 'rate' -d 'The most requests in a second.' -rfka ''
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" o output' -l 'output' -s 'o' -d 'What standard output carries.' -rfka 'table json ndjson csv'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" q quiet' -l 'quiet' -s 'q' -d 'Leave canceled cases and the closing lines out.'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" progress' -l 'progress' -d 'How progress is told on standard error.' -rfka 'auto text none'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" report' -l 'report' -d 'Write a report, and a CSV file beside it.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'html\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase cancel" no-journal' -l 'no-journal' -d 'Keep no note of the run: kcase resume cannot take it up.'
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
complete -c 'kcase' -n '__kcase_should_offer_completions_for_flags_or_options "kcase help" version' -l 'version' -d 'Show the version.'
