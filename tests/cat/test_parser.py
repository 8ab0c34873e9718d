"""The grammar of cat: precedences, and errors that say where and what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.cat import parse_text
from ordercheck.cat import syntax as s
from ordercheck.cat.lexer import tokens
from ordercheck.cat.parser import parse
from ordercheck.errors import InputError


def shape(node: Any) -> Any:
    """A tree without its places."""
    match node:
        case s.Name(text=text) | s.Constant(text=text):
            return text
        case s.Unary(op=op, operand=operand):
            return (op, shape(operand))
        case s.Nary(op=op, operands=operands):
            return (op, *[shape(o) for o in operands])
        case s.Apply(function=f, argument=a):
            return ("@", shape(f), shape(a))
        case s.TupleOf(items=items):
            return (",", *[shape(i) for i in items])
        case s.Function(parameters=p, body=b):
            return ("fun", p, shape(b))
        case s.LetIn(bindings=bindings, body=b):
            return ("in", *[shape(x.value) for x in bindings], shape(b))
        case s.Try(first=a, second=b):
            return ("try", shape(a), shape(b))
    raise AssertionError(node)


def expression(text: str) -> Any:
    statement = parse(f"let x = {text}", "f").statements[0]
    assert isinstance(statement, s.Let)
    return shape(statement.bindings[0].value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a | b ; c", ("|", "a", (";", "b", "c"))),
        ("a ; b \\ c", (";", "a", ("\\", "b", "c"))),
        ("a \\ b & c", ("\\", "a", ("&", "b", "c"))),
        ("a \\ b \\ c", ("\\", "a", "b", "c")),
        ("a & b * c", ("&", "a", ("*", "b", "c"))),
        ("a | b | c", ("|", "a", "b", "c")),
        ("~a & b", ("&", ("~", "a"), "b")),
        ("~~a", ("~", ("~", "a"))),
        ("~a^-1", ("~", ("^-1", "a"))),
        ("a;b+", (";", "a", ("+", "b"))),
        ("a*;b", (";", ("*", "a"), "b")),
        ("a*|b*", ("|", ("*", "a"), ("*", "b"))),
        ("a**", ("*", ("*", "a"))),
        ("a?^-1", ("^-1", ("?", "a"))),
        ("a^+;b^*", (";", ("+", "a"), ("*", "b"))),
        ("f a b", ("@", ("@", "f", "a"), "b")),
        ("f a+", ("+", ("@", "f", "a"))),
        ("f(a,b)", ("@", "f", (",", "a", "b"))),
        ("f [a]", ("@", "f", ("[]", "a"))),
        ("domain r;s", (";", ("@", "domain", "r"), "s")),
        ("a, b | c", (",", "a", ("|", "b", "c"))),
        ("()", (",",)),
        ("fun x -> x;x", ("fun", "x", (";", "x", "x"))),
        ("fun (x, _) -> x", ("fun", ("x", None), "x")),
        ("fun x->x", ("fun", "x", "x")),
        ("let y = a in y | b", ("in", "a", ("|", "y", "b"))),
        ("begin a | b end ; c", (";", ("|", "a", "b"), "c")),
        ("try a with 0", ("try", "a", "0")),
        ("{} | _", ("|", "{}", "_")),
        ("po-loc & x86-nt.a_b'", ("&", "po-loc", "x86-nt.a_b'")),
        ("(* a (* b *) | *) c // d\n# e\n", "c"),
        ("a ^ -1", ("^-1", "a")),
        ("(~a) * b", ("*", ("~", "a"), "b")),
        ("a * ~b", ("*", "a", ("~", "b"))),
    ],
)
def test_precedence(text: str, tree: Any) -> None:
    assert expression(text) == tree


def test_postfix_star_before_a_negated_check() -> None:
    let, test = parse("let r = po*\n~empty r as x", "f").statements
    assert isinstance(let, s.Let)
    assert isinstance(test, s.Test)
    assert test.negated
    assert test.name == "x"


@pytest.mark.parametrize(
    ("text", "title"),
    [('"a title"\n', "a title"), ("X86 TSO\n", "TSO"), ('X86 "TSO"\n', "TSO"), ("SC", "SC"), ("", None)],
)
def test_title(text: str, title: str | None) -> None:
    assert parse(text + " acyclic po", "f").title == title


def test_statements() -> None:
    text = """
        let rec x = y and y = x
        let f(a, b) = a and g c = c in
        let (p, q) = a, b
        flag ~empty po as bad
        show co, fr  show rf as read  show po-loc;po as two  unshow fr, co
        include "cos.cat"
        with co from generate_cos(co0)
    """
    kinds = [type(statement).__name__ for statement in parse(text, "f").statements]
    assert kinds == "Let Let Let Test Show ShowAs ShowAs Unshow Include WithFrom".split()  # noqa: SIM905


ERRORS = [
    ("let x = ", 1, 9, "expected an expression, found the end of the file"),
    ("let x = po |", 1, 13, "expected an expression, found the end of the file"),
    ("let = po", 1, 5, "expected a name or a pattern, found '='"),
    ("let x po", 1, 9, "expected '=', found the end of the file"),
    ("\nlet x = (po", 2, 12, "expected an operator or ')', found the end of the file"),
    ("let x = [R", 1, 11, "expected an operator or ']', found the end of the file"),
    ("let x = po rf", 1, 9, "expected a function, found a relation"),
    ("let x = [R] po", 1, 13, "expected a statement"),
    ("let x = po as y", 1, 12, "expected a statement"),
    ("let x = $", 1, 9, "expected a cat token, found '$'"),
    ("acyclic po (* no end", 1, 12, "the comment that starts here does not end"),
    ('include "cos', 1, 9, "a string that does not end"),
    ("include cos", 1, 9, "expected a file name in quotes, found 'cos'"),
    ('include "nowhere.cat"', 1, 1, 'no file "nowhere.cat" in '),
    ("flag po", 1, 6, "expected acyclic, irreflexive or empty, found 'po'"),
    ("acyclic po as", 1, 14, "expected a name, found the end of the file"),
    ("let x = ~po+", 1, 12, "write parentheses"),
    ("let x = R * W * M", 1, 15, "write parentheses"),
    ("let x = ~R * W", 1, 12, "write parentheses"),
    ("acyclic po ++ rf", 1, 9, "this needs the events of an execution"),
    ("let x = R ++ 'a", 1, 14, "the tag 'a is in no enum"),
    ("procedure f() = acyclic po", 1, 27, "expected a statement or 'end', found the end of the file"),
    ("procedure rec f() = acyclic po end", 1, 11, "recursive procedures in cat: not supported"),
    ("call f(po)", 1, 1, "no procedure f"),
    ("procedure f(x) = acyclic x end call f(R)", 1, 26, "expected a relation, found a set"),
    ("let x = match po with || {} -> 0 end", 1, 34, "expected '||', found 'end'"),
    ("enum E = 'a let x = match 'a with 'a -> 0 || {} -> 0 end", 1, 46, "expected a tag or _, found '{'"),
    ("enum E = 'a || 'b let x = match 'b with 'a -> 0 end", 1, 27, "no clause for 'b"),
    ("acyclic match R with {} -> 0 || x ++ xs -> [xs] end", 1, 15, "this needs the events of an execution"),
    ('if "a" acyclic po', 1, 18, "expected a statement or 'else' or 'end', found the end of the file"),
    ("let x = if po then 0 else 0", 1, 15, "expected '=', 'subset' or 'in', found 'then'"),
    ("enum E = a", 1, 10, "expected a tag, found 'a'"),
    ("let x = 'a", 1, 9, "the tag 'a is in no enum"),
    ("let x = {R, _}", 1, 9, "expected the members of a set, found _"),
    ("let x = {R} ; po", 1, 9, "expected relations"),
    ("instructions F[R]", 1, 16, "expected a set of tags, found a set"),
    ("forall x in po do acyclic x end", 1, 13, "this needs the events of an execution"),
    ("let rec x = po and f y = y", 1, 9, "a function and a relation in one 'let rec': not supported"),
    ("let rec f x = f x\nlet y = f po", 1, 15, "nested more than 120 deep"),
    ("assert empty po", 1, 1, "assert in cat: not supported"),
    ("let rec x = po when acyclic po", 1, 16, "let rec ... when in cat: not supported"),
    ("let x = fail po", 1, 9, "this model fails here by its own word"),
    ("let x = po^2", 1, 12, "expected a cat token, found '2'"),
    ("let x = po^rf", 1, 12, "expected -1 after '^'"),
    ("let x = nothing", 1, 9, "unknown name 'nothing'"),
    ("let x = po | po-lok", 1, 14, "unknown name 'po-lok': did you mean 'po-loc'?"),
    ("let x = co", 1, 9, 'it needs include "cos.cat" before it'),
    ("let x = R;po", 1, 9, "expected a relation, found a set: write [S]"),
    ("let x = po * W", 1, 9, "expected a set, found a relation"),
    ("let x = R | po", 1, 13, "expected a set, found a relation"),
    ("let x = po & W", 1, 14, "expected a relation, found a set"),
    ("let x = po \\ W", 1, 14, "expected a relation, found a set"),
    ("let x = [po]", 1, 10, "expected a set, found a relation"),
    ("let x = R+", 1, 9, "expected a relation, found a set"),
    ("let x = domain R", 1, 16, "expected a relation, found a set"),
    ("acyclic R", 1, 9, "expected a relation, found a set"),
    ("let x = ~domain", 1, 10, "expected a set or relation, found a function"),
    ("let f x = x;x\nlet y = f R", 1, 11, "expected a relation, found a set"),
    ("let f(a,b) = a\nlet y = f po", 2, 11, "expected 2 values, found one value"),
    ("let (a,b) = po, po, po", 1, 5, "expected 2 values, found 3 values"),
    ("let x = (po,po);po", 1, 10, "expected a relation, found a tuple of 2"),
    ("let rec x = rf \\ x", 1, 18, "must not use itself"),
    ("let rec x = rf | ~x", 1, 18, "must not use itself"),
    ("let rec (x, y) = (y, x)", 1, 9, "expected a name in 'let rec'"),
    ("let rec x = [x] | po", 1, 14, "expected a set, found a relation"),
    ("show nothing", 1, 6, "unknown name 'nothing'"),
    ("with co from po", 1, 14, "expected a set of relations, found a relation"),
    ("let x = generate_cos(co0)", 1, 9, "expected generate_cos only in 'with x from generate_cos(...)'"),
    ("with s from linearisations(R)", 1, 28, "expected a set and a relation, found a set"),
    ("with s from linearisations(range(rf), po)", 1, 28, "an order of a set that is chosen itself"),
    ("let x = " + "(" * 200 + "po" + ")" * 200, 1, 69, "nested more than 60 deep"),
    ("let x = " + "~" * 200 + "po", 1, 69, "nested more than 60 deep"),
    ("let x = po" + "?" * 200, 1, 71, "more than 60 postfix operators in a row"),
    ("let x = f" + " po" * 200, 1, 191, "more than 60 arguments"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS, ids=[e[0][:24] for e in ERRORS])
def test_errors_say_where(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_text(f'"t"{text}' if text.startswith("\n") else text, "my.cat")
    error = caught.value
    assert message in error.message
    assert (error.file, error.line, error.column) == ("my.cat", line, column)


def test_token_positions_after_multi_line_tokens() -> None:
    found = tokens('(* a\n b *) x "a\nb" y', "f")
    assert [(t.text, t.line, t.column) for t in found] == [
        ("x", 2, 7),
        ("a\nb", 2, 9),
        ("y", 3, 4),
        ("", 3, 5),
    ]


def test_long_chains_are_no_nesting() -> None:
    for operator in ("|", ";", "&", "\\"):
        parse_text("acyclic " + f" {operator} ".join(["po"] * 5000), "f")


_WORDS = st.sampled_from(
    "let rec and = | & ; \\ * ~ + ? ^-1 ( ) [ ] { } 0 _ , po rf R W x f fun -> in acyclic empty "  # noqa: SIM905
    'irreflexive as flag show unshow include with from domain try "cos.cat" generate_cos co0 co (* *)'.split()
)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=25).map(" ".join)))
def test_garbage_raises_only_input_errors(text: str) -> None:
    try:
        parse_text(text, "f")
    except InputError as error:
        assert error.file
        assert error.line >= 1
        assert error.column >= 1
