/* The fault table, for the encoder. */
#ifndef SERVER_PROTO_FAULT_H
#define SERVER_PROTO_FAULT_H

#include "server/proto/wsman.h"

struct fault_row {
    const char *code, *subcode; /* with the prefixes of the envelope; subcode NULL: none */
    const char *action;         /* wsa:Action of the reply */
    uint32_t windows_code;      /* for f:WSManFault; 0: none is known, and the element is left out */
};

/* Of any type; unknown ones are internal errors. */
const struct fault_row *fault_row(int type);

/* f:WSManFault/@Code: the detail's if it has one, else the fault's. */
uint32_t fault_windows_code(const struct wsman_fault *f);

#endif
