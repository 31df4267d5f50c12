/* TRefPointerCollection: a growable list that holds references. */
#include <stdlib.h>

#include "cim/provider.h"

struct TRefPointerCollection {
    CInstance **items;
    size_t n, room;
};

TRefPointerCollection *TRefPointerCollection_Create(void)
{
    return calloc(1, sizeof(TRefPointerCollection));
}

void TRefPointerCollection_Free(TRefPointerCollection *list)
{
    if (!list)
        return;
    TRefPointerCollection_Empty(list);
    free(list->items);
    free(list);
}

bool TRefPointerCollection_Add(TRefPointerCollection *list, CInstance *pInstance)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        CInstance **items = realloc(list->items, room * sizeof(*items));

        if (!items)
            return false;
        list->items = items;
        list->room = room;
    }
    CInstance_AddRef(pInstance);
    list->items[list->n++] = pInstance;
    return true;
}

void TRefPointerCollection_BeginEnum(const TRefPointerCollection *list, TRefPointerCollection_POSITION *pos)
{
    (void)list; /* the cursor is the caller's, so that lists can be read by several at once */
    pos->next = 0;
}

CInstance *TRefPointerCollection_GetNext(const TRefPointerCollection *list, TRefPointerCollection_POSITION *pos)
{
    if (pos->next >= list->n)
        return NULL;
    CInstance_AddRef(list->items[pos->next]);
    return list->items[pos->next++];
}

void TRefPointerCollection_EndEnum(const TRefPointerCollection *list)
{
    (void)list; /* nothing is held; the pair is kept because it is the framework's */
}

void TRefPointerCollection_Empty(TRefPointerCollection *list)
{
    for (size_t i = 0; i < list->n; i++)
        CInstance_Release(list->items[i]);
    list->n = 0;
}

size_t TRefPointerCollection_GetSize(const TRefPointerCollection *list)
{
    return list->n;
}
