"""A random function as C: GNU C for x86-64, one translation unit, no headers."""

from __future__ import annotations

from collections.abc import Sequence

from tests.frontends.llvm.fuzz import c_syntax as c
from tests.frontends.llvm.fuzz.c_syntax import Function, Helper, Place, Statement
from tests.frontends.llvm.fuzz.c_values import TYPES, CType, CValue, unsigned

NAMES = {
    "schar": "signed char",
    "uchar": "unsigned char",
    "short": "short",
    "ushort": "unsigned short",
    "int": "int",
    "uint": "unsigned",
    "long": "long",
    "ulong": "unsigned long",
}
BARRIER = '__asm__ volatile("" ::: "memory");'
LETTERS, MODIFIERS = {1: "b", 2: "w", 4: "l", 8: "q"}, {1: "b", 2: "w", 4: "k", 8: "q"}
FENCES = {
    "sfence": "__builtin_ia32_sfence();",
    "mfence": "__builtin_ia32_mfence();",
    "lfence": "__builtin_ia32_lfence();",
    "sfence asm": '__asm__ volatile("sfence" ::: "memory");',
    "mfence asm": '__asm__ volatile("mfence" ::: "memory");',
    "lock": '__asm__ volatile("lock; addl $0,-4(%%rsp)" ::: "memory", "cc");',
    "seq_cst": "__atomic_thread_fence(__ATOMIC_SEQ_CST);",
    "release": "__atomic_thread_fence(__ATOMIC_RELEASE);",
    "barrier": BARRIER,
}
ORDERS = {"relaxed": "__ATOMIC_RELAXED", "release": "__ATOMIC_RELEASE", "seq_cst": "__ATOMIC_SEQ_CST"}


def declarations() -> list[str]:
    """What comes before every function; a name with 1 at its end is a type that may lie anywhere."""
    found = []
    for of in TYPES:
        if of.name != NAMES[of.name]:
            found.append(f"typedef {NAMES[of.name]} {of.name};")
        found.append(f"typedef {of.name} {of.name}1 __attribute__((aligned(1), may_alias));")
        found.append(f"typedef {of.name} {of.name}0 __attribute__((may_alias));")
    return [
        *found,
        "typedef long pair __attribute__((vector_size(16), may_alias));",
        "struct S { long *data; int n; };",
        "extern long flag[], area[];",
        "extern long *gp;",
        "void ext(void);",
    ]


def prototype(function: Function) -> str:
    """The head of the function, which is called `f`."""
    params = [f"long *{p}" for p in function.pointers]
    params += [f"{x.type.name} {x.text}" for x in function.values]
    if function.fields:
        params.append("struct S *s")
    return f"long f({', '.join(params)})"


def c_text(function: Function) -> str:
    """The translation unit."""
    writer = _Writer(function.pinned)
    lines = declarations()
    for helper in function.helpers:
        lines += writer.helper(helper)
    lines += [prototype(function), "{"]
    if function.local:
        lines.append(f"    long {c.LOCAL}[{c.LOCAL_WORDS}] __attribute__((aligned(64))) = {{0}};")
        # the array's address is known to somebody: what is stored there stays
        lines.append(f'    __asm__ volatile("" :: "r"({c.LOCAL}) : "memory");')
    lines += [f"    {x.type.name} {x.text} = 0;" for x in function.locals]
    lines += [f"    char *{x.text} = (char *){address_of(x.objects[0])};" for x in function.pointer_locals]
    lines += writer.body(function.body, "    ")
    total = " + ".join(f"(ulong){x.text}" for x in function.locals) or "0"
    lines += [f"    return {total};", "}"]
    return "\n".join(lines) + "\n"


def address_of(name: str) -> str:
    """An object's address in C."""
    return {c.THROUGH_GLOBAL: "gp", c.THROUGH_FIELD: "s->data"}.get(name, name)


def _address(place: Place) -> str:
    text = f"(char *){place.pointer.text}"
    return f"({text} + {place.shift})" if place.shift else f"({text})"


def _lvalue(place: Place, of: str = "", qualifier: str = "") -> str:
    """The place as something to assign to; of: the type, where it is not to be taken as unaligned."""
    address = f"(({qualifier}{of or place.type.name + '1'} *){_address(place)})"
    return f"*{address}" if place.index is None else f"{address}[{place.index.text}]"


def _pointer(place: Place, of: str = "", qualifier: str = "") -> str:
    return f"&{_lvalue(place, of, qualifier)}"


