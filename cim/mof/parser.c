#include "cim/mof/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- tokens ---- */

void mof_advance(struct mof_parser *p)
{
    if (p->token.kind == '{')
        p->braces++;
    else if (p->token.kind == '}' && p->braces > 0)
        p->braces--;
    mof_lexer_next(&p->lexer, &p->token);
}

struct decl_place mof_place(const struct mof_parser *p, const struct mof_token *t)
{
    return (struct decl_place){p->source->name, t->line, t->column};
}

bool mof_fail(struct mof_parser *p, const struct mof_token *at, const char *fmt, ...)
{
    const struct decl_place place = mof_place(p, at);
    char message[400];
    va_list ap;

    if (p->unit->no_memory)
        return false;
    if (at->kind == MOF_BAD)
        return mof_unit_fail(p->unit, &place, "%s", at->error);
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap); /* a cut sentence is better than none */
    va_end(ap);
    return mof_unit_fail(p->unit, &place, "%s", message);
}

bool mof_fail_expected(struct mof_parser *p, const char *what)
{
    const struct mof_token *t = &p->token;
    const int shown = t->text.n < 60 ? (int)t->text.n : 60;

    if (t->kind == MOF_END)
        return mof_fail(p, t, "expected %s, found the end of the file", what);
    if (t->kind == MOF_STRING)
        return mof_fail(p, t, "expected %s, found a string", what);
    return mof_fail(p, t, "expected %s, found `%s%.*s`", what, t->kind == MOF_ALIAS ? "$" : "", shown, t->text.s);
}

bool mof_accept(struct mof_parser *p, int kind)
{
    if (p->token.kind != kind)
        return false;
    mof_advance(p);
    return true;
}

bool mof_expect(struct mof_parser *p, int punctuation, const char *where)
{
    char what[100];

    if (mof_accept(p, punctuation))
        return true;
    (void)snprintf(what, sizeof(what), "`%c` %s", punctuation, where);
    return mof_fail_expected(p, what);
}

bool mof_expect_name(struct mof_parser *p, const char *what, struct text *ret)
{
    if (p->token.kind != MOF_NAME)
        return mof_fail_expected(p, what);
    *ret = p->token.text;
    mof_advance(p);
    return true;
}

bool mof_at_word(const struct mof_parser *p, const char *word)
{
    return p->token.kind == MOF_NAME && text_ieqs(p->token.text, word);
}

bool mof_accept_word(struct mof_parser *p, const char *word)
{
    if (!mof_at_word(p, word))
        return false;
    mof_advance(p);
    return true;
}

void mof_recover(struct mof_parser *p, unsigned braces)
{
    while (p->token.kind != MOF_END) {
        if (p->token.kind == ';' && p->braces <= braces) {
            mof_advance(p);
            return;
        }
        if (p->token.kind == '}' && p->braces == braces && braces > 0)
            return;
        mof_advance(p);
    }
}

/* ---- pragmas ---- */

static bool pragma_include(struct mof_parser *p, struct text argument, const struct decl_place *place)
{
    return mof_unit_include(p->unit, p->source, argument, place);
}

static bool pragma_namespace(struct mof_parser *p, struct text argument, const struct decl_place *place)
{
    return mof_unit_set_namespace(p->unit, argument, place);
}

/* All others mean nothing here: locale, instancelocale, and WMI's autorecover, classflags, deleteclass … */
static const struct {
    const char *name;
    bool (*obey)(struct mof_parser *p, struct text argument, const struct decl_place *place);
} pragmas[] = {{"include", pragma_include}, {"namespace", pragma_namespace}};

static bool skip_arguments(struct mof_parser *p)
{
    if (!mof_accept(p, '('))
        return true;
    while (p->token.kind != ')') {
        if (p->token.kind == MOF_END || p->token.kind == MOF_BAD || p->token.kind == '#')
            return mof_fail_expected(p, "`)` behind the pragma's argument");
        mof_advance(p);
    }
    mof_advance(p);
    return true;
}

/* Behind `#`. The argument is obeyed after its closing parenthesis, so that an include finds the parser between
 * declarations. */
static bool parse_pragma(struct mof_parser *p)
{
    struct decl_place place;
    struct text name, argument;
    size_t i = 0;

    if (!mof_accept_word(p, "pragma"))
        return mof_fail_expected(p, "`pragma` behind `#`");
    if (!mof_expect_name(p, "a pragma's name", &name))
        return false;
    while (i < sizeof(pragmas) / sizeof(pragmas[0]) && !text_ieqs(name, pragmas[i].name))
        i++;
    if (i == sizeof(pragmas) / sizeof(pragmas[0]))
        return skip_arguments(p);
    if (!mof_expect(p, '(', "behind the pragma's name"))
        return false;
    place = mof_place(p, &p->token);
    if (!mof_parse_string(p, &argument) || !mof_expect(p, ')', "behind the pragma's argument"))
        return false;
    return pragmas[i].obey(p, argument, &place);
}

/* A pragma has no `;` to recover at: its line ends it. */
static bool parse_pragma_line(struct mof_parser *p)
{
    const uint32_t line = p->token.line;

    mof_advance(p);
    if (parse_pragma(p))
        return true;
    while (p->token.kind != MOF_END && p->token.line == line)
        mof_advance(p);
    return true;
}

/* ---- qualifier types ---- */

