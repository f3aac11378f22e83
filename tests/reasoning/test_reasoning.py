"""A reasoner judges the ontology: HermiT, with the profile checker of the OWL API; run by ``make reason``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from spineonc import _resources as resources
from spineonc.compilation import consequences, ontology_store
from spineonc.graph import select

pytestmark = pytest.mark.reasoning

DERIVING = ("01-tumor-axes.rq", "02-combined-axes.rq")
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in resources.PREFIXES.items())


@dataclass
class Reasoned:
    """What the reasoner and the profile checker say of one ontology."""

    ontology: Any
    reasoner: Any
    factory: Any

    def out_of_profile(self) -> list[str]:
        """Return each statement that OWL 2 DL does not allow."""
        from org.semanticweb.owlapi.profiles import OWL2DLProfile

        return [str(fault) for fault in OWL2DLProfile().checkOntology(self.ontology).getViolations()]

    def unsatisfiable(self) -> set[str]:
        """Return the classes that cannot have a member."""
        return names(self.reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom())

    def narrower(self, name: str) -> set[str]:
        """Return every class that is the named class or below it."""
        named = self.named(name)
        below = self.reasoner.getSubClasses(named, False).getFlattened()
        return names(below) | names(self.reasoner.getEquivalentClasses(named).getEntities()) - {"Nothing"}

    def excludes(self, one: str, other: str) -> bool:
        """Tell whether nothing can belong to both classes."""
        both = self.factory.getOWLObjectIntersectionOf(self.named(one), self.named(other))
        return not self.reasoner.isSatisfiable(both)

    def named(self, name: str) -> Any:
        """Return the class of a name."""
        from org.semanticweb.owlapi.model import IRI

        return self.factory.getOWLClass(IRI.create(resources.NAMESPACE + name))


def names(classes: Any) -> set[str]:
    iris = {str(each.getIRI()) for each in classes}
    return {iri.removeprefix(resources.NAMESPACE) for iri in iris if iri.startswith(resources.NAMESPACE)}


@pytest.fixture(scope="session")
def java() -> None:
    """The Java machine with HermiT and the OWL API, as they come with owlready2."""
    import jpype
    import jpype.imports

    package = find_spec("owlready2")
    assert package is not None
    assert package.origin is not None
    try:
        jpype.startJVM(classpath=[str(Path(package.origin).parent / "hermit" / "HermiT.jar")])
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException) as error:
        pytest.exit(f"The reasoner needs Java 11 or newer. Install it, or set JAVA_HOME. ({error})", returncode=1)


def reasoned(store: ox.Store) -> Reasoned:
    from org.semanticweb.HermiT import Reasoner
    from org.semanticweb.owlapi.apibinding import OWLManager
    from org.semanticweb.owlapi.io import StringDocumentSource

    text = store.dump(format=ox.RdfFormat.RDF_XML, from_graph=ox.DefaultGraph()).decode()
    manager = OWLManager.createOWLOntologyManager()
    ontology = manager.loadOntologyFromOntologyDocument(StringDocumentSource(text))
    return Reasoned(ontology, Reasoner(ontology), manager.getOWLDataFactory())


def changed(turtle: str) -> ox.Store:
    """Return the ontology with some statements more."""
    store = ontology_store()
    store.load(input=PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def judged(java: None) -> Reasoned:
    """The ontology with its terms and alignments, as the reasoner sees it."""
    return reasoned(ontology_store())


@pytest.fixture(scope="module")
def derived() -> ox.Store:
    """The ontology with what the rules on the axes of tumors derive."""
    store = ontology_store()
    for name in DERIVING:
        store.extend(consequences(store, resources.ONTOLOGY / "rules" / name))
    return store


def test_the_ontology_is_consistent(judged: Reasoned) -> None:
    """HermiT finds a model of the ontology, all individuals and alignments included."""
    assert judged.reasoner.isConsistent()


def test_every_class_can_have_members(judged: Reasoned) -> None:
    """No class contradicts itself: every tumor, treatment and outcome is satisfiable."""
    assert judged.unsatisfiable() == set()


def test_the_ontology_is_in_owl_2_dl(judged: Reasoned) -> None:
    """The OWL API finds no statement outside the profile OWL 2 DL."""
    assert judged.out_of_profile() == []


AXES = {
    "Chordoma": {"MalignantPrimaryTumor", "ExtraduralTumor"},
    "SacralChordoma": {"MalignantPrimaryTumor", "ExtraduralTumor"},
    "Osteosarcoma": {"MalignantPrimaryTumor", "ExtraduralTumor"},
    "OsteoidOsteoma": {"BenignPrimaryTumor", "ExtraduralTumor"},
    "Osteoblastoma": {"PrimaryTumor", "IntermediateTumor", "ExtraduralTumor"},
    "GiantCellTumor": {"PrimaryTumor", "IntermediateTumor", "ExtraduralTumor"},
    "SpinalMeningioma": {"PrimaryTumor", "IntraduralExtramedullaryTumor"},
    "SpinalEpendymoma": {"PrimaryTumor"},
    "ProstateCancerSpinalMetastasis": {"MetastaticTumor", "MalignantTumor"},
}


@pytest.mark.parametrize("tumor", AXES)
def test_the_axes_of_a_tumor_follow(judged: Reasoned, tumor: str) -> None:
    """The reasoner classifies well-known tumors by origin, behavior and compartment."""
    assert {axis for axis in AXES[tumor] if tumor not in judged.narrower(axis)} == set()


EXCLUDED = [
    ("OsteoidOsteoma", "MalignantTumor"),
    ("Chordoma", "BenignTumor"),
    ("Chordoma", "MetastaticTumor"),
    ("Chordoma", "IntramedullaryTumor"),
    ("ProstateCancerSpinalMetastasis", "PrimaryTumor"),
    ("SpinalMeningioma", "ExtraduralTumor"),
    ("Chordoma", "Treatment"),
]


@pytest.mark.parametrize(("tumor", "other"), EXCLUDED)
def test_a_tumor_is_nothing_else(judged: Reasoned, tumor: str, other: str) -> None:
    """The reasoner knows what a tumor cannot be: an osteoid osteoma is not malignant."""
    assert tumor not in judged.narrower(other)
    assert judged.excludes(tumor, other)


def test_an_axis_that_varies_is_left_open(judged: Reasoned) -> None:
    """A tumor that varies on an axis is neither classified on it nor excluded from it."""
    for behavior in ("BenignTumor", "IntermediateTumor", "MalignantTumor"):
        assert "PrimaryTumor" not in judged.narrower(behavior)
        assert not judged.excludes("PrimaryTumor", behavior)


def test_the_rules_derive_what_the_reasoner_infers(judged: Reasoned, derived: ox.Store) -> None:
    """For every pair of classes, the rules 01 and 02 and the reasoner agree which is below which."""
    query = "SELECT ?one ?other { ?one a owl:Class ; rdfs:subClassOf* ?other FILTER(ISIRI(?one) && ISIRI(?other)) }"
    ours = {tuple(str(each).removeprefix(resources.NAMESPACE) for each in row) for row in select(derived, query).rows}
    classes = {one for one, _ in ours}
    assert ours == {(one, other) for other in classes for one in judged.narrower(other)}
    assert len(classes) > 300


def test_a_tumor_of_two_behaviors_is_detected(java: None) -> None:
    """A class that is stated to be benign and malignant is found unsatisfiable."""
    broken = reasoned(changed(":Chordoma rdfs:subClassOf :BenignTumor ."))
    assert broken.reasoner.isConsistent()
    assert "Chordoma" in broken.unsatisfiable()
    assert "Osteosarcoma" not in broken.unsatisfiable()


def test_a_contradiction_is_detected(java: None) -> None:
    """An ontology with a member of two trees has no model, and is found inconsistent."""
    assert not reasoned(changed(":x a owl:NamedIndividual , :Chordoma , :Treatment .")).reasoner.isConsistent()


@pytest.mark.parametrize(
    "turtle",
    [
        ":tumor a owl:DatatypeProperty .",
        ":Chordoma rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :undeclared ; owl:hasValue :Benign ] .",
    ],
    ids=["property of two kinds", "undeclared property"],
)
def test_what_is_outside_the_profile_is_detected(java: None, turtle: str) -> None:
    """The profile check finds a property of two kinds and a property that nobody declared."""
    assert reasoned(changed(turtle)).out_of_profile() != []


def test_a_datatype_outside_owl_2_is_refused(java: None) -> None:
    """A range that OWL 2 has no datatype for is refused by the reasoner, where the profile checker lets it pass."""
    with pytest.raises(Exception, match="not part of the OWL 2 datatype map"):
        reasoned(changed(":timepoint rdfs:range xsd:duration ."))
