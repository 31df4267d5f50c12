/* WS-Man messages as this client sends them. Pure functions that append to a buffer; names and values are escaped
 * here. Any thread.
 */
#ifndef SERVER_CLI_REQUEST_H
#define SERVER_CLI_REQUEST_H

#include "server/cli/words.h"

/* What every message has. */
struct message {
    const char *to;        /* URL of the service */
    const char *id;        /* "uuid:..." */
    struct text namespace; /* n 0 = the service's default */
    uint64_t timeout;      /* OperationTimeout in seconds; 0 = none */
};

enum { REQUEST_ENVELOPE = 512000 }; /* MaxEnvelopeSize in bytes: no answer has more elements than xml.h allows */

/* Class "*" of a path stands for all classes. */
enum request_depth { REQUEST_DEEP, REQUEST_SHALLOW, REQUEST_BASE };
enum request_dialect { REQUEST_NO_FILTER, REQUEST_WQL, REQUEST_CQL, REQUEST_ASSOCIATION };

/* NULL: no restriction. */
struct request_association {
    bool references;
    const struct cim_path *object;
    const char *association_class, *result_class, *role, *result_role;
    const struct text *properties;
    uint32_t n_properties;
};

struct request_list {
    struct text class_name;
    enum request_depth depth;
    bool paths; /* EnumerateEPR */
    enum request_dialect dialect;
    struct text query;
    const struct request_association *association;
};

void request_identify(struct buf *b);
void request_enumerate(struct buf *b, const struct message *m, const struct request_list *l, uint64_t max_elements);
void request_pull(struct buf *b, const struct message *m, const struct request_list *l, struct text context,
                  uint64_t max_elements);
void request_release(struct buf *b, const struct message *m, const struct request_list *l, struct text context);

/* Keys of type CIM_REFERENCE are sent as endpoint references, all others as their text. */
void request_get(struct buf *b, const struct message *m, const struct cim_path *p);
void request_put(struct buf *b, const struct message *m, const struct cim_path *p, const struct assignment *values,
                 uint32_t n);
void request_create(struct buf *b, const struct message *m, struct text class_name, const struct assignment *values,
                    uint32_t n);
void request_delete(struct buf *b, const struct message *m, const struct cim_path *p);
void request_invoke(struct buf *b, const struct message *m, const struct cim_path *p, const char *method,
                    const struct assignment *values, uint32_t n);

/* The class itself as CIM-XML (DSP0227 section 15). */
void request_class(struct buf *b, const struct message *m, struct text class_name);

#endif