static const struct {
    const char *name;
    uint8_t scopes;
} scope_words[] = {
    {"class", SCOPE_CLASS},
    {"association", SCOPE_ASSOCIATION},
    {"indication", SCOPE_INDICATION},
    {"property", SCOPE_PROPERTY},
    {"reference", SCOPE_REFERENCE},
    {"method", SCOPE_METHOD},
    {"parameter", SCOPE_PARAMETER},
    {"any", SCOPE_ANY},
    {"schema", 0},
    {"qualifier", 0},
};

static bool parse_scope(struct mof_parser *p, struct decl_qualifier_type *d)
{
    for (size_t i = 0; i < sizeof(scope_words) / sizeof(scope_words[0]); i++)
        if (mof_accept_word(p, scope_words[i].name)) {
            d->type.scopes |= scope_words[i].scopes;
            return true;
        }
    return mof_fail_expected(p, "an element that the qualifier may stand on");
}

static bool parse_declared_flavor(struct mof_parser *p, struct decl_qualifier_type *d)
{
    uint8_t set = 0, clear = 0;

    if (!mof_parse_flavor(p, &set, &clear))
        return false;
    d->type.flavors = (uint8_t)((d->type.flavors | set) & ~clear);
    return true;
}

static const struct {
    const char *name;
    bool (*parse_word)(struct mof_parser *p, struct decl_qualifier_type *d);
} qualifier_type_parts[] = {{"scope", parse_scope}, {"flavor", parse_declared_flavor}};

/* Scope(…) or Flavor(…) */
static bool parse_part(struct mof_parser *p, struct decl_qualifier_type *d)
{
    size_t i = 0;

    while (!mof_accept_word(p, qualifier_type_parts[i].name))
        if (++i == sizeof(qualifier_type_parts) / sizeof(qualifier_type_parts[0]))
            return mof_fail_expected(p, "`Scope` or `Flavor`");
    if (!mof_expect(p, '(', "behind `Scope` or `Flavor`"))
        return false;
    do {
        if (!qualifier_type_parts[i].parse_word(p, d))
            return false;
    } while (mof_accept(p, ','));
    return mof_expect(p, ')', "behind the list");
}

static bool parse_qualifier_type_tail(struct mof_parser *p, struct decl_qualifier_type *d)
{
    struct cim_qualifier_type *t = &d->type;

    if (!mof_expect(p, ':', "behind the qualifier's name"))
        return false;
    if (p->token.kind == MOF_NAME)
        t->type = mof_data_type(p->token.text);
    if (t->type == CIM_TYPE_NONE)
        return mof_fail_expected(p, "a data type");
    mof_advance(p);
    if (!mof_parse_array(p, &t->is_array, &t->array_size))
        return false;
    d->has_value = mof_accept(p, '=');
    if (d->has_value && !mof_parse_value(p, &t->value))
        return false;
    while (mof_accept(p, ','))
        if (!parse_part(p, d))
            return false;
    return mof_expect(p, ';', "behind the qualifier declaration");
}

static bool parse_qualifier_type(struct mof_parser *p, struct decl_qualifier *qualifiers)
{
    struct decl_qualifier_type *d = mof_unit_alloc(p->unit, sizeof(*d));
    struct text name = {0};

    (void)qualifiers; /* the table below keeps them away */
    if (!d)
        return false;
    d->place = mof_place(p, &p->token);
    d->type.flavors = FLAVOR_DEFAULT;
    if (!mof_expect_name(p, "the qualifier's name", &name))
        return false;
    d->type.name = arena_strndup(&p->unit->arena, name.s, name.n);
    if (!d->type.name) {
        p->unit->no_memory = true;
        return false;
    }
    if (!parse_qualifier_type_tail(p, d))
        return false;
    if (d->type.scopes == 0)
        return mof_unit_fail(p->unit, &d->place, "qualifier declaration without Scope");
    return mof_unit_add_qualifier_type(p->unit, d);
}

/* ---- the whole source ---- */

static const struct {
    const char *word;
    bool takes_qualifiers;
    bool (*parse)(struct mof_parser *p, struct decl_qualifier *qualifiers);
} declarations[] = {
    {"class", true, mof_parse_class},
    {"instance", true, mof_parse_instance},
    {"qualifier", false, parse_qualifier_type},
};

static bool parse_declaration(struct mof_parser *p)
{
    struct decl_qualifier *qualifiers = NULL;

    if (p->token.kind == '#')
        return parse_pragma_line(p);
    if (!mof_parse_qualifiers(p, &qualifiers))
        return false;
    for (size_t i = 0; i < sizeof(declarations) / sizeof(declarations[0]); i++)
        if ((!qualifiers || declarations[i].takes_qualifiers) && mof_accept_word(p, declarations[i].word))
            return declarations[i].parse(p, qualifiers);
    return mof_fail_expected(p, qualifiers ? "`class` or `instance`" : "`class`, `instance`, `qualifier` or `#pragma`");
}

void mof_parse(struct mof_unit *u, const struct mof_source *s)
{
    struct mof_parser p = {.unit = u, .source = s};

    mof_lexer_init(&p.lexer, s->text);
    mof_advance(&p);
    while (p.token.kind != MOF_END && !mof_unit_stopped(u))
        if (!parse_declaration(&p)) {
            mof_recover(&p, 0);
            p.braces = 0;
        }
}
