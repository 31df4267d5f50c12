/* Provider_…: what the framework does for every provider. */
#include <stdlib.h>
#include <string.h>

#include "cim/core/cinstance.h"
#include "cim/core/local.h"

const char *Provider_GetLocalComputerName(void)
{
    return local_host();
}

const char *Provider_GetNamespace(const Provider *p)
{
    return p->ns ? p->ns : "root\\cimv2";
}

const char *Provider_GetProviderName(const Provider *p)
{
    return p->name;
}

/* Sets a string property of the class if it has it, without a copy: text is static or the schema's. */
static bool put_borrowed(CInstance *i, struct text name, struct text value)
{
    const struct cim_property *p = class_property(i->instance.class, name);

    if (!p || p->type != CIM_STRING || p->is_array)
        return false;
    i->values[p->index] = value_string(value);
    return true;
}

bool Provider_SetCreationClassName(CInstance *i)
{
    return put_borrowed(i, TEXT("CreationClassName"), i->instance.class->name);
}

bool Provider_SetSystemKeys(CInstance *i)
{
    const struct text host = text_of(local_host()), system = TEXT("Linux_ComputerSystem"),
                      os = TEXT("Linux_OperatingSystem");
    const struct {
        struct text name, value;
    } keys[] = {
        {TEXT("SystemCreationClassName"), system}, {TEXT("SystemName"), host},
        {TEXT("CSCreationClassName"), system},     {TEXT("CSName"), host},
        {TEXT("OSCreationClassName"), os},         {TEXT("OSName"), host},
    };

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
        (void)put_borrowed(i, keys[k].name, keys[k].value); /* the class may lack it */
    return Provider_SetCreationClassName(i);
}

char *Provider_GetLocalInstancePath(const Provider *p, const CInstance *i)
{
    struct arena a;
    struct cim_path path;
    struct text ns;
    struct buf b;
    char *text = NULL;

    arena_init(&a, PATH_MAX_TEXT);
    buf_init(&b, PATH_MAX_TEXT);
    if (namespace_normalise(&a, text_of(Provider_GetNamespace(p)), &ns, NULL) == 0 &&
        instance_path(&i->instance, &a, ns, &path, NULL) == 0) {
        path.host = text_of(local_host());
        path_print(&b, &path, PATH_WMI);
        text = buf_ok(&b) ? strdup(buf_cstr(&b)) : NULL;
    }
    buf_fini(&b);
    arena_fini(&a);
    return text;
}
