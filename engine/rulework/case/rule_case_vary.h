/* Tests that follow from a test (`silent-when`, `again`). Part of reading a file of tests. */
#ifndef SLUICE_RULEWORK_RULE_CASE_VARY_H
#define SLUICE_RULEWORK_RULE_CASE_VARY_H

#include "rulework/case/rule_case.h"

enum case_variation {
    CASE_SIDES,
    CASE_HOSTS,
    CASE_NEAR_CLIENT,
    CASE_NEAR_SERVER,
    CASE_OTHER_PORT,
    CASE_NO_HANDSHAKE,
    CASE_AGAIN /* the flows twice */
};

/* Adds a test for each word of `node` to the file, behind those that are there: the test `index` with that
 * turned round. 0, or a negative errno with the tree's error filled. */
int case_vary(struct case_file *file, uint32_t index, const struct yaml_tree *tree, const yaml_node_t *node);

/* Adds the test with its flows twice, on which each sid that it expects alerts `count` times. */
int case_again(struct case_file *file, uint32_t index, const struct yaml_tree *tree, const yaml_node_t *node);

#endif
