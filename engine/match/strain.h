/*
 * What evaluations may cost in a flow that makes them dear.
 *
 * Who makes one evaluation dear can do so with every segment. So what the dear ones of a flow have cost,
 * beyond what its bytes make up for, is added up, and the limits of its evaluations (of steps, of pcre) are
 * halved for each so many steps of it; those of other flows are as they were.
 */
#ifndef SLUICE_MATCH_STRAIN_H
#define SLUICE_MATCH_STRAIN_H

struct matcher;
struct view;

/* Before the chains of a rule are looked at in that view, with m->eval reset; and after. */
void strain_begin(struct matcher *m, const struct view *view);
void strain_end(struct matcher *m, const struct view *view);

#endif
