#include "rulework/rule_project.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/yaml_tree.h"

enum { LIST_MOST = 4096 };

struct reading {
    struct rule_project *project;
    struct yaml_tree tree;
    char folder[PATH_MAX]; /* of the file, with the slash at its end */
};

static int no_memory(struct reading *r)
{
    return err_set(r->tree.err, -ENOMEM, "out of memory");
}

/* A path as it is from here: of the project's folder, unless it is absolute. NULL when memory is short. */
static char *from_here(const struct reading *r, struct slice path)
{
    char *text = NULL;
    const char *folder = path.n && path.p[0] == '/' ? "" : r->folder;
    return asprintf(&text, "%s%.*s", folder, (int)path.n, (const char *)path.p) < 0 ? NULL : text;
}

static int take_path(struct reading *r, const yaml_node_t *value, char **out)
{
    struct slice path = yaml_scalar(value);
    if (!path.n || path.n >= PATH_MAX)
        return yaml_fail(&r->tree, value, -EINVAL, "expected a path");
    free(*out);
    *out = from_here(r, path);
    return *out ? 0 : no_memory(r);
}

static int take_config(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_path(r, value, &r->project->config);
}

static int take_classification(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_path(r, value, &r->project->classification);
}

static int take_reference(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_path(r, value, &r->project->reference);
}

static int take_datasets(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_path(r, value, &r->project->dataset_directory);
}

static int add(struct reading *r, const yaml_node_t *value, char ***list, uint32_t *count, uint32_t *capacity,
               char *text)
{
    if (!text)
        return no_memory(r);
    if (*count == LIST_MOST || grow_array(list, *count, capacity)) {
        free(text);
        return *count == LIST_MOST ? yaml_fail(&r->tree, value, -EINVAL, "more than %d", LIST_MOST)
                                   : no_memory(r);
    }
    (*list)[(*count)++] = text;
    return 0;
}

static int take_rules(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    struct rule_project *p = r->project;
    int rc = 0;
    for (size_t i = 0; !rc && i < yaml_count(value); i++) {
        const yaml_node_t *item = yaml_item(&r->tree, value, i);
        char *path = NULL;
        rc = take_path(r, item, &path);
        if (!rc)
            rc = add(r, item, &p->rules, &p->rule_count, &p->rule_capacity, path);
    }
    return rc;
}

static int take_variables(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    struct rule_project *p = r->project;
    int rc = value->type == YAML_MAPPING_NODE || yaml_is_null(value)
                 ? 0
                 : yaml_fail(&r->tree, value, -EINVAL, "expected NAME: VALUE pairs");
    for (size_t i = 0; !rc && value->type == YAML_MAPPING_NODE && i < yaml_count(value); i++) {
        const yaml_node_t *item = yaml_value(&r->tree, value, i);
        struct slice name = yaml_scalar(yaml_key(&r->tree, value, i)), text = yaml_scalar(item);
        char *both = NULL;
        if (!name.n || !text.n)
            return yaml_fail(&r->tree, item, -EINVAL, "expected the text of a variable, in quotes");
        if (asprintf(&both, "%.*s=%.*s", (int)name.n, (const char *)name.p, (int)text.n,
                     (const char *)text.p) < 0)
            both = NULL;
        rc = add(r, item, &p->variables, &p->variable_count, &p->variable_capacity, both);
    }
    return rc;
}

static int code_of(struct reading *r, const yaml_node_t *node, enum finding_code *code)
{
    struct slice name = yaml_scalar(node);
    if (finding_code_find(name, code))
        return 0;
    return yaml_fail(&r->tree, node, -EINVAL, "there is no code \"%.*s\"; docs/rules/ has them all",
                     (int)(name.n < 60 ? name.n : 60), name.p ? (const char *)name.p : "");
}

static int take_codes(struct reading *r, const yaml_node_t *value, uint64_t *codes)
{
    int rc = 0;
    for (size_t i = 0; !rc && !yaml_is_null(value) && i < yaml_count(value); i++) {
        enum finding_code code;
        rc = code_of(r, yaml_item(&r->tree, value, i), &code);
        if (!rc)
            *codes |= UINT64_C(1) << code;
    }
    return rc;
}

