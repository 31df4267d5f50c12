/* An instance as bytes, for keeping: values by the name of their property, so that a class that later gains, loses or
 * retypes a property still reads what was written before. Integers and lengths are variable (7 bits a byte, signed ones
 * zigzag), so the form depends on no machine. Pure functions, any thread.
 *
 *   record   := 0x01 instance
 *   instance := count { text(name) value }
 *   value    := byte(type | 0x20 if array | 0x40 unless NULL) [ scalar | count { byte(1 unless NULL) [scalar] } ]
 *   text     := length bytes
 */
#ifndef CIM_CORE_RECORD_H
#define CIM_CORE_RECORD_H

#include "cim/model/instance.h"
#include "cim/model/schema.h"

enum { RECORD_MAX_DEPTH = 16 /* instances within instances */ };

/* Appends; fails the buffer for what cannot be read back (a path beyond PATH_MAX_TEXT, instances nested too deep). Values that are NULL without a
 * default that is not are left out. */
void record_write(struct buf *b, const struct cim_instance *i);

/* Sets the values that the record has; others stay. What the class does not have any more is skipped, what does not
 * fit it any more stays too. s: where embedded instances find their classes. Values live in a, nothing is borrowed from
 * data. 0, -ENOMEM or -EBADMSG; values may have been set then.
 */
int record_read(struct arena *a, const struct cim_schema *s, struct text data, struct cim_instance *i);

#endif
