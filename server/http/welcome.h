/* The page at `/`: which program this is and what it serves. Worker thread. */
#ifndef SERVER_HTTP_WELCOME_H
#define SERVER_HTTP_WELCOME_H

#include "server/http/exchange.h"

/* An exchange_handler; service is the struct routes it stands in. */
void welcome_handle(struct exchange *x, void *service);

#endif
