/* Resource URIs (DSP0227 section 6, MS-WSMV 2.2.5): which class in which namespace is meant. */
#include <errno.h>
#include <string.h>

#include "cim/model/path.h"
#include "server/proto/wsman_impl.h"

/* What stands behind prefix, n 0 with s NULL if it does not start so. Schemes and hosts have no case, and clients
 * vary the rest. */
static struct text behind_prefix(struct text uri, struct text prefix)
{
    if (uri.n < prefix.n || !text_ieq((struct text){uri.s, prefix.n}, prefix))
        return (struct text){NULL, 0};
    return (struct text){uri.s + prefix.n, uri.n - prefix.n};
}

/* What stands behind the first occurrence of part, whatever host stands before */
static struct text behind(struct text uri, struct text part)
{
    for (size_t i = 0; i + part.n <= uri.n; i++)
        if (text_ieq((struct text){uri.s + i, part.n}, part))
            return (struct text){uri.s + i + part.n, uri.n - i - part.n};
    return (struct text){NULL, 0};
}

static bool is_name(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i], letter = c | 0x20;

        if (c < 0x80 && c != '_' && !(letter >= 'a' && letter <= 'z') && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return t.n > 0;
}

static int take_class(struct text name, struct wsman_epr *ret, struct cim_error *err)
{
    if (!is_name(name) && !text_eq(name, TEXT("*")))
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "the resource URI does not end in the name of a class");
    ret->class_name = name;
    return 0;
}

/* root/cimv2/CLASS; older clients write the namespace with backslashes */
static int take_wmi(struct arena *a, struct text rest, struct wsman_epr *ret, struct cim_error *err)
{
    size_t cut = rest.n;
    int r;

    while (cut && rest.s[cut - 1] != '/' && rest.s[cut - 1] != '\\')
        cut--;
    if (cut == 0)
        return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "the resource URI names no namespace");
    r = namespace_normalise(a, (struct text){rest.s, cut - 1}, &ret->namespace, err);
    ret->wmi_uri = r == 0;
    return r ? r : take_class((struct text){rest.s + cut, rest.n - cut}, ret, err);
}

int uri_parse(struct arena *a, struct text uri, struct wsman_epr *ret, struct cim_error *err)
{
    struct text rest = behind_prefix(uri, TEXT("http://schemas.microsoft.com/wbem/wsman/1/wmi/"));

    if (rest.s)
        return take_wmi(a, rest, ret, err);
    rest = behind(uri, TEXT("/wbem/wscim/1/cim-schema/2/"));
    if (rest.s)
        return take_class(rest, ret, err);
    rest = behind(uri, TEXT("/wbem/cim-xml/2/cim-schema/2/"));
    if (rest.s) {
        ret->metadata = true;
        return take_class(rest, ret, err);
    }
    rest = behind(uri, TEXT("/wbem/wscim/1/"));
    if (rest.s && text_eq(rest, TEXT("*")))
        return take_class(rest, ret, err);
    return cim_fail(err, CIM_ERR_INVALID_PARAMETER, "the resource URI names no class of this service");
}
