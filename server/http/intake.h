/* Inside server/http: from the library's callbacks to a whole request at a worker. All on io threads. */
#ifndef SERVER_HTTP_INTAKE_H
#define SERVER_HTTP_INTAKE_H

#include <microhttpd.h>

/* A body that has to be refused is read up to here, so that the connection lives on and the client sees the refusal. */
enum { INTAKE_DRAIN_MAX = 16 << 20 };

/* A larger body is only taken from a user that has been proven: strangers cannot fill the memory. */
enum { INTAKE_STRANGER_MAX = 64 << 10 };

/* MHD_AccessHandlerCallback */
enum MHD_Result intake_call(void *listener, struct MHD_Connection *mhd, const char *path, const char *method,
                            const char *version, const char *bytes, size_t *n, void **ret_exchange);

/* MHD_RequestCompletedCallback */
void intake_completed(void *listener, struct MHD_Connection *mhd, void **exchange, enum MHD_RequestTerminationCode code);

#endif
