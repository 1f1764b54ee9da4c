# SPDX-License-Identifier: BSD-2-Clause
# The front door; meson and ninja do the work.
#
#	make		build build/clew; installs nothing
#	make demo	install what is missing, build, replay a capture
#	make check	install what is missing, run every test
#	make parity	clew against the running kernel (root), SECONDS long;
#			CAPTURES=FOLDER replays those too
#	make fuzz	every decoder against libFuzzer, SECONDS each
#	make bench	how fast it is, and what limits it
#	make bench-tools clew conntrack beside the original, on a kernel table
#			of a million (root); ENTRIES=N
#	make install	PREFIX=/usr/local, DESTDIR=
#	make format	lay out the lines changed since HEAD
#	make lint	what the compilers and tools think of it
#	make clean	remove what was built

BUILD	= build
SAN	= build-san
FUZZ	= build-fuzz
PREFIX	= /usr/local
DESTDIR	=
SECONDS	= 300
WERROR	= false
SETUP	= tools/setup
DEMO	= examples/lan.pcap

ENTRIES	= 1000000

.PHONY: all demo check parity fuzz bench bench-tools install format lint clean

all:
	@$(SETUP) -n build
	@$(MAKE) -s $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --prefix=$(PREFIX) -Dwerror=$(WERROR)

$(SAN)/build.ninja:
	@meson setup $(SAN) -Doptimization=1 -Db_sanitize=address,undefined \
		-Db_lundef=false \
		-Dwerror=$(WERROR) -Dtests=enabled

$(FUZZ)/build.ninja:
	@CC=clang meson setup $(FUZZ) -Db_sanitize=address,undefined \
		-Db_lundef=false -Dtests=disabled -Dfuzz=enabled

demo:
	@$(SETUP) build demo
	@$(MAKE) -s $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet
	@tools/demo $(BUILD)/clew $(DEMO)

check:
	@$(SETUP) build check
	@$(MAKE) -s $(BUILD)/build.ninja $(SAN)/build.ninja
	@meson configure $(BUILD) -Dtests=enabled -Dwerror=$(WERROR)
	@meson configure $(SAN) -Dwerror=$(WERROR)
	@ninja -C $(BUILD)
	@ninja -C $(SAN)
	@tools/check $(BUILD) $(SAN)

parity:
	@$(SETUP) build parity
	@$(MAKE) -s $(BUILD)/build.ninja
	@meson setup --reconfigure $(BUILD) >/dev/null
	@ninja -C $(BUILD)
	@$(BUILD)/tests/parity/parity all --seconds $(SECONDS) \
		$(if $(CAPTURES),--captures $(CAPTURES)) \
		--rules tests/parity/rules --rules tests/nft/list

fuzz:
	@$(SETUP) build fuzz
	@$(MAKE) -s $(FUZZ)/build.ninja
	@ninja -C $(FUZZ)
	@tests/fuzz/run $(FUZZ) $(SECONDS)

bench: all
	@bench/run $(BUILD)

bench-tools: all
	@bench/tools $(BUILD)/clew --entries $(ENTRIES) \
		--json $(BUILD)/bench-tools.json

install: all
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD)

format:
	@$(SETUP) format
	@git clang-format --extensions c,h HEAD

lint:
	@$(SETUP) build check lint
	@$(MAKE) -s $(BUILD)/build.ninja
	@tools/lint $(BUILD)

clean:
	rm -rf $(BUILD) $(SAN) $(FUZZ) build-clang
