/* What providers of associations share: the paths at the ends, and who of many members is asked for. Functions only,
 * no state; any thread.
 */
#ifndef PROVIDERS_LIB_ENDS_H
#define PROVIDERS_LIB_ENDS_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cim/provider.h"

/* The path of an instance of class with the names of this host and one key more; malloc'ed, NULL when memory is out. */
static inline char *ends_path(const Provider *p, MethodContext *ctx, const char *class, const char *key,
                              const char *value)
{
    CInstance *i = NULL;
    char *path;

    if (FAILED(CWbemProviderGlue_GetEmptyInstance(ctx, class, &i, p->ns)))
        return NULL;
    (void)Provider_SetSystemKeys(i); /* the class may have no CreationClassName */
    path = CInstance_SetCHString(i, key, value) ? Provider_GetLocalInstancePath(p, i) : NULL;
    CInstance_Release(i);
    return path;
}

/* Linux_ComputerSystem or Linux_OperatingSystem: both are named after the host. */
static inline char *ends_host(const Provider *p, MethodContext *ctx, const char *class)
{
    return ends_path(p, ctx, class, "Name", Provider_GetLocalComputerName());
}

/* paths: what a role is restricted to (CFrameworkQuery_GetValuesForProp); none is no restriction. */
static inline bool ends_is_wanted(const char *const *paths, const char *path)
{
    bool any = !paths[0];

    for (; *paths; paths++)
        any = any || strcmp(*paths, path) == 0;
    return any;
}

/* One association instance. A path may be NULL: then memory was out. */
static inline HRESULT ends_commit(Provider *p, MethodContext *ctx, const char *const roles[2],
                                  const char *const paths[2])
{
    CInstance *i = paths[0] && paths[1] ? Provider_CreateNewInstance(p, ctx) : NULL;

    if (i && (!CInstance_SetCHString(i, roles[0], paths[0]) || !CInstance_SetCHString(i, roles[1], paths[1]))) {
        CInstance_Release(i);
        i = NULL;
    }
    return Provider_Commit(p, i);
}

/* An object of this host that many others belong to. */
struct ends_group {
    const char *roles[2];     /* of the group and of its members */
    const char *group_class;  /* as for ends_host */
    const char *member_class; /* that all members derive from */
    const char *members;      /* the query for their keys */
};

struct ends_pass {
    const struct ends_group *group;
    const char *path; /* of the group */
};

static inline HRESULT ends_member(Provider *p, CInstance *member, MethodContext *ctx, void *user)
{
    const struct ends_pass *pass = user;
    char *path = Provider_GetLocalInstancePath(p, member);
    HRESULT hr = ends_commit(p, ctx, pass->group->roles, (const char *const[2]){pass->path, path});

    free(path);
    return hr;
}

/* One that is asked for by its path, if there is such a member. */
static inline HRESULT ends_named(Provider *p, MethodContext *ctx, struct ends_pass *pass, const char *path)
{
    CInstance *member = NULL;
    HRESULT hr = CWbemProviderGlue_GetInstanceKeysByPath(path, &member, ctx);

    if (hr == WBEM_E_NOT_FOUND || hr == WBEM_E_INVALID_CLASS || hr == WBEM_E_INVALID_OBJECT_PATH)
        return WBEM_S_NO_ERROR;
    if (FAILED(hr))
        return hr;
    if (CWbemProviderGlue_IsDerivedFrom(pass->group->member_class, CInstance_GetClassName(member), ctx, p->ns))
        hr = ends_member(p, member, ctx, pass);
    CInstance_Release(member);
    return hr;
}

/* The associations of the group with all of its members, or with those that are asked for: then nobody else is read. */
static inline HRESULT ends_enumerate(Provider *p, MethodContext *ctx, const struct ends_group *group)
{
    CFrameworkQuery *query = MethodContext_GetQuery(ctx);
    const char *const *groups, *const *members;
    char *path = ends_host(p, ctx, group->group_class);
    struct ends_pass pass = {group, path};
    HRESULT hr = path ? CFrameworkQuery_GetValuesForProp(query, group->roles[0], &groups) : WBEM_E_OUT_OF_MEMORY;

    if (SUCCEEDED(hr))
        hr = CFrameworkQuery_GetValuesForProp(query, group->roles[1], &members);
    if (SUCCEEDED(hr) && ends_is_wanted(groups, path)) {
        if (!members[0])
            hr = CWbemProviderGlue_GetInstancesByQueryAsynch(group->members, p, ends_member, p->ns, ctx, &pass);
        for (; SUCCEEDED(hr) && *members; members++)
            hr = ends_named(p, ctx, &pass, *members);
    }
    free(path);
    return hr;
}

#endif
