/* Facts about this host that many providers repeat: its name, its UTC offset, the names of its system objects. Any
 * thread. */
#ifndef CIM_CORE_LOCAL_H
#define CIM_CORE_LOCAL_H

#include "cim/model/datetime.h"

/* A timestamp with the offset that the host has at that time. */
struct cim_datetime local_datetime(int64_t unix_usec);

/* The host name without domain, read once. Static. */
const char *local_host(void);

#endif
