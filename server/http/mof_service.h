/* `POST /mof?namespace=NS&name=FILE`: the MOF text of the body goes into the repository, as a whole or not at all.
 * Answers 200 with a line that says how much it was, 400 with what the compiler says (FILE:line:column), 404 for a
 * namespace that does not exist, 507 when the disk is full. Worker thread.
 */
#ifndef SERVER_HTTP_MOF_SERVICE_H
#define SERVER_HTTP_MOF_SERVICE_H

#include "cim/core/repository.h"
#include "server/http/exchange.h"

struct mof_service {
    struct core *core;
    struct repository *repository;
};

/* An exchange_handler; service is a struct mof_service. */
void mof_handle(struct exchange *x, void *service);

#endif
