#include "server/http/welcome.h"

#include "cim/base/version.h"
#include "server/http/routes.h"

enum { PAGE_MAX = 16 << 10 };

void welcome_handle(struct exchange *x, void *service)
{
    const struct routes *routes = service;
    struct buf page;

    buf_init(&page, PAGE_MAX);
    buf_printf(&page, "cimstreamd %s\n\n", CIMSTREAM_VERSION);
    for (size_t i = 0; i < routes->n; i++)
        buf_printf(&page, "%-16s %s%s\n", routes->rows[i].methods, routes->rows[i].path,
                   routes->rows[i].below ? " and below" : "");
    exchange_reply(x, 200, "text/plain; charset=utf-8", &page);
}
