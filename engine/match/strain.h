/*
 * What evaluations may cost in a flow that makes them meet their limits (of steps, of pcre).
 *
 * Who makes one evaluation meet them can do so with every segment. So the limits of a flow are halved each
 * time that twice as many of its evaluations have met them; those of other flows are as they were.
 */
#ifndef SLUICE_MATCH_STRAIN_H
#define SLUICE_MATCH_STRAIN_H

struct matcher;
struct view;

/* Before the chains of a rule are looked at in that view, with m->eval reset; and after. */
void strain_begin(struct matcher *m, const struct view *view);
void strain_end(struct matcher *m, const struct view *view);

#endif