class _Writer:
    def __init__(self, pinned: bool) -> None:
        self.pinned = pinned

    def helper(self, helper: Helper) -> list[str]:
        head = f"static {helper.attribute} long {helper.name}(char *hp, {helper.value.type.name} hn)"
        variables = [f"    {x.type.name} {x.text} = 0;" for x in helper.locals]
        return [
            head,
            "{",
            *variables,
            *self.body(helper.body, "    "),
            f"    return {helper.result.text};",
            "}",
        ]

    def body(self, statements: Sequence[Statement], indent: str) -> list[str]:
        lines = []
        for statement in statements:
            lines += [indent + line for line in self.statement(statement)]
            if self.pinned:
                lines.append(indent + BARRIER)
        return lines

    def _block(self, head: str, statements: Sequence[Statement]) -> list[str]:
        return [f"{head} {{", *self.body(statements, "    "), "}"]

    def statement(self, s: Statement) -> list[str]:
        match s:
            case c.Store():
                return [self._store(s)]
            case c.Wide():
                return [self._wide(s)]
            case c.Load():
                return [self._load(s)]
            case c.Rmw():
                return [self._rmw(s)]
            case c.Copy():
                shared = set(s.to.pointer.objects) & set(s.source.pointer.objects)
                disjoint = not shared and "hp" not in (*s.to.pointer.objects, *s.source.pointer.objects)
                name = "memcpy" if disjoint else "memmove"
                return [f"__builtin_{name}({_pointer(s.to)}, {_pointer(s.source)}, {s.size});"]
            case c.Fill():
                return [f"__builtin_memset({_pointer(s.place)}, {s.byte}, {s.size});"]
            case c.Fence():
                return [FENCES[s.how]]
            case c.Assign():
                return [f"{s.variable.text} = {s.value.text};"]
            case c.Swap():
                a, b = s.one.text, s.other.text
                return [f"{{ {s.one.type.name} old = {a}; {a} = {b}; {b} = old; }}"]
            case c.Point():
                target = f"(char *){s.to.text}"
                if s.test is not None and s.other is not None:
                    target = f"{s.test.text} ? {target} : (char *){s.other.text}"
                return [f"{s.variable.text} = {target};"]
            case c.Move():
                # multiplied as a long: a char * goes by bytes
                return [f"{s.variable.text} = (char *)((pair *){s.variable.text} + {s.steps.text});"]
            case c.Jump():
                return [f"if {_in_brackets(s.test.text)} {s.how};"]
            case c.Leave():
                return [f"if {_in_brackets(s.test.text)} return {s.value.text};"]
            case c.Call():
                into = f"{s.into.text} = " if s.into is not None else ""
                return [f"{into}{s.helper.name}((char *){s.pointer.text}, {s.value.text});"]
            case c.External():
                return ["ext();"]
            case _:
                return self._control(s)

    def _control(self, s: Statement) -> list[str]:
        if isinstance(s, c.If):
            lines = self._block(f"if {_in_brackets(s.test.text)}", s.then)
            return lines + (self._block("else", s.other) if s.other else [])
        if isinstance(s, c.Switch):
            lines = [f"switch ({s.value.text}) {{"]
            for n, (number, body) in enumerate(s.cases):
                on = ["    break;"] if n or not s.falls else ["    __attribute__((fallthrough));"]
                last = n == len(s.cases) - 1 and not s.default
                lines += [f"case {number}:", *self.body(body, "    "), *(["    break;"] if last else on)]
            if s.default:
                lines += ["default:", *self.body(s.default, "    "), "    break;"]
            return [*lines, "}"]
        assert isinstance(s, c.Loop)
        return self._loop(s)

    def _loop(self, s: c.Loop) -> list[str]:
        i, of, count = s.counter.text, s.counter.type.name, s.count.text
        match s.how:
            case "up":
                return self._block(f"for ({of} {i} = 0; {i} < {count}; {i}++)", s.body)
            case "step":
                return self._block(f"for ({of} {i} = 0; {i} < {count}; {i} += 2)", s.body)
            case "down":
                return self._block(f"for ({of} {i} = {count}; {i} > 0; {i}--)", s.body)
            case "while":
                return [f"{{ {of} {i} = {count};", *self._block(f"while ({i}--)", s.body), "}"]
            case "do":
                lines = self._block("do", s.body)
                return [f"{{ {of} {i} = 0;", *lines[:-1], f"}} while (++{i} < {count}); }}"]
            case _:
                assert s.start is not None
                start = f"(pair *){s.start.text}"
                head = f"for (pair *{i} = {start}, *end = {i} + {count}; {i} != end; {i}++)"
                return self._block(head, s.body)

    def _store(self, s: c.Store) -> str:
        place, value, of = s.place, s.value.text, s.place.type
        match s.how:
            case "plain":
                return f"{_lvalue(place)} = {value};"
            case "volatile":
                return f"{_lvalue(place, of.name + '0', 'volatile ')} = {value};"
            case "mov":
                text = f"mov{LETTERS[of.size]} %{MODIFIERS[of.size]}1, %0"
                return f'__asm__ volatile("{text}" : "=m"({_lvalue(place)}) : "r"({_sized(s.value, of)}));'
            case "relaxed" | "release" | "seq_cst":
                return f"__atomic_store_n({_pointer(place, of.name + '0')}, {value}, {ORDERS[s.how]});"
            case "nt":
                return f"__builtin_nontemporal_store(({of.name})({value}), {_pointer(place)});"
            case "nt volatile":
                at = _pointer(place, of.name + "0", "volatile ")
                return f"__builtin_nontemporal_store(({of.name})({value}), {at});"
            case "movnti":
                name, to = ("movnti64", "long long *") if of.size == 8 else ("movnti", "int *")
                return f"__builtin_ia32_{name}(({to}){_pointer(place)}, {value});"
            case "movnti asm":
                value = _sized(s.value, of)
                return f'__asm__ volatile("movnti %1, %0" : "=m"({_lvalue(place)}) : "r"({value}));'
            case _:
                inputs = f'"r"((char *){_pointer(place)} - 8), "r"({_sized(s.value, of)})'
                return f'__asm__ volatile("movnti %1, 8(%0)" :: {inputs} : "memory");'

    def _wide(self, s: c.Wide) -> str:
        values = f"(pair){{{s.values[0].text}, {s.values[1].text}}}"
        at = f"*(pair *){_pointer(s.place)}"
        if s.how == "nt":
            return f"__builtin_nontemporal_store({values}, &{at});"
        if s.how == "movntdq":
            return f'__asm__ volatile("movntdq %1, %0" : "=m"({at}) : "x"({values}));'
        return f"*(volatile pair *)&{at} = {values};"

    def _load(self, s: c.Load) -> str:
        into, of = s.into.text, s.place.type
        match s.how:
            case "plain":
                return f"{into} = {_lvalue(s.place)};"
            case "volatile":
                return f"{into} = {_lvalue(s.place, qualifier='volatile ')};"
            case "acquire":
                return f"{into} = __atomic_load_n({_pointer(s.place, of.name + '0')}, __ATOMIC_ACQUIRE);"
            case _:
                text = f"mov{LETTERS[of.size]} %1, %{MODIFIERS[of.size]}0"
                body = f'{of.name} got; __asm__ volatile("{text}" : "=r"(got) : "m"({_lvalue(s.place)}));'
                return f"{{ {body} {into} = got; }}"

    def _rmw(self, s: c.Rmw) -> str:
        of = s.place.type
        at, value = _pointer(s.place, of.name + "0"), s.value.text
        into = f"{s.into.text} = " if s.into is not None else ""
        match s.how:
            case "add":
                return f"{into}__atomic_fetch_add({at}, {value}, __ATOMIC_SEQ_CST);"
            case "or":
                return f"{into}__atomic_fetch_or({at}, {value}, __ATOMIC_RELAXED);"
            case "exchange":
                return f"{into}__atomic_exchange_n({at}, {value}, __ATOMIC_ACQ_REL);"
            case "compare":
                orders = "__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST"
                found = f"__atomic_compare_exchange_n({at}, &old, {value}, 0, {orders});"
                return f"{{ {of.name} old = 0; {found} {into or '(void)'}old; }}"
            case "lock add":
                text = f"lock; add{LETTERS[of.size]} %1, %0"
                clobbers = '"memory", "cc"'
                return f'__asm__ volatile("{text}" : "+m"(*{at}) : "r"({_sized(s.value, of)}) : {clobbers});'
            case _:
                text = f"xchg{LETTERS[of.size]} %0, %1"
                body = f'__asm__ volatile("{text}" : "+r"(old), "+m"(*{at}) :: "memory");'
                return f"{{ {of.name} old = {value}; {body} {into or '(void)'}old; }}"


def _in_brackets(text: str) -> str:
    return text if text.startswith("(") and text.endswith(")") else f"({text})"


def _sized(value: CValue, of: CType) -> str:
    return f"({unsigned(of).name})({value.text})"
