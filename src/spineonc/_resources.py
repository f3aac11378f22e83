"""Where the ontology, the data and the snapshot lie.

In a checkout the folders at the repository root are read; an installed wheel
carries the ontology and the compiled snapshot inside the package.
"""

from __future__ import annotations

from pathlib import Path

NAMESPACE = "https://w3id.org/spineonc/"
PREFIXES = {
    "": NAMESPACE,
    "spineonc": NAMESPACE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "obo": "http://purl.obolibrary.org/obo/",
    "mesh": "http://id.nlm.nih.gov/mesh/",
}

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parents[1]
IN_CHECKOUT = (CHECKOUT / "ontology").is_dir() and (CHECKOUT / "data").is_dir()
ONTOLOGY = (CHECKOUT if IN_CHECKOUT else PACKAGE) / "ontology"
DATA = CHECKOUT / "data"
SNAPSHOT = PACKAGE / "spineonc.nt.gz"
DISCLAIMER = "Reference information compiled from publications, not medical advice."
