/* CIM types and values (DSP0004 section 5.2). A value is 16 bytes and borrows: its text, items, path or instance live
 * in the arena of whoever holds the value. Values are plain data; copying one copies the reference.
 */
#ifndef CIM_MODEL_VALUE_H
#define CIM_MODEL_VALUE_H

#include "cim/base/arena.h"
#include "cim/base/buf.h"
#include "cim/base/status.h"
#include "cim/base/text.h"
#include "cim/model/datetime.h"

struct cim_path;
struct cim_instance;

enum cim_type {
    CIM_TYPE_NONE,
    CIM_BOOLEAN,
    CIM_UINT8,
    CIM_SINT8,
    CIM_UINT16,
    CIM_SINT16,
    CIM_UINT32,
    CIM_SINT32,
    CIM_UINT64,
    CIM_SINT64,
    CIM_REAL32,
    CIM_REAL64,
    CIM_CHAR16,
    CIM_STRING,
    CIM_DATETIME,
    CIM_REFERENCE,
    CIM_INSTANCE, /* a string property with EmbeddedInstance or EmbeddedObject, value held as an instance */
    CIM_TYPE_COUNT,
};

enum cim_value_flags {
    CIM_VALUE_ARRAY = 1,
    CIM_VALUE_SET = 2, /* not NULL */
};

struct cim_value {
    uint8_t type;  /* enum cim_type; of the items for an array */
    uint8_t flags; /* enum cim_value_flags */
    uint16_t reserved;
    uint32_t len; /* string: bytes; array: items */
    union {
        bool boolean;
        uint16_t char16; /* a UCS-2 code unit */
        uint64_t uint;   /* all unsigned types */
        int64_t sint;    /* all signed types */
        double real;     /* real32 and real64 */
        const char *str; /* not NUL-ended */
        const struct cim_datetime *datetime;
        const struct cim_path *path;
        const struct cim_instance *instance;
        const struct cim_value *items; /* arrays; an item may be NULL (not SET) */
    };
};

_Static_assert(sizeof(struct cim_value) == 16, "instances are flat arrays of values");

static inline bool value_is_null(const struct cim_value *v)
{
    return !(v->flags & CIM_VALUE_SET);
}

static inline bool value_is_array(const struct cim_value *v)
{
    return v->flags & CIM_VALUE_ARRAY;
}

static inline struct text value_text(const struct cim_value *v)
{
    return (struct text){v->str, v->len};
}

struct cim_value value_null(enum cim_type type, bool is_array);
struct cim_value value_boolean(bool b);
struct cim_value value_uint(enum cim_type type, uint64_t v); /* the caller answers for the range */
struct cim_value value_sint(enum cim_type type, int64_t v);
struct cim_value value_real(enum cim_type type, double v);
struct cim_value value_char16(uint16_t c);
struct cim_value value_string(struct text borrowed); /* at most 4 GiB - 1 */
struct cim_value value_array(enum cim_type type, const struct cim_value *items, uint32_t n);

/* "uint32" and so on; NULL for none. type_of compares without case. */
const char *type_name(enum cim_type type);
enum cim_type type_of(struct text name);

/* Kinds as sets of types, since providers ask them with every property. */
#define TYPE_SET(t) (1u << (t))
#define TYPES_UNSIGNED (TYPE_SET(CIM_UINT8) | TYPE_SET(CIM_UINT16) | TYPE_SET(CIM_UINT32) | TYPE_SET(CIM_UINT64))
#define TYPES_SIGNED (TYPE_SET(CIM_SINT8) | TYPE_SET(CIM_SINT16) | TYPE_SET(CIM_SINT32) | TYPE_SET(CIM_SINT64))
#define TYPES_REAL (TYPE_SET(CIM_REAL32) | TYPE_SET(CIM_REAL64))

static inline bool type_in(enum cim_type type, unsigned set)
{
    return set >> type & 1;
}

static inline bool type_is_unsigned(enum cim_type type)
{
    return type_in(type, TYPES_UNSIGNED);
}

static inline bool type_is_signed(enum cim_type type)
{
    return type_in(type, TYPES_SIGNED);
}

static inline bool type_is_integer(enum cim_type type)
{
    return type_in(type, TYPES_UNSIGNED | TYPES_SIGNED);
}

static inline bool type_is_real(enum cim_type type)
{
    return type_in(type, TYPES_REAL);
}

static inline bool type_is_numeric(enum cim_type type)
{
    return type_in(type, TYPES_UNSIGNED | TYPES_SIGNED | TYPES_REAL);
}

/* Largest value of an integer type: the types stand in pairs of growing width, unsigned first. */
static inline uint64_t type_max(enum cim_type integer)
{
    return UINT64_MAX >> (64 - (8 << (integer - CIM_UINT8) / 2) + type_is_signed(integer));
}

/* Smallest; 0 for unsigned. */
static inline int64_t type_min(enum cim_type integer)
{
    return type_is_signed(integer) ? -(int64_t)type_max(integer) - 1 : 0;
}

/* Reads the text of one scalar in WS-CIM/CIM-XML/selector form as type: decimal or 0x integers, true/false/1/0,
 * 25-character or ISO datetime, an object path, any text; blanks around anything but text are ignored. Text is copied
 * into a. Returns 0, -ENOMEM, CIM_ERR_TYPE_MISMATCH or CIM_ERR_INVALID_PARAMETER (out of range, bad path) with err
 * filled. CIM_INSTANCE is refused.
 */
int value_parse(struct arena *a, enum cim_type type, struct text t, struct cim_value *ret, struct cim_error *err);

/* Appends one scalar as its canonical text (decimal, true/false, %.9g/%.17g, 25-character datetime, path in WBEM URI
 * form). NULL and arrays append nothing.
 */
void value_print(struct buf *b, const struct cim_value *v);

/* Converts where the meaning is kept: integers of other width and sign that fit, integers and reals to real
 * (rounded), string to any by value_parse, char16 to string. An array converts item by item, NULL stays NULL. The
 * result is a deep copy. Same errors as value_parse.
 */
int value_convert(struct arena *a, enum cim_type type, const struct cim_value *v, struct cim_value *ret,
                  struct cim_error *err);

/* Deep copy into an arena; false when memory is out. */
bool value_copy(struct arena *a, const struct cim_value *v, struct cim_value *ret);

/* Equality of values: numbers by value, strings by bytes, datetimes per DSP0004, paths and instances by content;
 * NULL equals NULL. */
bool value_equal(const struct cim_value *a, const struct cim_value *b);

#endif
