"""Evidence that users keep of their own is merged with ours, marked, and never mixed up with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from spineonc import _resources as resources
from spineonc.answers.knowledge import summary_list
from spineonc.cli import cli
from spineonc.compilation import apply_rules, asserted_store, written_by_hand
from spineonc.descriptions import describe
from spineonc.errors import AmbiguousNameError, CurationError, InputError
from spineonc.graph import as_graph, as_store, data_version, select
from spineonc.lookup import find
from spineonc.own import merge
from spineonc.sources import own_digest, own_folders
from spineonc.validation import violations

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

NAMESPACE = "https://w3id.org/spineonc/"
AMBULATION = (
    f"{NAMESPACE}summary/MetastaticEpiduralSpinalCordCompression/DecompressiveSurgeryWithRadiotherapy/Ambulation"
)
SERIES = """\
type: RandomizedTrial
title: {title}
year: 2024
{more}
sampleSize: 40
findings:
  "#ambulation":
    tumor: MetastaticEpiduralSpinalCordCompression
    treatment: DecompressiveSurgeryWithRadiotherapy
    comparator: RadiotherapyAlone
    outcome: Ambulation
    endpoint: able to walk
    measure: Proportion
    value: 30
    comparatorValue: 80
    unit: "%"
    pValue: "0.001"
    sampleSize: 40
    favors: Comparator
    locator: table 1
