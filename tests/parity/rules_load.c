/* SPDX-License-Identifier: BSD-2-Clause
 * parity/rules_load.c - which program loads a ruleset, and which list it. */
#include "parity/rules_load.h"

#include <string.h>

static const char *const nft_load[] = { "nft", "-f", "-", NULL };
static const char *const four_load[] = {
	"iptables-nft-restore", "-c", NULL,
};
static const char *const six_load[] = {
	"ip6tables-nft-restore", "-c", NULL,
};

/* "*filter", behind comments. */
static bool
is_iptables(const char *text)
{
	while (*text == '#' || *text == '\n') {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return *text == '*';
}

const char *const *
rules_loader(const char *text)
{
	if (!is_iptables(text))
		return nft_load;
	return strncmp(text, RULES_SIX_MARK, strlen(RULES_SIX_MARK)) ?
		four_load : six_load;
}

size_t
rules_listers(const struct script *s, const char *const *commands[2])
{
	static const char *const nft[] = { "nft", "list", "ruleset", NULL };
	static const char *const four[] = { "iptables-nft-save", "-c", NULL };
	static const char *const six[] = { "ip6tables-nft-save", "-c", NULL };
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->step[i].type == STEP_RULES &&
		    is_iptables((const char *)s->step[i].bytes)) {
			commands[0] = four;
			commands[1] = six;
			return 2;
		}
	commands[0] = nft;
	return 1;
}

void
rules_listed(char **listing, const char *printed)
{
	size_t had = *listing ? strlen(*listing) : 0, len;
	char *text = xrealloc(*listing, had + strlen(printed) + 2);
	char *to = text + had;

	for (; *printed; printed += len) {
		len = strcspn(printed, "\n");
		len += printed[len] == '\n';
		if (*printed == '#')
			continue;
		memcpy(to, printed, len);
		to += len;
	}
	*to = 0;
	*listing = text;
}
