/* Tests of query languages: the tree as text, tables of texts that are right or wrong, tables of what instances pass. */
#ifndef TESTS_UNIT_QUERIES_H
#define TESTS_UNIT_QUERIES_H

#include "cim/query/query.h"
#include "tests/unit/mofs.h"

typedef int (*query_parser_fn)(struct arena *a, struct text source, struct query *ret, struct cim_error *err);

struct query_case {
    const char *source, *shown;
};

/* "a, b of Class: tree", "Class!" where it is exact */
void queries_show(struct buf *b, const struct query *q);

void queries_check_good(query_parser_fn parse, const struct query_case *cases, size_t n);
/* shown is the message. */
void queries_check_bad(query_parser_fn parse, const struct query_case *cases, size_t n, int status);
int queries_status(query_parser_fn parse, const char *source, struct cim_error *ret_error);
/* With less memory than it needs the parser says so and nothing else. */
void queries_check_full_arena(query_parser_fn parse, const char *source);

/* Compiled MOF and its instances in their order */
struct query_world {
    struct mofs mofs;
    struct arena arena; /* of the instances */
    const struct cim_instance *instances[8];
};

void queries_world_init(struct query_world *w, const char *source);
void queries_world_fini(struct query_world *w);

/* Parses and binds to the class; the status of either. */
int queries_bind(const struct query_world *w, query_parser_fn parse, const char *class_name, const char *source,
                 struct arena *a, struct query *ret, struct cim_error *err);

/* 'y' true, 'n' false, '?' neither: the negation does not hold either. */
struct query_truth {
    char truth;
    const char *where;
};

/* Whether the instance passes: where stands in yes and in no for %s. */
void queries_check_truth(const struct query_world *w, query_parser_fn parse, const char *class_name, const char *yes,
                         const char *no, const struct query_truth *cases, size_t n, const struct cim_instance *i);

/* Parsing or binding fails; shown is the message. */
void queries_check_unbound(const struct query_world *w, query_parser_fn parse, const char *class_name,
                           const struct query_case *cases, size_t n);

#endif
