"""A test of the tests: whatever is taken from a shipped cat file, the comparison turns red.

Some edits change nothing that anybody can see, and are not here: `[W]; po-loc; [W]` of
x86-nt and `[TW]; po-loc; [NT]` of nt-contract follow from coherence, `rmw` in one of the
two axioms follows from the other, and what nt-contract says of locked operations in
`drained` follows from `locked`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.cat import load
from ordercheck.shipped import memory_models
from tests.mutants.engines import disagreements, noticed, with_model

MUTANTS: dict[str, tuple[str, str, str]] = {
    "sc: stores before loads are not kept": ("sc", "po | rmw", "(po \\ (W * R)) | rmw"),
    "sc: no reads-from": ("sc", "ppo | rf", "ppo"),
    "sc: no atomicity": ("sc", "empty rmw & (fre; coe) as atomic", ""),
    "sc: parts of an access are apart": ("sc", "; si as", "; id as"),
    "x86-tso: stores are not kept in order": ("x86-tso", " | [W]; po; [W]", ""),
    "x86-tso: loads are not kept in order": ("x86-tso", "[R]; po; [A] | [W]", "[W]"),
    "x86-tso: no mfence": ("x86-tso", "fence = [A]; po; [MFENCE]; po; [A]", "fence = 0"),
    "x86-tso: locked orders nothing later": ("x86-tso", " | [X]; po; [A]", ""),
    "x86-tso: locked orders nothing earlier": ("x86-tso", "[A]; po; [X] | [X]", "[X]"),
    "x86-tso: own stores are seen by all": ("x86-tso", "obs = rfe", "obs = rf"),
    "x86-tso: no atomicity": ("x86-tso", "empty rmw & (fre; coe) as atomic", ""),
    "x86-tso: no rmw anywhere": ("x86-tso", "rmw", "0"),
    "x86-nt: no sfence": ("x86-nt", " | [W]; po; [SFENCE]; po; [W]", ""),
    "x86-nt: sfence is mfence": ("x86-nt", "[MFENCE]", "[MFENCE | SFENCE]"),
    "x86-nt: lfence is sfence": ("x86-nt", "[SFENCE]", "[SFENCE | LFENCE]"),
    "x86-nt: no mfence": ("x86-nt", "[A]; po; [MFENCE]; po; [A] | ", ""),
    "x86-nt: non-temporal stores are ordinary": ("x86-nt", "let TW = W \\ NT", "let TW = W"),
    "x86-nt: no coherence of reads": ("x86-nt", "rf | co | fr as internal", "rf | co as internal"),
    "x86-nt: own accesses are not coherent": ("x86-nt", "acyclic po-loc | rmw", "acyclic rmw"),
    "x86-nt: no locked": ("x86-nt", "fence | locked", "fence"),
    "x86-nt: parts of an access are apart": ("x86-nt", "; si as", "; id as"),
    "x86-nt: coherence is not observed": ("x86-nt", "obs = rfe | fr | co", "obs = rfe | fr"),
    "nt-contract: pending stores are coherent": ("nt-contract", "(po-loc \\ pending)", "po-loc"),
    "nt-contract: pending stores are read in order": ("nt-contract", "(rf \\ pending)", "rf"),
    "nt-contract: nothing drains": ("nt-contract", " \\ drained", ""),
    "nt-contract: sfence does not drain": ("nt-contract", "[SFENCE | MFENCE]", "[MFENCE]"),
    "nt-contract: own coherence is not observed": ("nt-contract", "rfe | fr | co", "rfe | fre | coe"),
    "nt-contract: sfence orders no stores": ("nt-contract", " | [W]; po; [SFENCE]; po; [W]", ""),
}


@pytest.mark.parametrize("name", memory_models())
def test_the_shipped_models_agree_with_the_machine(name: str) -> None:
    assert list(disagreements(with_model(name, load(memory_models()[name])))) == []


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_model_is_noticed(mutant: str, tmp_path: Path) -> None:
    name, old, new = MUTANTS[mutant]
    text = memory_models()[name].read_text(encoding="utf-8")
    assert old in text, "the model no longer says what this mutant changes"
    edited = tmp_path / f"{name}.cat"
    edited.write_text(text.replace(old, new), encoding="utf-8")
    assert noticed(with_model(name, load(edited)))
