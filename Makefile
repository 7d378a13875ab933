# SPDX-License-Identifier: Apache-2.0
# Short names for what bootstrap.sh, test.sh and ghboot do; Taskfile.yml has the same.
.PHONY: bootstrap-dev bootstrap-docker bootstrap-kubernetes bootstrap-synadia nats-test-connection verify-github
.PHONY: setup check status clean test bench

bootstrap-dev: ; ./bootstrap.sh --mode dev
bootstrap-docker: ; ./bootstrap.sh --mode docker
bootstrap-kubernetes: ; ./bootstrap.sh --mode kubernetes
bootstrap-synadia: ; ./bootstrap.sh --nats-type synadia_cloud
nats-test-connection: ; build/bin/ghboot verify nats
verify-github: ; build/bin/ghboot verify github
setup: ; build/bin/ghboot render --templates templates/github --variables templates/github.json --output build/github
check: ; build/bin/ghboot render --templates templates/github --variables templates/github.json --output build/github --check
status: ; build/bin/ghboot status
clean: ; build/bin/ghboot destroy
test: ; ./test.sh
bench: ; bench/run
