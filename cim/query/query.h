/* Queries as one predicate tree, whatever language they were written in: WQL, CQL, XPath filters, selector filters. A
 * parsed query is immutable plain data in an arena and may be evaluated from any thread. Three-valued logic: NULL
 * operands give UNKNOWN, rows pass on TRUE only; XPath alone knows two values.
 */
#ifndef CIM_QUERY_QUERY_H
#define CIM_QUERY_QUERY_H

#include "cim/model/instance.h"
#include "cim/model/schema.h"

enum query_language {
    QUERY_WQL,
    QUERY_CQL,
    QUERY_XPATH, /* a test of an array holds if it holds for any item; what has no value passes no test but its NOT */
    QUERY_SELECTORS,
};

enum query_op {
    QUERY_AND,
    QUERY_OR,
    QUERY_NOT,
    QUERY_EQ,
    QUERY_NE,
    QUERY_LT,
    QUERY_LE,
    QUERY_GT,
    QUERY_GE,
    QUERY_LIKE,  /* pattern of WQL (like.h) */
    QUERY_REGEX, /* LIKE of CQL (regex.h) */
    QUERY_ISA,
    QUERY_IS_NULL,
    QUERY_IS_NOT_NULL,
};

struct query_regex;

/* What a chain may say at one of its names. */
struct query_step {
    struct text scope; /* Class::Name: an instance of another class has no value there; n 0 = none */
    uint32_t item;     /* of an array, from 0; beyond its end there is no value. QUERY_NO_ITEM: the whole */
};

/* A property chain such as TargetInstance.Name; a name starting with "__" is a system property (__CLASS,
 * __SUPERCLASS, __DYNASTY, __GENUS, __PROPERTY_COUNT) or, for ISA, the instance itself (__THIS). At most
 * QUERY_MAX_DEPTH names, but for WQL.
 */
struct query_chain {
    const struct text *names;
    const struct query_step *steps; /* n of them; NULL: nothing but names */
    uint32_t n;
    /* Filled by query_bind */
    uint32_t hash;  /* text_ihash of the first name */
    uint16_t index; /* of the first name in the instances' properties; a hint that is checked by the hash */
    uint8_t type; /* enum cim_type of the value; CIM_TYPE_NONE if unknown, not the same in all subclasses or an array */
};

struct query_node {
    enum query_op op;
    /* AND, OR; NOT uses left. A long list `a AND b AND c` goes to the right: who walks it recurs to the left only,
     * which is never deeper than QUERY_MAX_DEPTH, and loops to the right.
     */
    const struct query_node *left, *right;
    struct query_chain chain;  /* tests */
    struct cim_value constant; /* tests; text for LIKE and ISA */
    /* NULL: compares with the constant. Else with this property or, as a symbol, with the value that the constant names
     * among the Values of this property (n 0: of chain); query_bind makes a plain constant of a symbol.
     */
    const struct query_chain *other;
    bool symbol;
    bool upper;                      /* the text of chain is compared in upper case (ASCII) */
    const struct query_regex *regex; /* QUERY_REGEX */
};

struct query {
    struct text text;       /* as given */
    struct text class_name; /* FROM */
    const struct query_chain *select;
    uint32_t n_select;              /* 0 = all properties */
    const struct query_node *where; /* NULL = every instance */
    enum query_language language;   /* what may be compared with what, and how */
    bool exact_class;               /* WHERE restricts to __CLASS = class_name at the top level */
    bool fold_case;                 /* string comparison ignores the case of ASCII letters (WQL yes, CQL no) */
};

enum { QUERY_MAX_DEPTH = 64, QUERY_MAX_TEXT = 65536, QUERY_MAX_VALUES = 1024, QUERY_MAX_PAIRS = 256 };

#define QUERY_NO_ITEM UINT32_MAX

/* Parses a WQL data query (mof digest section 3: SELECT list/ * FROM class WHERE …). 0, -ENOMEM, or with a sentence
 * that names the place: CIM_ERR_INVALID_QUERY for bad syntax; ASSOCIATORS OF and event queries are
 * CIM_ERR_NOT_SUPPORTED here.
 */
