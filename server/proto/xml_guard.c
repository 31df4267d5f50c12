#include "server/proto/xml_guard.h"

#include <string.h>

#include "server/proto/xml.h"

/* Fails with line and column of a place */
static int refuse(struct text t, const char *at, int result, const char *why, struct cim_error *err)
{
    size_t line = 1;
    const char *start = t.s;

    for (const char *p = t.s; (p = memchr(p, '\n', (size_t)(at - p))); start = ++p)
        line++;
    (void)cim_fail(err, CIM_ERR_INVALID_PARAMETER, "line %zu, column %zu: %s", line, (size_t)(at - start) + 1, why);
    return result;
}

/* Behind the next occurrence of end, or NULL */
static const char *behind(const char *p, const char *stop, const char *end)
{
    size_t n = strlen(end);
    const char *found = memmem(p, (size_t)(stop - p), end, n);

    return found ? found + n : NULL;
}

static bool starts(const char *p, const char *stop, const char *with)
{
    size_t n = strlen(with);

    return (size_t)(stop - p) >= n && memcmp(p, with, n) == 0;
}

/* The value of encoding="..." in the XML declaration; n 0 if there is none */
static struct text declared_encoding(struct text declaration)
{
    const char *stop = declaration.s + declaration.n, *p = behind(declaration.s, stop, "encoding"), *end;

    while (p && p < stop && (*p == '=' || *p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
        p++;
    if (!p || p == stop || (*p != '"' && *p != '\''))
        return (struct text){"", 0};
    end = memchr(p + 1, *p, (size_t)(stop - p - 1));
    return end ? (struct text){p + 1, (size_t)(end - p - 1)} : (struct text){"", 0};
}

static bool encoding_served(struct text name)
{
    static const char *const served[] = {"", "UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"};

    for (size_t i = 0; i < sizeof(served) / sizeof(*served); i++)
        if (text_ieqs(name, served[i]))
            return true;
    return false;
}

/* Behind a start tag; NULL if it does not end. Counts what may be attributes. */
static const char *skip_tag(const char *p, const char *stop, unsigned *ret_attributes)
{
    unsigned n = 0;

    for (; p < stop && *p != '>'; p++) {
        n += *p == '=';
        if (*p == '"' || *p == '\'')
            p = memchr(p + 1, *p, (size_t)(stop - p - 1));
        if (!p)
            break;
    }
    *ret_attributes = n;
    return p && p < stop ? p + 1 : NULL;
}

/* A comment or a CDATA section is passed over; NULL if p is neither or it does not end. *ret_known says which. */
static const char *skip_section(const char *p, const char *stop, bool *ret_known)
{
    bool comment = starts(p, stop, "<!--"), cdata = starts(p, stop, "<![CDATA[");

    *ret_known = comment || cdata;
    if (!*ret_known)
        return NULL;
    return behind(p + (comment ? 4 : 9), stop, comment ? "-->" : "]]>");
}

static int check_declaration(struct text t, const char *end, struct cim_error *err)
{
    struct text name = declared_encoding((struct text){t.s, (size_t)(end - t.s)});

    return encoding_served(name) ? 0 : refuse(t, name.s, XML_ENCODING, "the encoding is not UTF-8 or UTF-16", err);
}

int xml_guard(struct text t, struct cim_error *err)
{
    const char *stop = t.s + t.n, *p = t.s, *nul = t.n ? memchr(t.s, '\0', t.n) : NULL;

    if (nul)
        return refuse(t, nul, XML_MALFORMED, "NUL byte", err);
    if (starts(p, stop, "<?xml") && t.n > 5 && (unsigned char)t.s[5] <= ' ') {
        p = behind(p, stop, "?>");
        if (p && check_declaration(t, p, err))
            return XML_ENCODING;
    }
    while (p && p < stop && (p = memchr(p, '<', (size_t)(stop - p)))) {
        unsigned attributes = 0;
        bool known;
        const char *at = p;

        if (starts(p, stop, "<?"))
            return refuse(t, at, XML_MALFORMED, "processing instructions are not allowed", err);
        if (starts(p, stop, "<!")) {
            p = skip_section(p, stop, &known);
            if (!known)
                return refuse(t, at, XML_MALFORMED, "document type declarations are not allowed", err);
            continue;
        }
        p = skip_tag(p + 1, stop, &attributes);
        if (attributes > XML_MAX_ATTRIBUTES)
            return refuse(t, at, XML_MALFORMED, "an element with more than 64 attributes", err);
    }
    return 0; /* where something did not end the parser says so */
}
