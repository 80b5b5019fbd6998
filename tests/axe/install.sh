#!/bin/sh
# Installs axe-core into a folder outside the clone. Does nothing when what is there was made from the same file.
# `make tools-axe` calls it.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
folder="${AXE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/success-agent/axe}"
made_from="$(cksum < "$here/package.json")"
if [ -f "$folder/made-from" ] && [ "$(cat "$folder/made-from")" = "$made_from" ]; then exit 0; fi
mkdir -p "$folder"
rm -f "$folder/made-from"
echo "Installing axe-core into $folder…"
cp "$here/package.json" "$folder/"
cd "$folder"
npm install --no-audit --no-fund --no-package-lock --loglevel=error >/dev/null
printf '%s\n' "$made_from" > "$folder/made-from"
