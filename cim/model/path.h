/* Object paths: host, namespace, class, keys. Plain data in an arena; parsed from and printed to the WMI spelling
 * (\\host\root\cimv2:Class.Key="v") and the WBEM URI (//host/root/cimv2:Class.Key="v", DSP0207), see the mof digest
 * section 7.
 */
#ifndef CIM_MODEL_PATH_H
#define CIM_MODEL_PATH_H

#include "cim/model/value.h"

enum { PATH_MAX_DEPTH = 8, PATH_MAX_TEXT = 16384, PATH_MAX_KEYS = 64 };

struct cim_class;

struct cim_key {
    struct text name;
    /* As parsed: CIM_STRING for quoted text (references too), CIM_UINT64, CIM_SINT64, CIM_REAL64, CIM_BOOLEAN or
     * CIM_CHAR16; path_bind gives exact types
     */
    struct cim_value value;
};

struct cim_path {
    struct text host;       /* n 0 = local; "." is read as local */
    struct text namespace;  /* with '/', no leading slash; n 0 = not given */
    struct text class_name; /* n 0 = a namespace path */
    const struct cim_key *keys;
    uint32_t n_keys;
    bool is_singleton; /* Class=@ */
};

/* Either spelling, whole text. 0, -ENOMEM or CIM_ERR_INVALID_PARAMETER with a sentence that says where it went wrong.
 * An unnamed single key (Class="v") is kept with an empty name until path_bind.
 */
int path_parse(struct arena *a, struct text t, struct cim_path *ret, struct cim_error *err);

enum path_form {
    PATH_WBEM_URI,     /* //host/root/cimv2:Class.k="v" ; /root/cimv2:… without host; Class.k="v" without namespace */
    PATH_WMI,          /* \\host\root\cimv2:Class.k="v" ; \\.\… for the local host when a namespace is there */
    PATH_WMI_RELATIVE, /* Class.k="v" */
    PATH_CANONICAL, /* WBEM URI with host, namespace, class and key names in lower case and keys sorted: a hash key */
};
/* A path with more than PATH_MAX_KEYS keys, or nested more than PATH_MAX_DEPTH deep, fails the buffer. */
void path_print(struct buf *b, const struct cim_path *p, enum path_form form);

/* Gives the keys the types of the class' key properties and orders them as the class has them; names the unnamed one.
 * CIM_ERR_INVALID_PARAMETER: missing, unknown, duplicate key; CIM_ERR_TYPE_MISMATCH.
 */
int path_bind(struct arena *a, const struct cim_path *p, const struct cim_class *c, struct cim_path *ret,
              struct cim_error *err);

bool path_copy(struct arena *a, const struct cim_path *p, struct cim_path *ret);

/* Host (empty = local), namespace and class without case, keys as a set by value_equal. */
bool path_equal(const struct cim_path *a, const struct cim_path *b);

/* "root\cimv2", "//./root/cimv2" or "/root/cimv2/" as "root/cimv2" (spelling kept). CIM_ERR_INVALID_NAMESPACE for
 * anything that is no namespace name.
 */
int namespace_normalise(struct arena *a, struct text t, struct text *ret, struct cim_error *err);

#endif
