#!/bin/sh
# leash keeps no orphan behind, and the posix board answers on its pseudo-terminal.
# usage: hosts.sh BUILD-FOLDER
build=$1
. test/tap.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

gone() { # pid: ended within 5 s (a zombie has ended)
    for _ in $(seq 100); do
        case $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) in '' | Z) return 0 ;; esac
        sleep 0.05
    done
    return 1
}

filled() { # file: has a whole line within 5 s
    for _ in $(seq 100); do
        [ -s "$1" ] && return 0
        sleep 0.05
    done
    return 1
}

# Starts leash on a long sleeper with stdin held open by descriptor 9; sets leash and child.
start() {
    rm -f "$work/in" "$work/pid"
    mkfifo "$work/in"
    "$build/leash" sh -c 'echo $$ >"$0"; exec sleep 60' "$work/pid" <"$work/in" &
    leash=$!
    exec 9>"$work/in"
    filled "$work/pid"
    child=$(cat "$work/pid")
}

finish() {
    wait "$leash" 2>/dev/null
    exec 9>&-
}

# One line to a board and its answer, through the pseudo-terminal.
talk() { # path line
    exec 6<>"$1"
    printf '%s\n' "$2" >&6
    timeout 10 head -n 1 <&6 | tr -d '\r'
    exec 6>&-
}

mkfifo "$work/open"
exec 7<>"$work/open" # a stdin that neither ends nor says anything
"$build/leash" sh -c 'exit 7' <&7
[ $? -eq 7 ]
claim $? "leash exits with the program's status"
"$build/leash" sh -c 'kill -9 $$' <&7
[ $? -eq 137 ]
claim $? "or with 128 and the signal that ended it"
"$build/leash" "$work/nothing-here" <&7 2>"$work/err"
[ $? -eq 127 ] && grep -q 'nothing-here' "$work/err"
claim $? "a program that does not exist is status 127, with its name"
[ "$("$build/leash" echo through <&7)" = through ]
claim $? "stdout passes through"

[ "$("$build/leash" --terminal sh -c 'readlink /proc/self/fd/3' <&7 | sed 's,/dev/pts/[0-9]*$,terminal,' | paste -sd' ')" = "terminal /dev/ptmx" ]
claim $? "--terminal prints the path of a pseudo-terminal and gives its other end as descriptor 3"
"$build/leash" --terminal sh -c 'cat <&3 >&3' <&7 >"$work/path" &
leash=$!
filled "$work/path"
path=$(cat "$work/path")
said=$(talk "$path" here) again=$(talk "$path" again) mode=$(stty -a <"$path")
[ "$said $again" = "here again" ] && printf '%s' "$mode" | grep -q -- '-icanon.* -echo '
raw=$?
[ $raw -eq 0 ] || echo "# \"$path\" said \"$said\", then \"$again\"; its mode: $mode"
claim $raw "it is raw, and a peer that leaves does not end it"
kill -TERM "$leash"
wait "$leash" 2>/dev/null
"$build/leash" --terminal <&7 2>"$work/err"
[ $? -eq 2 ] && grep -q usage "$work/err"
claim $? "without a program it says how to use it"

start
exec 9>&-
gone "$child" && gone "$leash"
claim $? "the program is killed when leash's stdin ends"
finish
start
kill -TERM "$leash"
gone "$child" && gone "$leash"
claim $? "the program is killed when leash gets SIGTERM"
finish
start
kill -KILL "$leash"
gone "$child"
claim $? "the program is killed when leash is killed"
finish
start
kill -INT "$leash"
kill -HUP "$leash"
sleep 0.2
kill -0 "$leash" && kill -0 "$child"
claim $? "SIGINT and SIGHUP end neither: that is for the holder of stdin to decide"
kill -TERM "$leash"
finish

