#include "server/http/accept.h"

#include <string.h>

enum { UNSAID = -1, BEST = 1000 }; /* qualities in thousandths */

/* What is before the byte, which is taken off t with it. */
static struct text cut(struct text *t, char byte)
{
    const char *at = t->n ? memchr(t->s, byte, t->n) : NULL;
    struct text head = {t->s, at ? (size_t)(at - t->s) : t->n};

    *t = at ? (struct text){at + 1, t->n - head.n - 1} : (struct text){t->s + t->n, 0};
    return text_trim(head);
}

/* "0", "0.5", "1.000"; 0 for what is none. */
static int quality_of(struct text t)
{
    int q = 0, scale = BEST;

    if (t.n < 1 || t.n > 5 || (t.n > 1 && t.s[1] != '.'))
        return 0;
    for (size_t i = 0; i < t.n; i++) {
        if (i == 1)
            continue;
        if (t.s[i] < '0' || t.s[i] > '9')
            return 0;
        q += (t.s[i] - '0') * scale;
        scale /= 10;
    }
    return q <= BEST ? q : 0;
}

/* Of the parameters behind a coding. */
static int quality(struct text parameters)
{
    int q = BEST;

    while (parameters.n) {
        struct text value = cut(&parameters, ';'), name = cut(&value, '=');

        if (text_ieq(name, TEXT("q")))
            q = quality_of(text_trim(value));
    }
    return q;
}

enum accept_encoding accept_encoding(struct text header)
{
    int gzip = UNSAID, identity = UNSAID, others = UNSAID;

    while (header.n) {
        struct text rest = cut(&header, ','), name = cut(&rest, ';');

        if (text_ieq(name, TEXT("gzip")) || text_ieq(name, TEXT("x-gzip")))
            gzip = quality(rest);
        else if (text_ieq(name, TEXT("identity")))
            identity = quality(rest);
        else if (text_eq(name, TEXT("*")))
            others = quality(rest);
    }
    if (gzip == UNSAID)
        gzip = others;
    if (identity == UNSAID)
        identity = others;
    if (gzip <= 0 || identity > gzip)
        return ACCEPT_PLAIN;
    return identity == 0 ? ACCEPT_ONLY_GZIP : ACCEPT_GZIP;
}