static int take_disabled(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_codes(r, value, &r->project->choice.disabled);
}

static int take_enabled(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return take_codes(r, value, &r->project->choice.asked);
}

static int take_severities(void *ctx, const yaml_node_t *value)
{
    static const char *const words[] = {"note", "warning", "error", NULL}; /* as enum finding_severity */
    struct reading *r = ctx;
    if (value->type != YAML_MAPPING_NODE)
        return yaml_is_null(value) ? 0 : yaml_fail(&r->tree, value, -EINVAL, "expected CODE: SEVERITY pairs");
    int rc = 0;
    for (size_t i = 0; !rc && i < yaml_count(value); i++) {
        enum finding_code code;
        int severity = 0;
        rc = code_of(r, yaml_key(&r->tree, value, i), &code);
        if (!rc)
            rc = yaml_choice(&r->tree, yaml_value(&r->tree, value, i), words, &severity);
        if (!rc) {
            r->project->choice.weighed |= UINT64_C(1) << code;
            r->project->choice.severity[code] = (enum finding_severity)severity;
        }
    }
    return rc;
}

/* The folder as people write it: what lies below the one they are in begins there. */
static void set_folder(struct reading *r, const char *path)
{
    char here[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(r->folder, sizeof r->folder, "%.*s", slash ? (int)(slash - path) + 1 : 0, path);
    if (!getcwd(here, sizeof here - 1))
        return;
    size_t n = strlen(here);
    here[n++] = '/';
    if (strncmp(r->folder, here, n) == 0)
        memmove(r->folder, r->folder + n, strlen(r->folder + n) + 1);
}

int rule_project_read(struct rule_project *project, const char *path, struct err *err)
{
    static const struct yaml_field fields[] = {
        {"rules", take_rules},         {"config", take_config},
        {"variables", take_variables}, {"classification", take_classification},
        {"reference", take_reference}, {"dataset-dir", take_datasets},
        {"disable", take_disabled},    {"enable", take_enabled},
        {"severity", take_severities}, {NULL, NULL},
    };
    struct reading *r = calloc(1, sizeof *r);
    *project = (struct rule_project){.path = strdup(path)};
    if (!r || !project->path) {
        free(r);
        return err_set(err, -ENOMEM, "out of memory");
    }
    r->project = project;
    set_folder(r, path);
    int rc = yaml_tree_read(&r->tree, path, err);
    if (!rc) {
        const yaml_node_t *root = yaml_tree_root(&r->tree);
        if (root && !yaml_is_null(root))
            rc = yaml_take_fields(&r->tree, root, fields, r);
        yaml_tree_free(&r->tree);
    }
    free(r);
    return rc;
}

int rule_project_find(struct rule_project *project, const char *start, struct err *err)
{
    struct stat st;
    char *folder = realpath(start, NULL), name[PATH_MAX];
    *project = (struct rule_project){0};
    if (!folder)
        return 0; /* whoever opens it will say so */
    if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
        *strrchr(folder, '/') = '\0';
    int rc = 0;
    for (;;) {
        snprintf(name, sizeof name, "%.*s/%s", PATH_MAX - 20, folder, RULE_PROJECT_FILE);
        if (access(name, F_OK) == 0) {
            rc = rule_project_read(project, name, err);
            break;
        }
        char *slash = strrchr(folder, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    free(folder);
    return rc;
}

void rule_project_fini(struct rule_project *project)
{
    for (uint32_t i = 0; i < project->rule_count; i++)
        free(project->rules[i]);
    for (uint32_t i = 0; i < project->variable_count; i++)
        free(project->variables[i]);
    free(project->rules);
    free(project->variables);
    free(project->config);
    free(project->classification);
    free(project->reference);
    free(project->dataset_directory);
    free(project->path);
    *project = (struct rule_project){0};
}
