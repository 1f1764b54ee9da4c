/* SPDX-License-Identifier: BSD-2-Clause
 * base/list.h - a ring of links that lie inside their elements.
 *
 * The head is a link too: an empty list's points at itself.  Nothing is
 * owned.  For what is few and configured; packets go by index (base/pool). */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	struct list *prev;
};

/* The element of type 'type' whose member 'member' is the link 'l'. */
#define list_entry(l, type, member) \
	((type *)(void *)((char *)(l) - offsetof(type, member)))

/* Walk over all; 'it' may not be removed meanwhile... */
#define list_each(it, head, member)					\
	for (it = list_entry((head)->next, __typeof__(*it), member);	\
	     &it->member != (head);					\
	     it = list_entry(it->member.next, __typeof__(*it), member))

/* ...but may here: 'then' holds the next. */
#define list_each_safe(it, then, head, member)				\
	for (it = list_entry((head)->next, __typeof__(*it), member),	\
	     then = list_entry(it->member.next, __typeof__(*it), member); \
	     &it->member != (head);					\
	     it = then,							\
	     then = list_entry(it->member.next, __typeof__(*it), member))

static inline void
list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool
list_is_empty(const struct list *head)
{
	return head->next == head;
}

/* Before 'where': at the end, if that is the head. */
static inline void
list_insert(struct list *where, struct list *l)
{
	l->next = where;
	l->prev = where->prev;
	where->prev->next = l;
	where->prev = l;
}

/* => 'l' is a list of its own then: removing it again does nothing. */
static inline void
list_remove(struct list *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_init(l);
}

#endif
