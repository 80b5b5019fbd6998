# The few commands people type. `make demo` and `make test` install what they need and say so.

CARGO ?= cargo
MODELS_FETCH = "$${CARGO_TARGET_DIR:-target}/release/success-agent" models fetch
LISTEN ?= 127.0.0.1:8080

# What is about to happen, and for how long: the first build is the longest wait there is.
SAY_BUILD = if [ -x "$${CARGO_TARGET_DIR:-target}/release/success-agent" ]; \
	then echo "Building success-agent: a minute or two after a change, nothing to do otherwise."; \
	else echo "Building success-agent and the packages it stands on, most of all the vector engine. This first build takes" \
		"about 20 minutes on 2 cores, 5 on 8; the next ones a minute or two. Cargo shows how far it is."; fi

.PHONY: demo model test screenshots quarter test-local-model lint fmt eval eval-public bench tools-postgresql tools-browser tools-slack tools-axe tools-slack-peer tools-peer

## Build, and serve the demo workspace on http://127.0.0.1:8080 beside a local Slack (LISTEN=ADDR for another address)
demo: tools-postgresql
	@$(SAY_BUILD)
	$(CARGO) build --release --bin success-agent
	@echo "Fetching the model that searches by meaning (92 MB, once); everything works without it."
	@$(MODELS_FETCH) || true
	@exec "$${CARGO_TARGET_DIR:-target}/release/success-agent" demo --listen $(LISTEN)

## Fetch the model that finds passages in other words (92 MB, once); everything works without it
model:
	@$(SAY_BUILD)
	$(CARGO) build --release --bin success-agent
	@$(MODELS_FETCH)

## Every test: real PostgreSQL, real vector engine, real browser, Slack's own packages
test: tools-postgresql tools-browser tools-slack tools-axe
	$(CARGO) test

## A picture of each page by day, by night and as a phone shows it (OUT=FOLDER for another folder); look at all of them
screenshots: tools-postgresql tools-browser
	$(CARGO) build --bin success-agent
	@sh tests/screenshots.sh "$${CARGO_TARGET_DIR:-target}/debug/success-agent" "$(or $(OUT),$${CARGO_TARGET_DIR:-target}/screenshots)"

## A whole quarter of digests on a simulated clock: 200 accounts, 30 schedules in six zones, outages, kills (`make test` lives six
## weeks of it); takes some minutes
quarter: tools-postgresql
	QUARTER=full $(CARGO) test --test it quarter::

## Every eval case through the HTTP interface, as a table; a drop against evals/baseline.json fails.
## EVAL_VERBOSE=1 shows what is missing; ARGS=--bless takes the figures as the new baseline; ARGS="--suite NAME" runs one suite
## (strict: questions of three workspaces of which each passes or fails, ARGS="--suite strict --workspace demo" one of them;
## languages: the labelled sentences; checks: true and false sentences of a language model, ARGS="--suite checks --capture" runs
## the tools anew that they stand on; promises: labelled promises and what became of them; matching: the labelled pairs of
## requests and release lines; EMBEDDING_MODEL_DIR= names the model that tells meanings).
## MODEL=NAME asks a language model (OPENAI_BASE_URL=, OPENAI_API_KEY=) and records it in evals/results/; ARGS="--cases N" asks
## only so many, ARGS="--config FILE" is the program's configuration file
eval: tools-postgresql
	$(CARGO) test --test evals -- $(if $(MODEL),--model "$(MODEL)") $(ARGS)

## Installs a real, very small language model and runs LOCAL_CASES eval cases on it; anything false that is shown fails
test-local-model: tools-postgresql
	@CARGO="$(CARGO)" LOCAL_CASES="$(LOCAL_CASES)" sh evals/local-model.sh

## Published data in DIR: matching of requests with releases (requests-releases), retrieval (qmsum), request detection
## (email-intent) and own words in mails (mail-trimming). EMBEDDING_MODEL_DIR= names the model that tells meanings
eval-public: tools-postgresql
	@[ -n "$(DIR)" ] || { echo "Say where the data is: make eval-public DIR=FOLDER"; exit 2; }
	$(CARGO) test --test evals -- --public "$(DIR)"

## Speed and memory (release build), written to the README; takes a quarter of an hour (ARGS="--only slack" measures Slack
## alone, ARGS="--only scale" workspaces of 1,000 to 100,000 accounts and a peer in Python, ARGS="--only nightly" the end of a
## day and the digests of 500 owners, ARGS="--only meaning" searches by
## meaning beside that peer, ARGS=--quick tries everything)
bench: tools-postgresql tools-slack-peer tools-peer
	@$(SAY_BUILD)
	$(CARGO) build --release --bins
	"$${CARGO_TARGET_DIR:-target}/release/success-agent-bench" $(ARGS)

## Formatting, lints and documentation, with warnings as errors
lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets --test evals -- -D warnings
	$(CARGO) clippy --test evals -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --quiet

# What is missing is installed with apt where there is one; elsewhere the command to type is said.
define install
	if command -v apt-get >/dev/null 2>&1; then \
		echo "$(2) is not on this machine: installing $(1) with apt-get…"; \
		sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
	else \
		echo "$(2) is not on this machine. Install it and try again: $(3)"; exit 1; \
	fi
endef

tools-postgresql:
	@[ -z "$$DATABASE_URL" ] || exit 0; \
	for folder in $$(echo "$$PATH" | tr ':' ' ') $$(pg_config --bindir 2>/dev/null) /usr/lib/postgresql/*/bin \
		/usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do \
		if [ -x "$$folder/initdb" ]; then exit 0; fi; \
	done; \
	$(call install,postgresql,PostgreSQL,brew install postgresql@17)

tools-browser:
	@if ! command -v chromedriver >/dev/null 2>&1 || ! { command -v chromium || command -v google-chrome; } >/dev/null 2>&1; then \
		$(call install,chromium chromium-driver,Chromium,brew install --cask chromium chromedriver); \
	fi

# Slack's own packages, which the tests hold the program against; kept outside the clone (SLACK_TOOLS_DIR=FOLDER for another).
tools-slack:
	@if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		$(call install,python3-venv,Python with venv,brew install python); \
	fi
	@if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then \
		$(call install,nodejs npm,Node.js,brew install node); \
	fi
	@sh tests/slack/install.sh

# What finds barriers on a page, run by the browser tests (AXE_DIR=FOLDER for another place).
tools-axe:
	@if ! command -v npm >/dev/null 2>&1; then \
		$(call install,nodejs npm,Node.js,brew install node); \
	fi
	@sh tests/axe/install.sh

# What receives Slack's events in Python, for comparison (SLACK_PEER_DIR=FOLDER for another place).
tools-slack-peer:
	@sh evals/install_peer.sh slack_peer "$${SLACK_PEER_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/success-agent/slack-peer}"

# What answers questions about accounts in Python, for comparison (PEER_DIR=FOLDER for another place).
tools-peer:
	@sh evals/install_peer.sh peer "$${PEER_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/success-agent/peer}"
