/* Encode plans of one namespace in one style, made when a class is first met and shared by all requests. Any thread. */
#ifndef SERVER_HTTP_WSMAN_PLANS_H
#define SERVER_HTTP_WSMAN_PLANS_H

#include "server/proto/wsxml.h"
#include "server/run/enumeration.h"

struct wsman_plans;
struct wsman_plan_cache;

/* The format that enumerations use; its state is a struct wsman_plans, of which it takes one reference. */
extern const struct enumeration_format wsman_format;

/* as: write every instance as this class (ExcludeSubClassProperties), NULL = as what it is. The style's texts are
 * copied. One reference; NULL when memory is out. */
struct wsman_plans *wsman_plans_new(const struct cim_schema *s, const struct wsxml_style *style,
                                    const struct cim_class *as);
struct wsman_plans *wsman_plans_unref(struct wsman_plans *p); /* always NULL */

struct wsman_plan_cache *wsman_plan_cache_new(void);
struct wsman_plan_cache *wsman_plan_cache_free(struct wsman_plan_cache *c); /* always NULL */

/* The shared plans of a schema in a style; with a projection plans for the caller alone. One reference; NULL when memory
 * is out. */
struct wsman_plans *wsman_plan_cache_get(struct wsman_plan_cache *c, const struct cim_schema *s,
                                         const struct wsxml_style *style);

#endif