"""


def write(folder: Path, name: str = "alpha-2001", title: str = "Unpublished trial of a clinic", more: str = "") -> Path:
    """Write a trial of a clinic, without identifier unless *more* gives one, into a folder of own evidence."""
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SERIES.format(title=title, more=more).replace("\n\n", "\n"))
    return folder


def keep_instrument(folder: Path, stem: str, label: str, short: str) -> Path:
    """Write a scale like ECOG under other names into a folder of own evidence."""
    text = (resources.DATA / "instruments" / "ecog.yaml").read_text()
    text = text.replace("label: ECOG performance status", f"label: {label}", 1).replace("ECOG", short, 1)
    (folder / "instruments").mkdir(parents=True, exist_ok=True)
    (folder / "instruments" / f"{stem}.yaml").write_text(text)
    return folder


def merged(toy: Graph, *folders: Path) -> Graph:
    """The invented world with own evidence, merged as the snapshot of an installed package is."""
    store = ox.Store()
    store.extend(written_by_hand(as_store(toy)))
    merge(store, own_folders(folders))
    return as_graph(store)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


def summary(graph: Graph) -> tuple[object, ...]:
    query = "SELECT ?count ?level { ?summary :studyCount ?count ; :certainty ?level }"
    return select(graph, query, summary=AMBULATION).rows[0]


def marks(graph: Graph, relation: str) -> set[tuple[str, str]]:
    rows = select(graph, f"SELECT ?thing ?mark {{ ?thing :{relation} ?mark }}").rows
    return {(str(thing).removeprefix(NAMESPACE), str(mark).removeprefix(NAMESPACE)) for thing, mark in rows}


def test_own_evidence_is_marked_by_its_folder(toy: Graph, tmp_path: Path) -> None:
    """A study, its records and the summaries that count them name the collection; nothing of ours does."""
    graph = merged(toy, write(tmp_path / "our-clinic"))
    study = "own/our-clinic/study/alpha-2001"
    assert marks(graph, "collection") == {(study, "own/our-clinic")}
    assert marks(graph, "fromCollection") == {(f"{study}#ambulation", "own/our-clinic")}
    assert marks(graph, "includesCollection") == {(AMBULATION.removeprefix(NAMESPACE), "own/our-clinic")}
    assert not any(marks(toy, each) for each in ("collection", "fromCollection", "includesCollection"))
    assert "file://" not in as_store(graph).dump(format=ox.RdfFormat.N_QUADS).decode()
    assert str(tmp_path) not in as_store(graph).dump(format=ox.RdfFormat.N_QUADS).decode()


def test_own_evidence_changes_the_summary_by_the_rules(toy: Graph, tmp_path: Path) -> None:
    """A trial that contradicts ours counts in the summary and lowers its certainty."""
    before, after = summary(toy), summary(merged(toy, write(tmp_path / "our-clinic")))
    assert int(str(after[0])) == int(str(before[0])) + 1
    assert after[1] != before[1]


@pytest.mark.long
def test_what_was_written_by_hand_gives_the_same_graph_as_the_files(toy: Graph, tmp_path: Path) -> None:
    """Merging with a compiled graph gives what merging with its files gives."""
    from tests.conftest import TOY

    folder = write(tmp_path / "our-clinic")
    store = asserted_store(sorted(TOY.glob("*/*.yaml")))
    merge(store, own_folders([folder]))
    assert set(marks(as_graph(store), "includesCollection")) == set(marks(merged(toy, folder), "includesCollection"))
    assert len(store) == len(as_store(merged(toy, folder)))


def test_the_same_name_in_both_is_two_studies(toy: Graph, tmp_path: Path) -> None:
    """A file with the name of ours stays apart; its bare name is ambiguous, its full name is not."""
    graph = merged(toy, write(tmp_path / "our-clinic"))
    with pytest.raises(AmbiguousNameError, match="own/our-clinic/study/alpha-2001"):
        find(graph, "alpha-2001")
    assert str(find(graph, "own/our-clinic/study/alpha-2001")) == f"{NAMESPACE}own/our-clinic/study/alpha-2001"


def test_citations_bear_the_mark(toy: Graph, tmp_path: Path) -> None:
    """Short name and citation end with the collection, also where author and identifier are missing."""
    graph = merged(toy, write(tmp_path / "our-clinic"), write(tmp_path / "other", "beta", "Another", "doi: 10.1000/9"))
    query = """SELECT ?label ?citation {
      ?study :collection ?own ; rdfs:label ?label ; dcterms:bibliographicCitation ?citation
    }"""
    labels = dict(select(graph, query).rows)
    assert set(labels) == {"alpha-2001 (2024) (own: our-clinic)", "doi:10.1000/9 (2024) (own: other)"}
    assert all(str(each).endswith((" (own: our-clinic)", " (own: other)")) for each in labels.values())


def test_link_without_identifier_is_the_iri(toy: Graph, tmp_path: Path) -> None:
    """What has neither identifier nor address links to its own IRI, and answers on it cite it."""
    graph = merged(toy, write(tmp_path / "our-clinic"))
    study = f"{NAMESPACE}own/our-clinic/study/alpha-2001"
    described = describe(graph, study)
    assert described["about"]["link"] == [study] == [each["link"] for each in described["findings"]]
    answer = summary_list(graph, outcome="ambulation")
    assert study in {each["study"] for each in answer["citations"]}
    assert study in {each["link"] for found in answer["summaries"] for each in found["findings"]}


@pytest.mark.long
def test_own_instrument_is_marked_and_computed(tmp_path: Path) -> None:
    """An instrument of a clinic bears the mark, answers to its short and its full name, and scores cases."""
    folder = keep_instrument(tmp_path / "our-clinic", "our-scale", "Scale of a clinic", "OCS")
    for name in ("our-scale", "OCS", "own/our-clinic/instrument/our-scale"):
        result = run("--data", folder, "score", name, "grade=2", "-f", "json")
        assert (result.exit_code, '"label": "Scale of a clinic (own: our-clinic)"' in result.output) == (0, True)
    case = tmp_path / "case.yaml"
    case.write_text("title: A case\ntumor: Chordoma\necog: 2\n")
    assert "Scale of a clinic (own: our-clinic) (OCS" in run("--data", folder, "case", case).output
    table, scored = tmp_path / "cases.csv", tmp_path / "scored.csv"
    table.write_text("grade\n2\n")
    result = run("--data", folder, "score", "--table", table, "--instrument", "our-scale", "--out", scored)
    assert (result.exit_code, "1 of 1 rows have a result" in result.output) == (0, True)


def test_own_instrument_never_takes_the_name_of_ours(tmp_path: Path) -> None:
    """An instrument whose file, label or abbreviation has a name of ours or of another own one is refused."""
    folder = tmp_path / "our-clinic"
    named = [("ecog", "A", "B"), ("c", "ecog performance status", "D"), ("e", "E1", "SINS"), ("f", "a", "F1")]
    for stem, label, short in named:
        keep_instrument(folder, stem, label, short)
    result = run("--data", folder, "score", "sins")
    assert (result.exit_code, result.output.count("has this name already. Rename yours")) == (3, 4)


@pytest.mark.long
def test_merged_graph_conforms_to_the_shapes(toy: Graph, tmp_path: Path) -> None:
    """Own evidence without an identifier is valid; a study of ours without one is not."""
    assert not violations(merged(toy, write(tmp_path / "our-clinic")))
    store = ox.Store()
    store.extend(asserted_store([write(tmp_path / "ours") / "alpha-2001.yaml"]))
    apply_rules(store)
    assert any("needs an identifier" in each.message for each in violations(as_graph(store)))


def test_a_publication_of_ours_is_refused(toy: Graph, tmp_path: Path) -> None:
    """An identifier or a title that ours has, or another own file, is refused with the name of the other."""
    with pytest.raises(CurationError, match="stands in study/alpha-2001 already"):
        merged(toy, write(tmp_path / "our-clinic", more="pmid: 1"))
    one, other = write(tmp_path / "one", more="doi: 10.1000/X"), write(tmp_path / "other", "b", "T", "doi: 10.1000/x")
    with pytest.raises(CurationError, match=r"stands in .*one/alpha-2001.yaml already"):
        merged(toy, one, other)


def test_patients_of_a_cohort_of_ours_are_counted_once(toy: Graph, tmp_path: Path) -> None:
    """An own study that draws on a cohort of ours is of the same line of evidence, also by way of an own cohort."""
    folder = write(tmp_path / "our-clinic", more="cohort: own/our-clinic/cohort/register")
    (folder / "cohorts").mkdir()
    text = 'type: Cohort\nlabel: a register\noverlapsWith: cohort/example\nnote: "Known: invented."\n'
    (folder / "cohorts" / "register.yaml").write_text(text)
    query = "SELECT ?line { ?study :collection ?own ; :evidenceLine ?line }"
    assert str(select(merged(toy, folder), query).rows[0][0]) == f"{NAMESPACE}cohort/example"


def test_all_faults_are_told_together(toy: Graph, tmp_path: Path) -> None:
    """Each fault of each file is named with file, line, record and key; nothing is merged."""
    folder = write(tmp_path / "our-clinic")
    for name in ("one", "two"):
        path = write(folder, name, f"Invented {name} of a kind that is long enough") / f"{name}.yaml"
        path.write_text(path.read_text().replace("outcome: Ambulation", "outcome: Ambulatoin"))
    with pytest.raises(CurationError) as refused:
        merged(toy, folder)
    told = str(refused.value)
    assert "one.yaml:10: #ambulation outcome 'Ambulatoin'" in told
    assert "two.yaml:10: #ambulation outcome 'Ambulatoin'" in told


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("missing", None, "does not exist"),
        ("has space", "a.yaml", "Use only A-Z"),
        ("empty", "a.txt", "holds no YAML file"),
        ("other-ending", "a.yml", "would not be read"),
        ("other-folder", "study/a.yaml", "would not be read"),
        ("other-stem", "a b.yaml", "ends an IRI"),
        ("cohorts", "a.yaml", "Name the folder above"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path, name: str, file: str | None, message: str) -> None:
    """One plain sentence says what is wrong with the folder."""
    if file:
        (tmp_path / name / file).parent.mkdir(parents=True)
        (tmp_path / name / file).write_text("type: CaseSeries\n")
    answer = run("--data", tmp_path / name, "stats")
    assert (answer.exit_code, answer.output.count("\n")) == (2, 1)
    assert message in answer.output


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    """Evidence of two folders could not be told apart by the same name, and two files not by the same IRI."""
    with pytest.raises(InputError, match="same name"):
        own_folders([write(tmp_path / "one" / "clinic"), write(tmp_path / "other" / "clinic")])
    write(tmp_path / "one" / "clinic", "studies/alpha-2001")
    with pytest.raises(InputError, match="another study"):
        own_folders([tmp_path / "one" / "clinic"])


def test_digest_is_of_the_content(tmp_path: Path) -> None:
    """The same files have the same digest wherever they lie, and another one when they change."""
    one, other = write(tmp_path / "one" / "clinic"), write(tmp_path / "other" / "clinic")
    assert own_digest(own_folders([one])) == own_digest(own_folders([other]))
    write(other, title="Changed")
    assert own_digest(own_folders([one])) != own_digest(own_folders([other]))


def test_version_names_both(tmp_path: Path) -> None:
    """The version with own evidence is ours and the digest of the own files."""
    folder = write(tmp_path / "our-clinic")
    assert data_version(ox.Store(), [folder]) == f"{data_version(ox.Store())}+{own_digest(own_folders([folder]))}"


@pytest.mark.long
def test_commands_see_own_evidence_only_with_the_option(tmp_path: Path) -> None:
    """With ``--data`` the commands show own evidence with its mark, and without it nothing of it."""
    folder = write(tmp_path / "our-clinic", "only-here-2024")
    name = "only-here-2024 (2024) (own: our-clinic)"
    assert name in run("--data", folder, "show", "only-here-2024").output
    assert "No faults" in run("--data", folder, "validate").output
    assert run("show", "only-here-2024").exit_code == 2


@pytest.mark.long
def test_commands_refuse_invalid_own_evidence(tmp_path: Path) -> None:
    """A fault of own evidence ends each command with code 3 and the lines to mend."""
    folder = write(tmp_path / "our-clinic", more="pmid: 16112300")
    answer = run("--data", folder, "stats")
    assert answer.exit_code == 3
    assert "data/studies/patchell-2005.yaml already" in answer.output
    assert run("--data", folder, "validate").exit_code == 1


@pytest.mark.long
def test_new_begins_a_file_in_the_folder(tmp_path: Path) -> None:
    """``new`` writes into the folder of its kind, accepts what is not published, and refuses what ours has."""
    folder = tmp_path / "our-clinic"
    for _ in range(2):
        answer = run("--data", folder, "new", "study", "none", "--author", "Someone", "--year", "2024")
        assert answer.exit_code == 0, answer.output
    assert sorted(path.name for path in (folder / "studies").iterdir()) == ["someone-2024-b.yaml", "someone-2024.yaml"]
    known = run("--data", folder, "new", "study", "16112300", "--author", "Someone", "--year", "2024")
    assert known.exit_code == 3
    assert "data/studies/patchell-2005.yaml already" in known.output
