#!/bin/sh
# Installs Slack's own packages into a folder outside the clone: a Python environment, node_modules, and the JSON Schema
# made from @slack/types. Does nothing when what is there was made from the same files. `make tools-slack` calls it.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
folder="${SLACK_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/success-agent/slack-tools}"
made_from="$(cat "$here/requirements.txt" "$here/package.json" "$here/shapes.ts" | cksum)"
if [ -f "$folder/made-from" ] && [ "$(cat "$folder/made-from")" = "$made_from" ]; then exit 0; fi

mkdir -p "$folder"
rm -f "$folder/made-from"
echo "Installing Slack's own Python packages into $folder…"
python3 -m venv --clear "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
echo "Installing Slack's own Node packages into $folder…"
cp "$here/package.json" "$here/shapes.ts" "$folder/"
cd "$folder"
npm install --no-audit --no-fund --no-package-lock --loglevel=error >/dev/null
echo "Making the JSON Schema of @slack/types…"
node_modules/.bin/ts-json-schema-generator --path shapes.ts --no-type-check --jsDoc none --out schema.json
printf '%s\n' "$made_from" > "$folder/made-from"