int wql_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err);

/* Parses a CQL query (DSP0202, mof digest section 4): Basic Query, Basic Like, Embedded Properties, Array Elements,
 * properties compared with each other, CLASSNAME and UPPERCASE. `Class.P` and `Alias.P` are P; what SELECT names is kept
 * without them. What it does not serve is CIM_ERR_NOT_SUPPORTED with the name of the feature; other codes as for
 * wql_parse. Strings compare with case, and only with strings, references and datetimes.
 */
int cql_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err);

/* An XPath filter of WS-Man (DSP0226 annex D level 1 and its usual uses): ../Class[Prop=3], /Class[Prop="x"],
 * Class[A="x" and B="y"], /Class/Prop (a projection), Prop="x". A step is a name (its prefix is not looked at), behind a
 * property with [n] for an item, from 1, or text() at the end; tests are comparisons, contains() and starts-with().
 * class_name has n 0 where the path names none or `*`. What is beyond that is CIM_ERR_INVALID_QUERY. Names are folded
 * like everywhere, strings compare with case.
 */
int xpath_parse(struct arena *a, struct text source, struct query *ret, struct cim_error *err);

/* A conjunction of `name = value` (SelectorFilter, MS-WSMV 3.1.4.1.13), values as text that compares with case. A name
 * given twice, a quote in a value, more than QUERY_MAX_PAIRS: CIM_ERR_INVALID_QUERY, and query_bind refuses arrays,
 * datetimes, references and embedded objects. The query's text is the same in WQL.
 */
struct query_pair {
    struct text name, value;
};
int query_from_pairs(struct arena *a, struct text class_name, const struct query_pair *pairs, uint32_t n,
                     struct query *ret, struct cim_error *err);

/* ASSOCIATORS OF {path} WHERE … and REFERENCES OF {path} WHERE … (mof digest section 3). Texts are copies in the
 * arena. Requirements on qualifiers are CIM_ERR_NOT_SUPPORTED, mistakes CIM_ERR_INVALID_QUERY.
 */
struct query_associators {
    bool references;
    struct text path;                                         /* between the braces, not yet parsed */
    struct text assoc_class, result_class, role, result_role; /* n 0 = any */
    bool class_defs_only, keys_only, schema_only;
};
/* True if the text is such a query, whatever is wrong with it. */
bool query_is_associators(struct text source);
int associators_parse(struct arena *a, struct text source, struct query_associators *ret, struct cim_error *err);

/* Checks the query against the class that FROM names: properties exist in it or in a descendant of it, operators fit
 * the types. CIM_ERR_INVALID_QUERY. Converts constants to the types of their properties where that is possible, paths
 * with the keys of their class; gives a bound copy, which borrows from q. A chain into an embedded object is not
 * checked beyond its first name: where it leads nowhere it gives no rows.
 */
int query_bind(struct arena *a, const struct query *q, const struct cim_class *c, struct query *ret,
               struct cim_error *err);

/* True if the instance passes WHERE. Never fails: what cannot be compared is UNKNOWN. The instance's class is the
 * bound one or derives from it; a query that was not bound works too, only slower, with constants as they were written
 * and without symbols. References are equal if class and keys are, and host and namespace where both have one.
 */
bool query_matches(const struct query *q, const struct cim_instance *i);

/* True if SELECT or WHERE names the property, or all are selected. Names without case. */
bool query_needs(const struct query *q, struct text property);

/* The values that the property must have one of, for a look-up by key: `a="1" OR a="2"` gives both, AND with other
 * tests keeps them. n 0: WHERE does not restrict the property, or to more than QUERY_MAX_VALUES. Each is given once
 * (with fold_case: without regard to case) and has the property's type, so a query that was not bound has none. With
 * fold_case a row may have it in other letters than the query: WHERE passes "EXPLORER" for "explorer", a look-up by
 * exact key does not find it, as nothing that is asked for by its path would. Values are borrowed from the query; the
 * array is in the arena. -ENOMEM or 0.
 */
int query_values_for(struct arena *a, const struct query *q, struct text property, const struct cim_value **ret_values,
                     uint32_t *ret_n);

#endif
