#!/usr/bin/env bash
# Opens connections and leaves them idle until a file is there; then asks on each, and counts what came of it.
#   idle-connections.sh COUNT PORT FILE
set -u
trap '' PIPE
request='GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
connections=()
for ((i = 1; i <= $1; i++)); do
    exec {connection}<>"/dev/tcp/127.0.0.1/$2" || exit 1
    connections+=("$connection")
    # Not faster than the server takes them: what the system cannot keep for it is lost.
    if ((i % 250 == 0)); then
        exec {asked}<>"/dev/tcp/127.0.0.1/$2" || exit 1
        printf "$request" >&"$asked"
        read -r _ <&"$asked"
        exec {asked}>&-
    fi
done
echo "open"
until [ -e "$3" ]; do sleep 0.1; done
answered=0 closed=0 other=0
for connection in "${connections[@]}"; do printf "$request" >&"$connection" 2>/dev/null; done
for connection in "${connections[@]}"; do
    if ! read -r line <&"$connection"; then
        closed=$((closed + 1))
    elif [[ "$line" == "HTTP/1.1 200"* ]]; then
        answered=$((answered + 1))
    else
        other=$((other + 1))
    fi
done
echo "answered $answered closed $closed other $other"
