#!/bin/sh
# Takes a picture of each page of the demo workspace: by day, by night, and as a phone shows it. `make screenshots` calls it.
# screenshots.sh PROGRAM FOLDER
set -eu
program="$1"
folder="$2"
pages="chat:/ home:/home digests:/digests accounts:/accounts account:/accounts/hooli.com health:/health
	settings:/health/settings?critical_below=45 convert:/convert contracts:/contracts pipeline:/pipeline
	re-engage:/re-engage close-the-loop:/close-the-loop readiness:/readiness unlock:/success-unlock"
browser="$(command -v chromium || command -v google-chrome || command -v chromium-browser)"
work="$(mktemp -d)"
port="${PORT:-8399}"
mkdir -p "$folder"
SUCCESS_AGENT_DATA_DIR="$work/data" SUCCESS_AGENT_NOW="${SUCCESS_AGENT_NOW:-2026-06-17T15:00:00Z}" \
	"$program" serve --demo --listen "127.0.0.1:$port" >"$work/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
tries=0
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/healthz"; do
	tries=$((tries + 1))
	if [ "$tries" -gt 120 ] || ! kill -0 "$server" 2>/dev/null; then
		echo "The demo did not start:"
		cat "$work/log"
		exit 1
	fi
	sleep 1
done
shoot() {
	"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" "$@" >/dev/null 2>&1
}
for page in $pages; do
	name="${page%%:*}"
	address="http://127.0.0.1:$port${page#*:}"
	shoot --window-size=1280,1600 --screenshot="$folder/$name-day.png" "$address"
	shoot --window-size=1280,1600 --blink-settings=preferredColorScheme=0 --screenshot="$folder/$name-night.png" "$address"
	shoot --window-size=500,1600 --screenshot="$folder/$name-phone.png" "$address"
	echo "$folder/$name-{day,night,phone}.png"
done