for board in posix posix-asan; do
    rm -f "$work/in" "$work/out"
    mkfifo "$work/in"
    printf 1 >"$work/level"
    "$build/$board" --no-rng --input "$work/level" <"$work/in" >"$work/out" &
    pid=$!
    exec 9>"$work/in"
    filled "$work/out"
    path=$(cat "$work/out")
    talk "$path" 'DEBUG on' | grep -q '^0 OK '
    claim $? "$board prints the path of its pseudo-terminal and answers there"
    talk "$path" 'ID' | grep -q ' board=posix .* rng=0 '
    claim $? "$board answers again after the line was closed; --no-rng is believed"
    talk "$path" 'SENSE' | grep -q ' input=1 ' && printf 0 >"$work/level" && talk "$path" 'SENSE' | grep -q ' input=0 '
    claim $? "$board reads its digital input from --input"
    before=$(cut -d' ' -f14,15 "/proc/$pid/stat")
    sleep 0.5
    [ "$before" = "$(cut -d' ' -f14,15 "/proc/$pid/stat")" ]
    claim $? "$board takes no processor time while idle"
    exec 9>&-
    gone "$pid"
    wait "$pid"
    claim $? "$board exits with 0 when its stdin ends"
done

lesser() { # a build that leaves something out, as `path` and `pid`
    rm -f "$work/in" "$work/out"
    mkfifo "$work/in"
    "$build/$1" <"$work/in" >"$work/out" &
    pid=$!
    exec 9>"$work/in"
    filled "$work/out"
    path=$(cat "$work/out")
    talk "$path" 'DEBUG on' >"$work/err"
}

lesser posix-small
talk "$path" 'ID' | grep -q ' groups=p256 .* line=640 payload=64 '
claim $? "a build without modp2048-q256 and with small limits says so in ID"
talk "$path" 'SELFTEST' | grep -q '^0 OK tests=8 '
claim $? "and passes its self test"
talk "$path" 'PROVISION client=61 server=62 group=modp2048-q256 profile=framed pw=63' | grep -q '^0 ERR UNSUPPORTED '
claim $? "and refuses the group it lacks"
talk "$path" 'ID' | grep -q ' schemes=mqtt-present roles=.* ciphers=present80,present128 modes=ecb,ctr,cmac,eax kdfs='
claim $? "a build without augmqtt lists neither scheme, cipher nor mode of it"
talk "$path" 'PROVISION client=61 server=62 group=p256 profile=framed scheme=augmqtt pw=63' | grep -q '^0 ERR UNSUPPORTED ' &&
    talk "$path" 'SEAL mode=gcm nonce=000000000000000000000000 data=00' | grep -q '^0 ERR UNSUPPORTED ' &&
    talk "$path" 'KEY.DROP' | grep -q '^0 ERR VERB ' && talk "$path" 'TOKEN op=give topic=61' | grep -q '^0 ERR VERB '
claim $? "and refuses what it lacks"
exec 9>&-
wait "$pid"

lesser posix-tokenless
talk "$path" 'ID' | grep -q ' schemes=mqtt-present,augmqtt,hardened,scram,esfahani-2019 roles=.* ciphers=present80,present128,aes128 '
claim $? "a build without mqtt-auth lists it not"
talk "$path" 'PROVISION client=61 server=62 group=p256 profile=framed scheme=mqtt-auth pw=63' | grep -q '^0 ERR UNSUPPORTED ' &&
    talk "$path" 'TOKEN op=give topic=61' | grep -q '^0 ERR VERB ' && talk "$path" 'SELFTEST' | grep -q '^0 OK tests=11 '
claim $? "and refuses what it lacks"
exec 9>&-
wait "$pid"

# "avr" is the name of a board and of its processors' family, which core/, hal/ and the Makefile do know.
! grep -rlE "$(ls boards/*/board.mk | cut -d/ -f2 | grep -vx avr | paste -sd'|')" core hal Makefile
claim $? "core/, hal/ and the Makefile name no board: a board is one folder"
echo "1..$((passed + failed))"
echo "# $passed passed, $failed failed"
[ "$failed" -eq 0 ]
